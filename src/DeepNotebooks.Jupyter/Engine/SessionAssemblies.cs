using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// The assemblies of one session: its compiled cells, what they reference by path, and what lies beside that. Files are read whole
/// and closed, so they can be built anew meanwhile; two sessions load the same file as two assemblies with types of their own.
/// </summary>
internal sealed class SessionAssemblies() : AssemblyLoadContext("notebook session")
{
    private static readonly string s_enginePath = typeof(SessionAssemblies).Assembly.Location;
    private static readonly string s_frameworkFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    // Nearly every cell gets by with these and what they use. The names of all 160 assemblies take longer to read than a cell to compile.
    private static readonly string[] s_common =
    [
        "System.Private.CoreLib", "System.Console", "System.Collections.Concurrent", "System.Diagnostics.Process", "System.Linq",
        "System.Linq.Expressions", "System.Runtime.Numerics", "System.Text.Json", "System.Text.RegularExpressions",
        "System.Threading.Tasks.Parallel",
    ];

    private static readonly ConcurrentDictionary<(string Path, DateTime Written), ImmutableArray<byte>> s_images = new();
    private static readonly Lazy<IReadOnlySet<string>> s_commonClosed = new(CloseCommon);

    // For this session alone: the compiler keeps in them what it made of the assemblies in view of all others that were referenced.
    private readonly Dictionary<string, PortableExecutableReference> _metadata = [];
    private readonly Dictionary<string, Assembly> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _packaged = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _native = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _referenced = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _folders = [];
    private readonly Lock _gate = new();

    /// <summary>
    /// What cells are compiled against at first: the functions of cells and the framework's common assemblies. None of them uses one
    /// of the rest: if the rest is added later, the compiler must not come to see them in a new light, for then a type of an
    /// earlier cell is another one in later cells.
    /// </summary>
    public IEnumerable<MetadataReference> Common =>
        s_commonClosed.Value.Order(StringComparer.Ordinal).Select(name => Metadata(FrameworkPath(name))).Append(Metadata(s_enginePath));

    /// <summary>The rest of the framework.</summary>
    public IEnumerable<MetadataReference> Rest =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetDirectoryName(path) == s_frameworkFolder)
        .Where(path => !s_commonClosed.Value.Contains(Path.GetFileNameWithoutExtension(path)))
        .Select(Metadata);

    /// <summary>Loads an assembly file and makes what lies beside it available.</summary>
    /// <returns>The assembly and those beside it that it uses, and whether they use more of the framework than the common part.</returns>
    /// <exception cref="BadImageFormatException">The file is no .NET assembly.</exception>
    public (IReadOnlyList<MetadataReference> References, bool NeedsRest) Reference(string path)
    {
        string name = AssemblyName.GetAssemblyName(path).Name!;
        if (IsShared(name))
        {
            return ([], true);
        }

        string folder = Path.GetDirectoryName(path)!;
        lock (_gate)
        {
            if (!_folders.Contains(folder))
            {
                _folders.Add(folder);
            }
        }

        LoadFile(name, path);
        var references = new Dictionary<string, MetadataReference> { [name] = Metadata(path) };
        bool needsRest = false;
        var uses = new Stack<string>(Uses(path));
        while (uses.TryPop(out string? used))
        {
            if (IsFramework(used))
            {
                needsRest |= !s_commonClosed.Value.Contains(used);
            }
            else if (!references.ContainsKey(used) && Find(used) is { } beside)
            {
                references.Add(used, Metadata(beside));
                foreach (string further in Uses(beside))
                {
                    uses.Push(further);
                }
            }
        }

        _referenced.UnionWith(references.Keys);
        return ([.. references.Values], needsRest);
    }

    /// <summary>Makes the files of packages available.</summary>
    /// <returns>The assemblies to compile against, and whether they use more of the framework than the common part.</returns>
    /// <exception cref="PackageException">An older version of one of the assemblies is loaded.</exception>
    public (IReadOnlyList<MetadataReference> References, bool NeedsRest) Reference(PackageFiles files)
    {
        var runtime = files.Runtime.Select(f => (Name: Path.GetFileNameWithoutExtension(f), File: f)).Where(f => !IsShared(f.Name)).ToList();
        lock (_gate)
        {
            foreach (var (name, file) in runtime)
            {
                if (_loaded.TryGetValue(name, out var loaded) && AssemblyName.GetAssemblyName(file).Version > loaded.GetName().Version)
                {
                    throw new PackageException(
                        $"{name} {loaded.GetName().Version} is loaded in this session, referenced by its path; the package has a newer one, and "
                        + ".NET cannot exchange them in a running process. Restart the kernel and reference the package first.");
                }
            }

            foreach (var (name, file) in runtime)
            {
                _packaged.TryAdd(name, file);
            }

            foreach (string file in files.Native)
            {
                _native.TryAdd(Path.GetFileName(file), file);
            }
        }

        var compile = files.Compile.Where(f => Path.GetFileNameWithoutExtension(f) is var name && !IsShared(name) && _referenced.Add(name)).ToList();
        return ([.. compile.Select(Metadata)],
            compile.Concat(runtime.Select(r => r.File)).SelectMany(Uses).Any(u => IsFramework(u) && !s_commonClosed.Value.Contains(u)));
    }

    /// <summary>Whether the framework has an assembly of this name, with or without its extension.</summary>
    public static bool IsFramework(string name) =>
        File.Exists(FrameworkPath(name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name));

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        lock (_gate)
        {
            if (_loaded.TryGetValue(name, out var assembly))
            {
                return assembly;
            }
        }

        return !IsShared(name) && Find(name) is { } path ? LoadFile(name, path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = OperatingSystem.IsWindows() ? [unmanagedDllName, unmanagedDllName + ".dll"]
            : OperatingSystem.IsMacOS() ? [unmanagedDllName, $"lib{unmanagedDllName}.dylib"]
            : [unmanagedDllName, $"lib{unmanagedDllName}.so", unmanagedDllName + ".so"];
        lock (_gate)
        {
            string? path = names.Select(_native.GetValueOrDefault).FirstOrDefault(p => p is not null)
                ?? _folders.SelectMany(folder => new[] { folder, Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native") })
                    .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
            return path is not null
                ? LoadUnmanagedDllFromPath(path)
                : 0;
        }
    }

    // The framework and this engine are the same for all; anything else a session has for itself.
    private static bool IsShared(string name) =>
        name == typeof(SessionAssemblies).Assembly.GetName().Name || IsFramework(name);

    private static string FrameworkPath(string name) => Path.Combine(s_frameworkFolder, name + ".dll");

    private static HashSet<string> CloseCommon()
    {
        var closed = new HashSet<string>();
        var open = new Stack<string>(s_common.Concat(Uses(s_enginePath).Where(IsFramework)));
        while (open.TryPop(out string? name))
        {
            if (closed.Add(name))
            {
                foreach (string used in Uses(FrameworkPath(name)).Where(IsFramework))
                {
                    open.Push(used);
                }
            }
        }

        return closed;
    }

    private static List<string> Uses(string path)
    {
        using var module = ModuleMetadata.CreateFromImage(Image(path));
        var reader = module.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))];
    }

    private static ImmutableArray<byte> Image(string path) => s_images.GetOrAdd((path, File.GetLastWriteTimeUtc(path)),
        static key => ImmutableCollectionsMarshal.AsImmutableArray(File.ReadAllBytes(key.Path)));

    private PortableExecutableReference Metadata(string path)
    {
        lock (_gate)
        {
            if (!_metadata.TryGetValue(path, out var reference))
            {
                _metadata[path] = reference = AssemblyMetadata.CreateFromImage(Image(path)).GetReference(filePath: path);
            }

            return reference;
        }
    }

    private string? Find(string name)
    {
        lock (_gate)
        {
            return _packaged.GetValueOrDefault(name)
                ?? _folders.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists);
        }
    }

    private Assembly LoadFile(string name, string path)
    {
        lock (_gate)
        {
            if (!_loaded.TryGetValue(name, out var assembly))
            {
                using var image = new MemoryStream(ImmutableCollectionsMarshal.AsArray(Image(path))!, writable: false);
                _loaded[name] = assembly = LoadFromStream(image);
            }

            return assembly;
        }
    }
}
