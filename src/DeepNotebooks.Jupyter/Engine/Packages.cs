using System.Runtime.InteropServices;
using System.Text.Json;
using System.Xml.Linq;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>A package that cannot be used, with the reason and the remedy.</summary>
internal sealed class PackageException(string message) : Exception(message);

/// <summary>The files of restored packages.</summary>
/// <param name="Compile">Assemblies to compile against.</param>
/// <param name="Runtime">Assemblies to load.</param>
/// <param name="Native">Libraries of the machine's own code.</param>
internal sealed record PackageFiles(IReadOnlyList<string> Compile, IReadOnlyList<string> Runtime, IReadOnlyList<string> Native);

/// <summary>
/// The NuGet packages of one session. The SDK's own restore finds them, as it does for a project, so that its sources, credentials and
/// cache are those the reader has; what it wrote into the assets file says which files they have.
/// </summary>
internal sealed class Packages(string folder)
{
    private static readonly string s_framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";

    private readonly List<string> _sources = [];

    // All that are in use, also those that only another one needs: their assemblies may be loaded, so their versions stay.
    private readonly Dictionary<string, string> _versions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks for packages also at an address or in a folder.</summary>
    public void AddSource(string source)
    {
        bool isAddress = source.Contains("://", StringComparison.Ordinal);
        string place = isAddress ? source : Path.GetFullPath(Path.Combine(folder, source));
        if (!isAddress && !Directory.Exists(place))
        {
            throw new PackageException($"there is no folder {place}. A source is a folder of .nupkg files or the address of a feed.");
        }

        if (!_sources.Contains(place))
        {
            _sources.Add(place);
        }
    }

    /// <summary>Restores a package and what it needs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version, as in a project file; null for the newest.</param>
    /// <param name="run">The cell that asks.</param>
    /// <returns>Its files and those it needs; null if it is in use already.</returns>
    /// <exception cref="PackageException">It cannot be had, or another version of it is in use.</exception>
    public PackageFiles? Add(string name, string? version, CellRun run)
    {
        if (_versions.TryGetValue(name, out string? used))
        {
            return version is null || Same(version, used) || _asked.GetValueOrDefault(name) == version ? null : throw new PackageException(
                $"version {used} of this package is in use in this session, and .NET cannot exchange it for {version} in a running process. "
                + "Restart the kernel to use the other version.");
        }

        var restored = Restore(name, version ?? "*", run, out string output);
        if (restored is null && version is null && PackageCache.Versions(name).LastOrDefault() is { } cached)
        {
            restored = Restore(name, cached, run, out _);
        }

        if (restored is not { } found)
        {
            throw new PackageException(Failure(name, version, output));
        }

        foreach (var (package, its) in found.Versions)
        {
            _versions[package] = its;
        }

        _asked[name] = version ?? "";
        if (version is null && _versions.TryGetValue(name, out string? chosen))
        {
            run.Outputs.Write("stdout", $"{name}: version {chosen}. Write #r \"nuget: {name}, {chosen}\" to keep it.\n");
        }

        return found.Files;
    }

    private (PackageFiles Files, Dictionary<string, string> Versions)? Restore(string name, string version, CellRun run, out string output)
    {
        var at = Directory.CreateTempSubdirectory("packages-");
        try
        {
            string project = Path.Combine(at.FullName, "cell.csproj");
            var pinned = _versions.Select(v => (Name: v.Key, Version: $"[{v.Value}]"));
            new XElement("Project",
                new XAttribute("Sdk", "Microsoft.NET.Sdk"),
                new XElement("PropertyGroup",
                    new XElement("TargetFramework", s_framework),
                    new XElement("RuntimeIdentifiers", Machine()),
                    new XElement("EnableRuntimePackDownload", "false"),
                    new XElement("EnableAppHostPackDownload", "false"),
                    new XElement("NuGetAudit", "false"),
                    new XElement("ManagePackageVersionsCentrally", "false"),
                    new XElement("RestoreRootConfigDirectory", folder),
                    new XElement("RestoreAdditionalProjectSources", string.Join(';', _sources))),
                new XElement("ItemGroup", pinned.Append((Name: name, Version: version)).Select(p =>
                    new XElement("PackageReference", new XAttribute("Include", p.Name), new XAttribute("Version", p.Version)))))
                .Save(project);
            (int exitCode, output) = Sdk.Run(at.FullName, run, "restore", project, "-v:q", "-nologo", "-nodeReuse:false");
            return exitCode == 0 ? Read(Path.Combine(at.FullName, "obj", "project.assets.json")) : null;
        }
        catch (InvalidOperationException e)
        {
            throw new PackageException(e.Message);
        }
        finally
        {
            at.Delete(recursive: true);
        }
    }

    private static (PackageFiles Files, Dictionary<string, string> Versions) Read(string file)
    {
        using var assets = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = assets.RootElement;
        string[] folders = [.. root.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name)];
        var libraries = root.GetProperty("libraries");
        var versions = new Dictionary<string, string>();
        List<string> compile = [], runtime = [], native = [];
        foreach (var library in root.GetProperty("targets").GetProperty($"{s_framework}/{Machine()}").EnumerateObject())
        {
            string[] name = library.Name.Split('/');
            versions[name[0]] = name[1];
            string path = libraries.GetProperty(library.Name).GetProperty("path").GetString()!;
            string at = folders.Select(f => Path.Combine(f, path)).FirstOrDefault(Directory.Exists) ?? path;
            Add("compile", compile);
            Add("runtime", runtime);
            Add("native", native);

            void Add(string kind, List<string> to)
            {
                if (library.Value.TryGetProperty(kind, out var group))
                {
                    to.AddRange(group.EnumerateObject().Where(f => !f.Name.EndsWith("/_._", StringComparison.Ordinal))
                        .Select(f => Path.GetFullPath(Path.Combine(at, f.Name))));
                }
            }
        }

        return (new PackageFiles(compile, runtime, native), versions);
    }

    private string Failure(string name, string? version, string output)
    {
        var errors = Sdk.Errors(output).Select(e => e[Math.Max(0, e.IndexOf("NU", StringComparison.Ordinal))..]).Take(5);
        var cached = PackageCache.Versions(name).ToList();
        string also = _sources.Count == 0 ? "" : $"\nSources added here: {string.Join(", ", _sources)}";
        string remedy = output.Contains("NU1301", StringComparison.Ordinal)
            ? "A source cannot be reached: is there a network? "
            : output.Contains("NU1101", StringComparison.Ordinal)
                ? $"Is the name right? A source of your own is added by {Example}. "
                : "";
        string offline = cached.Count == 0
            ? "The cache has no version of it."
            : $"The cache has {string.Join(", ", cached)}, which {(cached.Count == 1 ? "needs" : "need")} no network.";
        return $"{name}{(version is null ? "" : " " + version)} cannot be restored.\n  {string.Join("\n  ", errors)}{also}\n{remedy}{offline}";
    }

    private const string Example = "#i \"nuget: address or folder\"";

    private static bool Same(string version, string other) => Normal(version) == Normal(other);

    // 1.0 and 1.0.0 are one version, and so is 1.0.0.0; what follows a plus sign does not count.
    private static string Normal(string version)
    {
        string[] parts = version.Trim('[', ']').Split('+')[0].Split('-', 2);
        var numbers = parts[0].Split('.').Concat(["0", "0", "0"]).Take(4);
        return string.Join('.', numbers) + (parts.Length > 1 ? "-" + parts[1].ToLowerInvariant() : "");
    }

    private static string Machine()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx"
            : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
