using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// The assemblies of one session: its compiled cells, what they reference by path, and what lies beside that. Files are read whole
/// and closed, so they can be built anew meanwhile; two sessions load the same file as two assemblies with types of their own.
/// </summary>
internal sealed class SessionAssemblies() : AssemblyLoadContext("notebook session")
{
    private static readonly string s_frameworkFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    // What nearly every cell gets by with. Reading the names of all 160 assemblies takes longer than compiling a cell.
    private static readonly string[] s_common =
    [
        "System.Private.CoreLib", "System.Runtime", "System.Console", "System.Collections", "System.Collections.Concurrent", "System.Linq",
        "System.Linq.Expressions", "System.Memory", "System.Runtime.Numerics", "System.Text.Json", "System.Text.RegularExpressions",
        "System.Threading", "System.Threading.Thread", "System.Threading.Tasks.Parallel", "System.Diagnostics.Process",
    ];

    private static readonly ConcurrentDictionary<(string Path, DateTime Written), MetadataReference> s_files = new();

    private readonly Dictionary<string, Assembly> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _folders = [];
    private readonly Lock _gate = new();

    /// <summary>What cells are compiled against at first: the functions of cells and the framework's common assemblies.</summary>
    public static IEnumerable<MetadataReference> Common =>
        s_common.Select(name => Metadata(Path.Combine(s_frameworkFolder, name + ".dll"))).Append(Metadata(typeof(SessionAssemblies).Assembly.Location));

    /// <summary>The rest of the framework.</summary>
    public static IEnumerable<MetadataReference> Rest =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetDirectoryName(path) == s_frameworkFolder && !s_common.Contains(Path.GetFileNameWithoutExtension(path)))
        .Select(Metadata);

    /// <summary>Loads an assembly file and makes what lies beside it available.</summary>
    /// <exception cref="BadImageFormatException">The file is no .NET assembly.</exception>
    public MetadataReference Reference(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        lock (_gate)
        {
            if (!_folders.Contains(folder))
            {
                _folders.Add(folder);
            }
        }

        string name = AssemblyName.GetAssemblyName(path).Name!;
        if (!IsShared(name))
        {
            LoadFile(name, path);
        }

        return Metadata(path);
    }

    /// <summary>Whether the framework has an assembly of this name, with or without its extension.</summary>
    public static bool IsFramework(string name) =>
        File.Exists(Path.Combine(s_frameworkFolder, name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name : name + ".dll"));

    /// <summary>What the public types of a referenced assembly may use: the framework, and what lies beside it.</summary>
    public MetadataReference? Beside(MetadataReference user, string name)
    {
        if (user.Display is not { } path || Path.GetDirectoryName(path) == s_frameworkFolder || path == typeof(SessionAssemblies).Assembly.Location)
        {
            return null; // These use far more than they show.
        }

        string? found = IsFramework(name) ? Path.Combine(s_frameworkFolder, name + ".dll") : Find(name);
        return found is null ? null : Metadata(found);
    }

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
            return _folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists) is { } path
                ? LoadUnmanagedDllFromPath(path)
                : 0;
        }
    }

    // The framework and this engine are the same for all; anything else a session has for itself.
    private static bool IsShared(string name) =>
        name == typeof(SessionAssemblies).Assembly.GetName().Name || IsFramework(name);

    private static MetadataReference Metadata(string path) => s_files.GetOrAdd((path, File.GetLastWriteTimeUtc(path)),
        static key => MetadataReference.CreateFromImage(File.ReadAllBytes(key.Path), filePath: key.Path));

    private string? Find(string name)
    {
        lock (_gate)
        {
            return _folders.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists);
        }
    }

    private Assembly LoadFile(string name, string path)
    {
        lock (_gate)
        {
            if (!_loaded.TryGetValue(name, out var assembly))
            {
                using var image = new MemoryStream(File.ReadAllBytes(path));
                _loaded[name] = assembly = LoadFromStream(image);
            }

            return assembly;
        }
    }
}
