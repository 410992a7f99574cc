using System.CommandLine;
using System.Text.RegularExpressions;
using Course.Kernels;

namespace Course.Commands;

/// <summary><c>course install</c> and <c>course uninstall</c>: the kernel as Jupyter finds it.</summary>
internal static partial class InstallCommand
{
    public static Command Define(CommandLine line)
    {
        var (name, prefix, user) = (Name(), Prefix(), User());
        var command = new CourseCommand("install", "Installs the C# kernel for Jupyter, VS Code and JupyterHub.", $"""
            Without a name it is called {Installation.UsualName}, as the notebooks ask for it, or {Installation.OwnName} where that name is
            another kernel's, which is never touched. The program is copied; run this again after building a newer one.
            """)
        {
            name, prefix, user,
        };
        command.SetAction(parsed =>
        {
            string kernels = Kernels(line, parsed.GetValue(prefix), parsed.GetValue(user));
            try
            {
                string folder = Installation.Install(kernels, parsed.GetValue(name) ?? Installation.FreeName(kernels));
                line.Output.WriteLine($"Installed the kernel {Path.GetFileName(folder)} in {folder}");
                return ExitCode.Fine;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new Failure(ExitCode.Environment, $"{kernels} cannot be written: {e.Message}", e);
            }
        });
        return command;
    }

    public static Command DefineUninstall(CommandLine line)
    {
        var (name, prefix, user) = (Name(), Prefix(), User());
        var command = new CourseCommand("uninstall", "Removes the kernel that `install` installed.", """
            Other kernels are never touched.
            """)
        {
            name, prefix, user,
        };
        command.SetAction(parsed =>
        {
            string kernels = Kernels(line, parsed.GetValue(prefix), parsed.GetValue(user));
            string[] names = parsed.GetValue(name) is { } one ? [one] : [Installation.UsualName, Installation.OwnName];
            var found = names.Select(n => KernelSpec.In(Path.Combine(kernels, n))).OfType<KernelSpec>().ToList();
            var ours = found.Where(s => s.IsOurs).ToList();
            if (ours.Count == 0)
            {
                throw new Failure(ExitCode.BadInput, found.Count > 0
                    ? $"{found[0].Folder} belongs to another kernel and stays as it is."
                    : $"{kernels} holds no kernel of ours named {string.Join(" or ", names)}. `doctor` lists what is installed.");
            }

            foreach (var spec in ours)
            {
                try
                {
                    Directory.Delete(spec.Folder, recursive: true);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw new Failure(ExitCode.Environment, $"{spec.Folder} cannot be removed: {e.Message}", e);
                }

                line.Output.WriteLine($"Removed {spec.Folder}");
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static string Kernels(CommandLine line, string? prefix, bool user) => (prefix, user) switch
    {
        (not null, true) => throw new Failure(ExitCode.BadInput, "--prefix and --user name two places. Give one of them."),
        (not null, false) => JupyterFolders.InPrefix(line.FullPath(prefix)),
        _ => JupyterFolders.User,
    };

    private static Option<string?> Name()
    {
        var option = new Option<string?>("--name") { Description = "The kernel's name.", HelpName = "name" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !NamePattern().IsMatch(token.Value))
            {
                result.AddError($"--name: {token.Value} is no kernel's name; letters, digits, '.', '-' and '_' make one.");
            }
        });
        return option;
    }

    private static Option<string?> Prefix() => new("--prefix")
    {
        Description = "An environment, such as one of conda or /usr/local, instead of the user's own folder.",
        HelpName = "folder",
    };

    private static Option<bool> User() => new("--user") { Description = "The user's own folder, which is also what happens without it." };

    [GeneratedRegex(@"^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$")]
    private static partial Regex NamePattern();
}
