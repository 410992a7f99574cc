using System.Runtime.Loader;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

/// <summary>What computes on a device.</summary>
public enum DeviceKind
{
    /// <summary>This process, on the processor.</summary>
    Cpu,

    /// <summary>An NVIDIA card.</summary>
    Cuda,

    /// <summary>A card by way of OpenCL.</summary>
    OpenCL,

    /// <summary>The processor, in the role of a card: for trying kernels where there is none, not for speed.</summary>
    Emulated,
}

/// <summary>What was copied between the processor and a device since the program began.</summary>
/// <param name="ToDevice">The number of copies to the device.</param>
/// <param name="BytesToDevice">Their bytes.</param>
/// <param name="FromDevice">The number of copies from the device, each of which waits for the device's work.</param>
/// <param name="BytesFromDevice">Their bytes.</param>
public readonly record struct Transfers(long ToDevice, long BytesToDevice, long FromDevice, long BytesFromDevice);

/// <summary>
/// Where tensors live and are computed. The processor is always there; cards are found through the library's GPU part, which is built
/// by <c>dotnet build src/DeepNotebooks.Gpu</c> and lies beside this library. Move a model by <c>model.To(Device.Gpu())</c>, a
/// tensor or data set likewise; everything else stays as it is.
/// </summary>
public sealed class Device
{
    private const string Variable = "DEEPNOTEBOOKS_DEVICE", Part = "DeepNotebooks.Gpu";

    private static readonly Lazy<Func<Device[]>?> s_find = new(LoadPart);
    private static readonly Lazy<Device[]> s_cards = new(() => s_find.Value?.Invoke() ?? []);

    private readonly Func<Accelerator>? _open;
    private readonly Lock _opening = new();

    internal Device(string name, DeviceKind kind, long memory, Func<Device, Accelerator>? open)
    {
        (Name, Kind, Memory) = (name, kind, memory);
        _open = open is null ? null : () => open(this);
    }

    /// <summary>The processor.</summary>
    public static Device Cpu { get; } =
        new("CPU", DeviceKind.Cpu, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, open: null);

    /// <summary>The processor and every device that the GPU part finds: cards by CUDA, by OpenCL, and the emulated one.</summary>
    public static IReadOnlyList<Device> All => [Cpu, .. s_cards.Value];

    /// <summary>A card: by CUDA if there is one, else by OpenCL, else the emulated one.</summary>
    /// <param name="index">Which of several of the best kind.</param>
    /// <exception cref="PlatformNotSupportedException">The GPU part is not there, or has no such card.</exception>
    public static Device Gpu(int index = 0)
    {
        if (s_find.Value is null)
        {
            throw new PlatformNotSupportedException($"Device.Gpu: {Part} is not beside the library. Build it by `dotnet build src/{Part}` "
                + "(it needs the package ILGPU), or use Device.Cpu.");
        }
        Device[] best = [.. s_cards.Value.GroupBy(device => device.Kind).OrderBy(kind => kind.Key).FirstOrDefault() ?? Enumerable.Empty<Device>()];
        return (uint)index < (uint)best.Length ? best[index] : throw new PlatformNotSupportedException(
            $"Device.Gpu: there is no card {index}; found {(best.Length == 0 ? "none" : string.Join(", ", best.Select(device => device.Name)))}.");
    }

    /// <summary>
    /// The device that the environment variable DEEPNOTEBOOKS_DEVICE names: <c>cpu</c>, which it is when not set, <c>gpu</c>,
    /// <c>cuda</c>, <c>opencl</c> or <c>emulated</c>, the latter with a number behind it for another than the first: <c>cuda1</c>.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">It names none that is there.</exception>
    public static Device Default => Named(Environment.GetEnvironmentVariable(Variable));

    internal static Device Named(string? choice)
    {
        string name = (choice ?? "").Trim().ToLowerInvariant(), kind = name.TrimEnd([.. "0123456789"]);
        int index = name.Length > kind.Length ? int.Parse(name[kind.Length..]) : 0;
        if (name is "" or "cpu")
            return Cpu;
        if (kind == "gpu")
            return Gpu(index);
        if (!Enum.TryParse(kind, ignoreCase: true, out DeviceKind wanted) || !Enum.IsDefined(wanted))
        {
            throw new PlatformNotSupportedException(
                $"Device.Default: {Variable} is \"{choice}\". Set it to cpu, gpu, cuda, opencl or emulated, a number behind it for another "
                + "than the first.");
        }
        return All.Where(device => device.Kind == wanted).ElementAtOrDefault(index) ?? throw new PlatformNotSupportedException(
            $"Device.Default: {Variable} is \"{choice}\"; found {string.Join(", ", All.Select(device => $"{device.Name} ({device.Kind})"))}."
            + (s_find.Value is null ? $" {Part} is not beside the library: build it by `dotnet build src/{Part}`." : ""));
    }

    /// <summary>What the device calls itself.</summary>
    public string Name { get; }

    /// <summary>What computes there.</summary>
    public DeviceKind Kind { get; }

    /// <summary>Its memory in bytes.</summary>
    public long Memory { get; }

    /// <summary>What was copied to it and from it so far.</summary>
    public Transfers Transfers { get; internal set; }

    /// <summary>Bytes that tensors and the pool hold on the device; 0 for the processor, whose memory the runtime keeps.</summary>
    public long Allocated { get; internal set; }

    /// <summary>
    /// Whether matrix products are left to NVIDIA's cuBLAS instead of the library's own kernels, for tensors that it can read in place;
    /// false to begin with. Convolutions stay with the library.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The device is no NVIDIA card, or cuBLAS is not installed.</exception>
    public bool UseCuBlas
    {
        get => Accelerator?.UseCuBlas ?? false;
        set
        {
            if (Accelerator is { } accelerator)
                accelerator.UseCuBlas = value;
            else if (value)
                throw new PlatformNotSupportedException("UseCuBlas: the processor is no NVIDIA card, and cuBLAS needs one. Take Device.Gpu().");
        }
    }

    /// <summary>Waits until all work on the device is done: for timing. Reading a value waits by itself.</summary>
    public void Synchronize() => Accelerator?.Synchronize();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Kind}, {Memory / (1024.0 * 1024 * 1024):F0} GiB)";

    /// <summary>The device's kernels; null for the processor, whose operations call theirs directly.</summary>
    internal Accelerator? Accelerator
    {
        get
        {
            if (_open is null || field is not null)
                return field;
            lock (_opening)
            {
                return field ??= _open();
            }
        }
    }

    private static Func<Device[]>? LoadPart()
    {
        System.Reflection.Assembly library = typeof(Device).Assembly;
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(library)!;
        string folder = Path.GetDirectoryName(library.Location) is { Length: > 0 } own ? own : AppContext.BaseDirectory;
        // Where the program does not know the part by itself; our kernel does, which loads the library from memory.
        context.Resolving += (_, name) =>
            (name.Name == Part || name.Name!.StartsWith("ILGPU")) && Path.Combine(folder, $"{name.Name}.dll") is var file && File.Exists(file)
                ? context.LoadFromAssemblyPath(file)
                : null;
        try
        {
            return context.LoadFromAssemblyName(new(Part)).GetType($"{Part}.Devices")!.GetMethod("Find")!.CreateDelegate<Func<Device[]>>();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
