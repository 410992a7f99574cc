using static System.Environment;

namespace Course.Kernels;

/// <summary>Where Jupyter looks for kernels.</summary>
internal static class JupyterFolders
{
    /// <summary>The user's own.</summary>
    public static string User => Path.Combine(
        GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } named ? named
        : OperatingSystem.IsWindows() ? Path.Combine(GetFolderPath(SpecialFolder.ApplicationData), "jupyter")
        : OperatingSystem.IsMacOS() ? Path.Combine(GetFolderPath(SpecialFolder.UserProfile), "Library", "Jupyter")
        : Path.Combine(GetFolderPath(SpecialFolder.LocalApplicationData, SpecialFolderOption.DoNotVerify), "jupyter"),
        "kernels");

    /// <summary>All that can be known without asking Jupyter itself, those that it prefers first.</summary>
    public static IReadOnlyList<string> All
    {
        get
        {
            var folders = new List<string>();
            string[] named = (GetEnvironmentVariable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
            folders.AddRange(named.Select(folder => Path.Combine(folder, "kernels")));
            folders.Add(User);
            string?[] environments = [GetEnvironmentVariable("VIRTUAL_ENV"), GetEnvironmentVariable("CONDA_PREFIX"), JupyterProgram()];
            folders.AddRange(environments.OfType<string>().Where(e => e.Length > 0).Select(InPrefix));
            folders.AddRange(OperatingSystem.IsWindows()
                ? [Path.Combine(GetFolderPath(SpecialFolder.CommonApplicationData), "jupyter", "kernels")]
                : [InPrefix("/usr/local"), InPrefix("/usr")]);
            return [.. folders.Distinct()];
        }
    }

    /// <summary>Below an environment such as that of conda, or <c>/usr/local</c>.</summary>
    public static string InPrefix(string prefix) => Path.Combine(prefix, "share", "jupyter", "kernels");

    /// <summary>Of a kernel's name all who have it, the one that Jupyter takes first.</summary>
    public static IEnumerable<KernelSpec> Find(string name) => All.Select(folder => KernelSpec.In(Path.Combine(folder, name))).OfType<KernelSpec>();

    // An environment's prefix is the folder above the one with its programs.
    private static string? JupyterProgram() => ProgramFolder("jupyter") is { } folder ? Path.GetDirectoryName(folder) : null;

    /// <summary>The folder in which the shell would find a program; null if it would not.</summary>
    public static string? ProgramFolder(string name) => (GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .FirstOrDefault(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)));
}
