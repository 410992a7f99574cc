using System.Text.RegularExpressions;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>What could stand in a line that begins with #: a directive's name, a path, a package of the cache.</summary>
internal static partial class DirectiveCompletion
{
    private static readonly string[] s_preprocessor =
        ["#if", "#else", "#elif", "#endif", "#define", "#undef", "#region", "#endregion", "#nullable", "#pragma"];

    /// <summary>What could stand at <paramref name="position"/>; null if that is not in such a line.</summary>
    public static Completion? At(string text, int position, string folder)
    {
        int begin = position == 0 ? 0 : text.LastIndexOf('\n', position - 1) + 1;
        string line = text[begin..position];
        if (Name().Match(line) is { Success: true } name)
        {
            string prefix = name.Groups[1].Value;
            var names = About.Directives.Select(d => (d.Name.Split(' ')[0], d.Meaning)).Concat(s_preprocessor.Select(p => (p, "")))
                .DistinctBy(d => d.Item1).Where(d => d.Item1.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
            return new Completion(position - prefix.Length, [.. names.Select(d => new Match(d.Item1, "magic", d.Item2))]);
        }

        if (Package().Match(line) is { Success: true } package)
        {
            string prefix = package.Groups[1].Value;
            return new Completion(position - prefix.Length, [.. PackageCache.Names(prefix).Select(n => new Match(n, "module", ""))]);
        }

        return Argument().Match(line) is { Success: true } argument ? Paths(argument.Groups[1].Value, position, folder) : null;
    }

    private static Completion Paths(string typed, int position, string folder)
    {
        int slash = typed.LastIndexOf('/') + 1;
        string prefix = typed[slash..];
        var matches = new List<Match>();
        var into = new DirectoryInfo(Path.Combine(folder, typed[..slash]));
        if (into.Exists)
        {
            matches.AddRange(into.EnumerateFileSystemInfos(prefix + "*")
                .Where(f => f is DirectoryInfo || f.Extension is ".dll" or ".cs" or ".csx" or ".csproj" or ".ipynb")
                .Where(f => prefix.StartsWith('.') || !f.Name.StartsWith('.'))
                .OrderBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => new Match(f is DirectoryInfo ? f.Name + "/" : f.Name, "path", "")));
        }

        return new Completion(position - prefix.Length, matches);
    }

    [GeneratedRegex(@"^\s*(#!?[\w-]*)$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*#r\s+""nuget:\s*([\w.-]*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Package();

    [GeneratedRegex(@"^\s*(?:#r|#load|#!import)\s+""([^"":]*)$")]
    private static partial Regex Argument();
}
