using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Course.Commands;

namespace Course.Kernels;

/// <summary>
/// Puts a kernel where Jupyter finds it. The program is copied beside the kernelspec: what runs in somebody's notebook must not
/// change under it when the course is built anew, nor go when it is moved.
/// </summary>
internal static class Installation
{
    /// <summary>What .NET Interactive called its kernel, and hence what the notebooks ask for.</summary>
    public const string UsualName = ".net-csharp";

    /// <summary>What ours is called where that name is another's.</summary>
    public const string OwnName = "deepnotebooks-csharp";

    private const string ProgramPrefix = "program-";

    /// <summary>The name under which to install into a folder when none was asked for.</summary>
    public static string FreeName(string kernels) =>
        new[] { UsualName, OwnName }.FirstOrDefault(name => Strangers(kernels, name).Count == 0)
        ?? throw new Failure(ExitCode.Environment, $"The names {UsualName} and {OwnName} are both taken by other kernels. Choose one with --name.");

    /// <summary>Installs this program under a name.</summary>
    /// <returns>The kernelspec's folder.</returns>
    public static string Install(string kernels, string name)
    {
        if (Strangers(kernels, name) is [var stranger, ..])
        {
            throw new Failure(ExitCode.BadInput, $"{stranger.Folder} belongs to another kernel and stays as it is. Choose another name with --name.");
        }

        string folder = Path.Combine(kernels, name);
        string build = Build();
        string program = Path.Combine(folder, ProgramPrefix + build);
        string assembly = Path.Combine(program, Path.GetFileName(typeof(Installation).Assembly.Location));

        // Files of a kernel that may be running are never written over.
        if (KernelSpec.In(folder)?.Build != build || !File.Exists(assembly))
        {
            Directory.CreateDirectory(program);
            foreach (string file in Files())
            {
                File.Copy(file, Path.Combine(program, Path.GetFileName(file)), overwrite: true);
            }

            PrecompiledCompiler.TryAdd(program, assembly);
        }

        foreach (string logo in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Kernels", "logos")))
        {
            File.Copy(logo, Path.Combine(folder, Path.GetFileName(logo)), overwrite: true);
        }

        string displayName = name is UsualName or OwnName ? "C# (DeepNotebooks)" : $"C# (DeepNotebooks, {name})";
        string[] arguments =
        [
            DotnetHost, "exec", assembly,
            KernelCommand.Name, KernelCommand.ConnectionFileOption, "{connection_file}",
        ];
        KernelSpec.Of(folder, displayName, arguments, build).Write();
        foreach (string former in Directory.EnumerateDirectories(folder, ProgramPrefix + "*").Where(f => f != program).ToList())
        {
            try
            {
                Directory.Delete(former, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // On Windows a kernel that still runs keeps its program; the next installation removes it.
            }
        }

        return folder;
    }

    /// <summary>What tells this build of the program from others.</summary>
    public static string Build()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Files().Where(f => f.EndsWith(".dll", StringComparison.Ordinal)))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    /// <summary>The host that belongs to the runtime we run on, whether or not it is on the PATH.</summary>
    public static string DotnetHost => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory).Where(file => !PrecompiledCompiler.IsNote(file)).Order(StringComparer.Ordinal);

    /// <summary>Other people's kernels of this name, in the folder or anywhere on Jupyter's path.</summary>
    private static List<KernelSpec> Strangers(string kernels, string name) =>
        [.. JupyterFolders.Find(name).Append(KernelSpec.In(Path.Combine(kernels, name))).OfType<KernelSpec>().Where(s => !s.IsOurs)];
}
