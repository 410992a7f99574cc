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
        int[] picked = indices.ToArray();
        RequireWithin(picked, axis, operation);
        return Select(axis, new Places(picked, Device));
    }

    /// <summary>Entries of an axis by places that are within it, or that a device will check.</summary>
    internal Tensor Select(int axis, Places places)
    {
        (int count, int inner) = Around(axis);
        int[] sizes = Shape.ToArray();
        sizes[axis] = places.Count;
        Tensor y = Room(Shape.Create(sizes));
        if (Accelerator is { } device) device.Select(Contiguous(), count, inner, places.There, y);
        else if (DType == DType.Float32) Copying.Select(Read<float>(), count, inner, places.Here, y.Span<float>());
        else Copying.Select(Read<double>(), count, inner, places.Here, y.Span<double>());
        return Node is { } node ? y.From(new SelectNode(node, places, count, inner)) : y;
    }

    private sealed class SelectNode(Node input, Places places, int count, int inner) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor sum = First!.Sum(gradient);
            if (sum.Accelerator is { } device) device.SelectAdd(gradient.Contiguous(), count, inner, places.There, sum);
            else if (gradient.DType == DType.Float32) Copying.SelectAdd(gradient.Read<float>(), count, inner, places.Here, sum.Span<float>());
            else Copying.SelectAdd(gradient.Read<double>(), count, inner, places.Here, sum.Span<double>());
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
        Places places = PlacesOf(index, axis, "Gather");
        (int count, int inner) = Around(axis);
        int taken = index.Shape[axis];
        Tensor y = Room(index.Shape);
        if (Accelerator is { } device) device.Take(Contiguous(), count, places.There, taken, inner, y);
        else if (DType == DType.Float32) Copying.Take(Read<float>(), count, places.Here, taken, inner, y.Span<float>());
        else Copying.Take(Read<double>(), count, places.Here, taken, inner, y.Span<double>());
        return Node is { } node ? y.From(new GatherNode(node, places, count, taken, inner)) : y;
    }

    private sealed class GatherNode(Node input, Places places, int count, int taken, int inner) : Node(input)
    {
        public override void Backward(Tensor gradient) => AddAt(First!.Sum(gradient), places, count, gradient, taken, inner);
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
        Places places = PlacesOf(index, axis, "ScatterAdd");
        if (source.Shape != index.Shape)
            throw new ArgumentException($"ScatterAdd: the index is {index.Shape}, the source {source.Shape}. They must agree.");
        Tensor y = Copy();
        AddAt(y, places, Shape[axis], source, index.Shape[axis], Around(axis).Inner);
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

    private static void AddAt(Tensor sum, Places places, int count, Tensor source, int taken, int inner)
    {
        if (sum.Accelerator is { } device) device.TakeAdd(source.Contiguous(), taken, places.There, count, inner, sum);
        else if (sum.DType == DType.Float32) Copying.TakeAdd(source.Read<float>(), taken, places.Here, count, inner, sum.Span<float>());
        else Copying.TakeAdd(source.Read<double>(), taken, places.Here, count, inner, sum.Span<double>());
    }

    private Places PlacesOf(Tensor index, int axis, string operation)
    {
        if (index.Rank != Rank || index.Shape.Without(axis, keepDims: true) != Shape.Without(axis, keepDims: true))
            throw new ArgumentException($"{operation}: the index {index.Shape} must have the sizes of {Shape} except along axis {axis}.");
        if (Accelerator is not null)
        {
            RequireSameDevice(this, index, operation);
            return new(index);
        }
        int[] where = index.ToWholeNumbers(operation);
        RequireWithin(where, axis, operation);
        return new(where, Device);
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
