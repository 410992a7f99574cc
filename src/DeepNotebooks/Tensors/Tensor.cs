using System.Diagnostics;
using System.Runtime.CompilerServices;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

/// <summary>
/// A dense array of numbers with a <see cref="DeepNotebooks.Shape"/> and a <see cref="DeepNotebooks.DType"/>, stored row by row.
/// Views (<see cref="Reshape"/>, <see cref="Transpose(int, int)"/>, <see cref="Slice"/>) share the storage of the tensor they show.
/// A tensor that <see cref="RequiresGrad"/> records the operations applied to it, and <see cref="Backward"/> differentiates them.
/// </summary>
public sealed partial class Tensor
{
    private Storage _storage;
    private int _offset;
    private readonly int[]? _strides; // null: row-major without gaps

    private Tensor(Storage storage, Shape shape, DType dtype, int offset = 0, int[]? strides = null)
    {
        (_storage, Shape, DType) = (storage, shape, dtype);
        if (Size > 0) // an empty window may stand beyond the storage's end
        {
            (_offset, _strides) = (offset, strides is not null && !IsRowMajor(shape, strides) ? strides : null);
        }
    }

    /// <summary>The sizes of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>The number type of the elements.</summary>
    public DType DType { get; }

    /// <summary>Where the elements are, and where operations on them run.</summary>
    public Device Device => _storage.Accelerator?.Device ?? Device.Cpu;

    /// <summary>What runs operations on this tensor; null for the processor.</summary>
    internal Accelerator? Accelerator => _storage.Accelerator;

    /// <summary>The elements on a device, of this tensor and of all views of it.</summary>
    internal DeviceMemory DeviceMemory => _storage.Memory;

    /// <summary>Where in the storage this tensor begins.</summary>
    internal int Offset => _offset;

    /// <summary>What a drawn graph calls this tensor; null for nothing.</summary>
    public string? Name { get; private set; }

    /// <summary>Gives this tensor a name for a drawn graph: <c>var w = rng.Normal([2]).WithGrad().Named("w");</c></summary>
    public Tensor Named(string name)
    {
        Name = name;
        return this;
    }

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements.</summary>
    public int Size { get => field < 0 ? field = Shape.Size : field; } = -1;

    /// <summary>Whether the elements lie row by row without gaps; transposed and sliced views often do not.</summary>
    public bool IsContiguous => _strides is null;

    /// <summary>The distance in elements between neighbours along each axis.</summary>
    public IReadOnlyList<int> Strides => StridesArray;

    internal int[] StridesArray => _strides ?? Shape.Strides();

    /// <summary>A tensor whose elements are still to be written.</summary>
    internal static Tensor Empty(Shape shape, DType dtype, Accelerator? accelerator = null) =>
        new(Workspace.Rent(shape.Size, dtype, accelerator), shape, dtype);

    /// <summary>A tensor of this one's type and on its device, whose elements are still to be written.</summary>
    internal Tensor Room(Shape shape) => new(Workspace.Rent(shape.Size, DType, Accelerator), shape, DType);

    /// <summary>A tensor of this one's type and on its device, with one value everywhere.</summary>
    internal Tensor Room(Shape shape, double value)
    {
        Tensor result = Room(shape);
        result.Set(value);
        return result;
    }

    /// <summary>Another window on the same storage.</summary>
    private Tensor View(Shape shape, int[]? strides, int offset) => new(_storage, shape, DType, offset, strides);

    /// <summary>The array that holds the elements, of this tensor and of all views of it.</summary>
    internal Array Numbers => _storage.Numbers;

    /// <summary>The array or the memory that holds the elements.</summary>
    internal object Content => Accelerator is null ? Numbers : DeviceMemory;

    /// <summary>Whether the step that this tensor was made in has ended.</summary>
    internal bool IsReleased => _storage.IsReleased;

    /// <summary>The elements row by row, to be read; a view with gaps, or one on a device, is copied first.</summary>
    internal ReadOnlySpan<T> Read<T>() where T : unmanaged => (Accelerator is null ? Contiguous() : To(Device.Cpu)).Span<T>();

    /// <summary>The elements row by row, to be written.</summary>
    internal Span<T> Span<T>() where T : unmanaged
    {
        Debug.Assert(IsContiguous, "only a tensor without gaps has a span");
        return ((T[])Numbers).AsSpan(_offset, Size);
    }

    /// <summary>The storage from this view's first element on; elements are reached through <see cref="StridesArray"/>.</summary>
    internal ReadOnlySpan<T> Strided<T>() where T : unmanaged => ((T[])Numbers).AsSpan(_offset);

    /// <summary>This tensor without gaps: itself, or a copy of the view.</summary>
    internal Tensor Contiguous()
    {
        if (IsContiguous)
            return this;
        Tensor copy = Room(Shape);
        if (Accelerator is { } device) device.Gather(this, copy);
        else if (DType == DType.Float32) Copying.Gather(Strided<float>(), Shape, StridesArray, copy.Span<float>());
        else Copying.Gather(Strided<double>(), Shape, StridesArray, copy.Span<double>());
        return copy;
    }

    /// <summary>A copy with storage of its own and no history; it outlives the step of a <see cref="Workspace"/>.</summary>
    public Tensor Clone()
    {
        using WorkspaceScope own = Workspace.Leave();
        return Copy();
    }

    /// <summary>A copy that may live in the memory of the step.</summary>
    internal Tensor Copy()
    {
        Tensor copy = Room(Shape);
        copy.Set(this);
        return copy;
    }

    /// <summary>The same storage without history: no gradient flows through it.</summary>
    public Tensor Detach() => View(Shape, _strides, _offset);

    /// <summary>The elements as another number type; without history.</summary>
    public Tensor To(DType dtype)
    {
        if (dtype == DType)
            return Detach();
        Tensor result = Empty(Shape, dtype, Accelerator);
        if (Accelerator is { } device)
            device.Convert(Contiguous(), result);
        else if (dtype == DType.Float64)
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(Read<float>(), result.Span<double>());
        else
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(Read<double>(), result.Span<float>());
        return result;
    }

    /// <summary>The elements on another device; without history. A copy, unless they are there already.</summary>
    public Tensor To(Device device)
    {
        if (device == Device)
            return Detach();
        Tensor source = Contiguous(), result = Empty(Shape, DType, device.Accelerator);
        if (Size == 0)
            return result;
        if (source.Accelerator is { } from)
        {
            Array numbers = device.Accelerator is null ? result.Numbers : DType == DType.Float32 ? new float[Size] : new double[Size];
            from.Read(source, source._offset, numbers);
            device.Accelerator?.Write(numbers, result);
        }
        else
            device.Accelerator!.Write(DType == DType.Float32 ? source.Whole<float>() : source.Whole<double>(), result);
        return result;
    }

    private T[] Whole<T>() where T : unmanaged => _offset == 0 && Numbers.Length == Size ? (T[])Numbers : Span<T>().ToArray();

    /// <summary>Moves this very tensor, for weights that others refer to; its gradient is forgotten. Views of it stay behind.</summary>
    internal void MoveTo(Device device)
    {
        if (device == Device)
            return;
        ForbidGaps("To");
        using WorkspaceScope own = Workspace.Leave();
        Tensor moved = To(device);
        (_storage, _offset, Grad) = (moved._storage, moved._offset, null);
    }

    /// <summary>Overwrites the elements with those of a tensor of the same shape and type; history is not recorded.</summary>
    /// <exception cref="ArgumentException">Shape or type differ.</exception>
    public void Assign(Tensor source)
    {
        if (source.Shape != Shape || source.DType != DType)
        {
            throw new ArgumentException(
                $"Assign: {source.Shape} {source.DType} into {Shape} {DType}: shapes and types must be equal.", nameof(source));
        }
        ForbidGaps(nameof(Assign));
        Set(source);
        NoteChange();
    }

    /// <summary>To be called by what changes elements in place: a backward pass that counts on the old ones then fails.</summary>
    internal void NoteChange() => _storage.NoteChange();

    private void Set(Tensor source)
    {
        if (Accelerator is { } device) device.Scatter(source.To(Device).Contiguous(), this, add: false);
        else if (DType == DType.Float32) source.Read<float>().CopyTo(Span<float>());
        else source.Read<double>().CopyTo(Span<double>());
    }

    /// <summary>One element, by its index along each axis; negative indices count from the end.</summary>
    /// <exception cref="ArgumentException">The number of indices is not the rank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    [IndexerName("Element")] // the name Item is taken by the method
    public double this[params ReadOnlySpan<int> index]
    {
        get => At(Position(index));
        set
        {
            int position = Position(index);
            if (Accelerator is { } device)
                device.Fill(View([], null, position), value);
            else if (Numbers is float[] singles)
                singles[position] = (float)value;
            else
                ((double[])Numbers)[position] = value;
            NoteChange();
        }
    }

    /// <summary>The only element of a tensor of size 1, as a number.</summary>
    /// <exception cref="InvalidOperationException">The tensor has no or several elements.</exception>
    public double Item() => Size == 1
        ? At(_offset)
        : throw new InvalidOperationException($"Item: {Shape} holds {Size} elements, not one. Index or reduce it first.");

    /// <summary>The elements row by row, as a new array of <c>float</c> or <c>double</c>.</summary>
    public T[] ToArray<T>() where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var result = new T[Size];
        if (DType == DType.Float32) System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(Read<float>(), result);
        else System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(Read<double>(), result);
        return result;
    }

    /// <summary>The elements row by row, as a new array of doubles.</summary>
    public double[] ToArray() => ToArray<double>();

    private double At(int position)
    {
        if (Accelerator is { } device)
        {
            Array one = DType == DType.Float32 ? new float[1] : new double[1];
            device.Read(this, position, one);
            return one is float[] single ? single[0] : ((double[])one)[0];
        }
        return Numbers is float[] singles ? singles[position] : ((double[])Numbers)[position];
    }

    private int Position(ReadOnlySpan<int> index)
    {
        if (index.Length != Rank)
            throw new ArgumentException($"Index: {Shape} takes {Rank} indices, {index.Length} given.");
        int[] strides = StridesArray;
        int position = _offset;
        for (int axis = 0; axis < Rank; axis++)
        {
            int i = index[axis] < 0 ? index[axis] + Shape[axis] : index[axis];
            if ((uint)i >= (uint)Shape[axis])
            {
                throw new ArgumentOutOfRangeException(nameof(index), index[axis],
                    $"Index: {index[axis]} lies outside axis {axis} of {Shape}, which has {Shape[axis]} entries.");
            }
            position += i * strides[axis];
        }
        return position;
    }

    internal void ForbidGaps(string operation)
    {
        if (!IsContiguous)
            throw new InvalidOperationException($"{operation}: a view with gaps cannot be written as a whole. Write to the tensor it shows.");
    }

    private static bool IsRowMajor(Shape shape, int[] strides)
    {
        int step = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (shape[axis] != 1 && strides[axis] != step)
                return false;
            step *= shape[axis];
        }
        return true;
    }
}
