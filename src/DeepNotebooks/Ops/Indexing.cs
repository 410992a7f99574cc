using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>Rows (entries of axis 0) picked by their index, in that order; a copy. An index may repeat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside axis 0.</exception>
    public Tensor Rows(params ReadOnlySpan<int> indices) => Select(0, indices, "Rows");

    /// <summary>Entries of an axis picked by their index, in that order; a copy. An index may repeat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the axis.</exception>
    public Tensor Select(int axis, params ReadOnlySpan<int> indices) => Select(axis, indices, "Select");

    private Tensor Select(int axis, ReadOnlySpan<int> indices, string operation)
    {
        axis = Shape.Axis(axis, operation);
        (int count, int inner) = Around(axis);
        int[] picked = indices.ToArray(), sizes = Shape.ToArray();
        RequireWithin(picked, axis, operation);
        sizes[axis] = picked.Length;
        if (Accelerator is not null)
            return Select(axis, From(picked, DType.Float64).To(Device));
        Tensor y = Room(Shape.Create(sizes));
        if (DType == DType.Float32) Copying.Select(Read<float>(), count, inner, picked, y.Span<float>());
        else Copying.Select(Read<double>(), count, inner, picked, y.Span<double>());
        return Node is { } node ? y.From(new SelectNode(node, picked, count, inner)) : y;
    }

    /// <summary>Entries of an axis on a device, by an index that lives there too, as Float64.</summary>
    internal Tensor Select(int axis, Tensor index)
    {
        (int count, int inner) = Around(axis);
        int[] sizes = Shape.ToArray();
        sizes[axis] = index.Size;
        Tensor y = Room(Shape.Create(sizes));
        Accelerator!.Select(Contiguous(), count, inner, index, y);
        return Node is { } node ? y.From(new DeviceSelectNode(node, index, count, inner)) : y;
    }

    private sealed class DeviceSelectNode(Node input, Tensor index, int count, int inner) : Node(input)
    {
        public override void Backward(Tensor gradient) =>
            gradient.Accelerator!.SelectAdd(gradient.Contiguous(), count, inner, index, First!.Sum(gradient));
    }

    private sealed class SelectNode(Node input, int[] picked, int count, int inner) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor sum = First!.Sum(gradient);
            if (gradient.DType == DType.Float32) Copying.SelectAdd(gradient.Read<float>(), count, inner, picked, sum.Span<float>());
            else Copying.SelectAdd(gradient.Read<double>(), count, inner, picked, sum.Span<double>());
        }
    }

    /// <summary>
    /// One entry along an axis for each place of an index tensor: for axis 1 of a matrix, y[i, j] = x[i, index[i, j]]. The index
    /// holds whole numbers and has this tensor's sizes except along that axis.
    /// </summary>
    /// <exception cref="ArgumentException">The index has other sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is no entry of the axis.</exception>
    public Tensor Gather(int axis, Tensor index)
    {
        axis = Shape.Axis(axis, "Gather");
        RequireFit(index, axis, "Gather");
        (int count, int inner) = Around(axis);
        int taken = index.Shape[axis];
        if (Accelerator is { } device)
        {
            Tensor at = DevicePlaces(index, axis, "Gather"), picked = Room(index.Shape);
            device.Take(Contiguous(), count, at, taken, inner, picked);
            return Node is { } made ? picked.From(new DeviceTakeNode(made, at, count, inner, taken)) : picked;
        }
        int[] where = Places(index, axis, "Gather");
        Tensor y = Room(index.Shape);
        if (DType == DType.Float32) Copying.Take(Read<float>(), count, where, taken, inner, y.Span<float>());
        else Copying.Take(Read<double>(), count, where, taken, inner, y.Span<double>());
        return Node is { } node ? y.From(new GatherNode(node, where, count, taken, inner)) : y;
    }

    private sealed class GatherNode(Node input, int[] where, int count, int taken, int inner) : Node(input)
    {
        public override void Backward(Tensor gradient) => AddAt(First!.Sum(gradient), where, count, gradient, taken, inner);
    }

    /// <summary>
    /// This tensor with the source's numbers added at the places an index tensor names along an axis: for axis 1 of a matrix,
    /// y[i, index[i, j]] += source[i, j]. A place named often gets the sum. The reverse of <see cref="Gather"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Source and index differ in shape, or from this tensor's sizes except along that
    /// axis.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is no entry of the axis.</exception>
    public Tensor ScatterAdd(int axis, Tensor index, Tensor source)
    {
        RequireSameType(this, source, "ScatterAdd");
        axis = Shape.Axis(axis, "ScatterAdd");
        int[]? where = Accelerator is null ? Places(index, axis, "ScatterAdd") : null;
        if (source.Shape != index.Shape)
            throw new ArgumentException($"ScatterAdd: the index is {index.Shape}, the source {source.Shape}. They must agree.");
        Tensor y = Copy();
        if (where is null)
            Accelerator!.TakeAdd(source.Contiguous(), index.Shape[axis], DevicePlaces(index, axis, "ScatterAdd"), Shape[axis], Around(axis).Inner, y);
        else
            AddAt(y, where, Shape[axis], source, index.Shape[axis], Around(axis).Inner);
        return Node is not null || source.Node is not null ? y.From(new ScatterAddNode(Node, source.Node, index.Detach(), axis)) : y;
    }

    private sealed class ScatterAddNode(Node? x, Node? source, Tensor index, int axis) : Node(x, source)
    {
        public override void Backward(Tensor gradient)
        {
            First?.Accumulate(gradient);
            Second?.AccumulateFresh(gradient.Gather(axis, index));
        }
    }

    private static void AddAt(Tensor sum, int[] where, int count, Tensor source, int taken, int inner)
    {
        if (sum.DType == DType.Float32) Copying.TakeAdd(source.Read<float>(), taken, where, count, inner, sum.Span<float>());
        else Copying.TakeAdd(source.Read<double>(), taken, where, count, inner, sum.Span<double>());
    }

    /// <summary>Places as a device's kernels take them; those out of range are found there.</summary>
    private Tensor DevicePlaces(Tensor index, int axis, string operation)
    {
        RequireFit(index, axis, operation);
        RequireSameDevice(this, index, operation);
        return index.To(DType.Float64).Contiguous();
    }

    private void RequireFit(Tensor index, int axis, string operation)
    {
        if (index.Rank != Rank || index.Shape.Without(axis, keepDims: true) != Shape.Without(axis, keepDims: true))
            throw new ArgumentException($"{operation}: the index {index.Shape} must have the sizes of {Shape} except along axis {axis}.");
    }

    private int[] Places(Tensor index, int axis, string operation)
    {
        RequireFit(index, axis, operation);
        int[] where = index.ToWholeNumbers(operation);
        RequireWithin(where, axis, operation);
        return where;
    }

    /// <summary>The elements as whole numbers: labels, indices.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is none.</exception>
    internal int[] ToWholeNumbers(string operation)
    {
        double[] values = ToArray();
        return Array.FindIndex(values, v => !(v == Math.Floor(v) && Math.Abs(v) <= int.MaxValue)) is >= 0 and var at
            ? throw new ArgumentOutOfRangeException(nameof(operation), values[at], $"{operation}: {values[at]} is no whole number.")
            : Array.ConvertAll(values, v => (int)v);
    }

    private void RequireWithin(int[] indices, int axis, string operation)
    {
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)Shape[axis])
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index,
                    $"{operation}: {index} lies outside axis {axis} of {Shape}, whose entries are 0 to {Shape[axis] - 1}.");
            }
        }
    }
}
