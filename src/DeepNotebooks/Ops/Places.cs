namespace DeepNotebooks;

/// <summary>
/// Whole numbers that name entries or classes, where the tensor lives that they belong to: on the processor an array, checked before
/// use; on a device a Float64 tensor there, which its kernels check, so that nothing need be copied back.
/// </summary>
internal readonly struct Places
{
    private readonly int[]? _here;
    private readonly Tensor? _there;

    /// <summary>Numbers known here, for a device or the processor.</summary>
    public Places(int[] numbers, Device device)
    {
        if (device.Accelerator is null) _here = numbers;
        else _there = Tensor.From(numbers, DType.Float64).To(device);
    }

    /// <summary>Numbers on a device.</summary>
    public Places(Tensor numbers) => _there = numbers.To(DType.Float64).Contiguous().Detach();

    public int Count => _here?.Length ?? _there!.Size;

    /// <summary>The memory that holds them.</summary>
    public object Content => _here ?? _there!.Content;

    /// <summary>For the processor's kernels.</summary>
    public int[] Here => _here!;

    /// <summary>For a device's kernels.</summary>
    public Tensor There => _there!;

    /// <summary>Read back if they are on a device.</summary>
    public int[] Read(string operation) => _here ?? _there!.ToWholeNumbers(operation);
}
