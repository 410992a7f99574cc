namespace DeepNotebooks.Jupyter.Engine;

/// <summary>The folder in which the SDK keeps the packages that were ever restored.</summary>
internal static class PackageCache
{
    /// <summary>The folder; it need not exist.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The names of the packages that begin so.</summary>
    public static IEnumerable<string> Names(string prefix) => Directory.Exists(Folder)
        ? Directory.EnumerateDirectories(Folder).Select(f => Path.GetFileName(f))
            .Where(n => n.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The versions of a package, those released last at the end, previews before them.</summary>
    public static IEnumerable<string> Versions(string name)
    {
        string folder = Path.Combine(Folder, name.ToLowerInvariant());
        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).Select(f => Path.GetFileName(f))
                .OrderBy(v => !v.Contains('-')).ThenBy(v => System.Version.TryParse(v.Split('-')[0], out var parsed) ? parsed : new Version())
            : [];
    }
}
