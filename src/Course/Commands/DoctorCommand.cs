using System.CommandLine;
using System.Runtime.InteropServices;
using Course.Kernels;

namespace Course.Commands;

/// <summary><c>course doctor</c>: what is installed, what is missing, how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Define(CommandLine line)
    {
        var command = new CourseCommand("doctor", "Says what is installed, what is missing, and how to mend it.", """
            Lines that begin with "!" say what is wrong, and the remedy; exit code 3 if there is one.
            """);
        command.SetAction(_ =>
        {
            int wrong = 0;
            void Fine(string text) => line.Output.WriteLine($"  {text}");
            void Wrong(string text)
            {
                wrong++;
                line.Output.WriteLine($"! {text}");
            }

            Fine($".NET: {RuntimeInformation.FrameworkDescription} at {Path.GetDirectoryName(Installation.DotnetHost)}");
            Library(line, Fine, Wrong);
            Fine(JupyterFolders.ProgramFolder("jupyter") is { } jupyter
                ? $"Jupyter: in {jupyter}"
                : "Jupyter: not on the PATH. The course's own pages and VS Code do without it; `pip install jupyterlab` brings it.");
            Fine(JupyterFolders.ProgramFolder("npm") is { } npm
                ? $"npm: in {npm}"
                : "npm: not on the PATH. Without it the course's pages have pictures instead of interactive charts.");
            Kernels(Fine, Wrong);
            return wrong == 0 ? ExitCode.Fine : ExitCode.Environment;
        });
        return command;
    }

    private static void Library(CommandLine line, Action<string> fine, Action<string> wrong)
    {
        try
        {
            string library = Path.Combine(line.Repository().Library, "DeepNotebooks.dll");
            if (File.Exists(library))
            {
                fine($"Library: {library}");
                fine(File.Exists(Path.Combine(line.Repository().Library, "DeepNotebooks.Gpu.dll"))
                    ? "Graphics card: the library's part for it lies beside it."
                    : "Graphics card: the library's part for it is not built. `dotnet build src/DeepNotebooks.Gpu` brings it.");
            }
            else
            {
                wrong($"Library: {library} is missing, so the notebooks' first cell fails. Build it: dotnet build src/DeepNotebooks");
            }
        }
        catch (Failure)
        {
            fine("Library: not looked for, since this folder is not inside the course.");
        }
    }

    private static void Kernels(Action<string> fine, Action<string> wrong)
    {
        string[] names = [.. JupyterFolders.All.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Select(folder => Path.GetFileName(folder)!).Distinct()];
        var found = names.Select(name => JupyterFolders.Find(name).ToList()).Where(specs => specs.Exists(s => s.IsOurs)).ToList();
        if (found.Count == 0)
        {
            wrong("Kernel: not installed, so Jupyter does not know it. Install it: `install`");
        }

        foreach (var specs in found)
        {
            foreach (var spec in specs.Where(s => s.IsOurs))
            {
                if (spec != specs[0])
                {
                    wrong($"Kernel: {spec.Folder} is hidden by {specs[0].Folder}, which Jupyter finds first. Remove one of them.");
                }
                else if (spec.Arguments.Take(3).Where(Path.IsPathRooted).FirstOrDefault(p => !File.Exists(p)) is { } missing)
                {
                    wrong($"Kernel: {spec.Folder} starts {missing}, which is gone. Install it again: `install --name {spec.Name}`");
                }
                else if (spec.Build != Installation.Build())
                {
                    wrong($"Kernel: {spec.Folder} is of another build than this program. Install it again: `install --name {spec.Name}`");
                }
                else
                {
                    fine($"Kernel: {spec.Name} in {spec.Folder}");
                }
            }
        }

        if (JupyterFolders.Find(Installation.UsualName).FirstOrDefault() is { IsOurs: false } other)
        {
            fine($"Kernel: {Installation.UsualName} in {other.Folder} is another's; notebooks open with it, and run there, too.");
        }
    }
}
