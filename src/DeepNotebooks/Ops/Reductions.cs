using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>The sum of all elements, as a scalar.</summary>
    public Tensor Sum() => Reshape([Size]).Sum(0);

    /// <summary>The sums along one axis.</summary>
    /// <param name="axis">The axis that is summed over; negative counts from the last.</param>
    /// <param name="keepDims">Whether that axis stays, with size 1.</param>
    public Tensor Sum(int axis, bool keepDims = false)
    {
        axis = Shape.Axis(axis, "Sum");
        Tensor y = Room(Shape.Without(axis, keepDims));
        (int count, int inner) = Around(axis);
        if (Accelerator is { } device) device.Sum(Contiguous(), count, inner, y);
        else if (DType == DType.Float32) Reduction.Sum(Read<float>(), count, inner, y.Span<float>());
        else Reduction.Sum(Read<double>(), count, inner, y.Span<double>());
        return Node is { } node ? y.From(new SumNode(node, axis)) : y;
    }

    /// <summary>The sums over several axes.</summary>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepDims = false)
    {
        Tensor y = this;
        foreach (int axis in Descending(axes, "Sum"))
            y = y.Sum(axis, keepDims);
        return y;
    }

    private sealed class SumNode(Node input, int axis) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.AccumulateFresh(gradient.Repeat(First.Shape, axis));
    }

    /// <summary>The mean of all elements, as a scalar; NaN of an empty tensor.</summary>
    public Tensor Mean() => Sum() / Size;

    /// <summary>The means along one axis.</summary>
    public Tensor Mean(int axis, bool keepDims = false) => Sum(axis, keepDims) / Shape[axis];

    /// <summary>The means over several axes.</summary>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepDims = false)
    {
        double count = 1;
        foreach (int axis in axes)
            count *= Shape[axis];
        return Sum(axes, keepDims) / count;
    }

    /// <summary>The variance Σ(x − mean)² / n of all elements, as a scalar.</summary>
    public Tensor Variance() => (this - Mean()).Square().Mean();

    /// <summary>
    /// The variances Σ(x − mean)² / (n − correction) along one axis. Correction 0 is the variance of the numbers themselves, 1 estimates
    /// that of the population they were drawn from.
    /// </summary>
    public Tensor Variance(int axis, int correction = 0, bool keepDims = false) =>
        (this - Mean(axis, keepDims: true)).Square().Sum(axis, keepDims) / (Shape[axis] - correction);

    /// <summary>The variances over several axes.</summary>
    public Tensor Variance(ReadOnlySpan<int> axes, int correction = 0, bool keepDims = false)
    {
        int count = 1;
        foreach (int axis in axes)
            count *= Shape[axis];
        return (this - Mean(axes, keepDims: true)).Square().Sum(axes, keepDims) / (count - correction);
    }

    /// <summary>The Euclidean norm √Σx² of all elements, as a scalar; its gradient at 0 is taken as 0.</summary>
    public Tensor Norm()
    {
        if (Accelerator is not null)
            return Reshape([Size]).Norm([0]);
        Tensor y = Scalar(DType == DType.Float32
            ? System.Numerics.Tensors.TensorPrimitives.Norm(Read<float>())
            : System.Numerics.Tensors.TensorPrimitives.Norm(Read<double>()), DType);
        return Node is { } node ? y.From(new NormNode(node, Detach(), y.Item())) : y;
    }

    private sealed class NormNode(Node input, Tensor x, double norm) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.AccumulateFresh(norm == 0 ? Zeros(x.Shape, x.DType) : gradient * x / norm);
    }

    /// <summary>The Euclidean norms √Σx² over some axes; the gradient of a norm that is 0 is taken as 0.</summary>
    public Tensor Norm(ReadOnlySpan<int> axes, bool keepDims = false)
    {
        Tensor sum = Square().Sum(axes, keepDims);
        Tensor zero = sum.EqualTo(0);
        return (sum + zero).Sqrt() - zero; // a detour around the infinite slope of the root
    }

    /// <summary>
    /// ln Σ eˣ along an axis, a smooth maximum. The largest is subtracted first, which changes nothing but keeps large numbers finite.
    /// </summary>
    public Tensor LogSumExp(int axis = -1, bool keepDims = false)
    {
        Tensor max = Detach().Max(axis, keepDims: true);
        max = Where((max - max).EqualTo(0), max, Scalar(0, DType)); // ∞ − ∞ is no number
        Tensor y = (this - max).Exp().Sum(axis, keepDims: true).Log() + max;
        return keepDims ? y : y.Squeeze(axis);
    }

    /// <summary>ln Σeˣ over several axes.</summary>
    public Tensor LogSumExp(ReadOnlySpan<int> axes, bool keepDims = false)
    {
        Tensor y = this;
        foreach (int axis in Descending(axes, "LogSumExp"))
            y = y.LogSumExp(axis, keepDims);
        return y;
    }

    /// <summary>The sums of all entries up to each one along an axis: yₖ = x₀ + … + xₖ.</summary>
    public Tensor CumulativeSum(int axis = -1) => CumulativeSum(Shape.Axis(axis, "CumulativeSum"), backwards: false);

    private Tensor CumulativeSum(int axis, bool backwards)
    {
        Tensor y = Copy();
        (int count, int inner) = Around(axis);
        if (Accelerator is { } device) device.Accumulate(y, count, inner, backwards);
        else if (DType == DType.Float32) Reduction.Accumulate(y.Span<float>(), count, inner, backwards);
        else Reduction.Accumulate(y.Span<double>(), count, inner, backwards);
        return Node is { } node ? y.From(new CumulativeSumNode(node, axis)) : y;
    }

    private sealed class CumulativeSumNode(Node input, int axis) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.AccumulateFresh(gradient.CumulativeSum(axis, backwards: true));
    }

    /// <summary>The largest element, as a scalar; NaN if there is one. The first of equals gets the gradient.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public Tensor Max() => Reshape([Size]).Max(0);

    /// <summary>The largest elements along one axis.</summary>
    public Tensor Max(int axis, bool keepDims = false) => Extreme(axis, largest: true, keepDims, "Max").Values;

    /// <summary>The smallest element, as a scalar; NaN if there is one. The first of equals gets the gradient.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public Tensor Min() => Reshape([Size]).Min(0);

    /// <summary>The smallest elements along one axis.</summary>
    public Tensor Min(int axis, bool keepDims = false) => Extreme(axis, largest: false, keepDims, "Min").Values;

    /// <summary>The largest elements over several axes.</summary>
    public Tensor Max(ReadOnlySpan<int> axes, bool keepDims = false) =>
        Descending(axes, "Max").Aggregate(this, (y, axis) => y.Max(axis, keepDims));

    /// <summary>The smallest elements over several axes.</summary>
    public Tensor Min(ReadOnlySpan<int> axes, bool keepDims = false) =>
        Descending(axes, "Min").Aggregate(this, (y, axis) => y.Min(axis, keepDims));

    /// <summary>Where the smallest elements along an axis stand, the first of equals; row by row over the other axes.</summary>
    public int[] ArgMin(int axis = -1) => Extreme(axis, largest: false, keepDims: false, "ArgMin").Where.Read("ArgMin");

    /// <summary>Where the largest elements along an axis stand, the first of equals; row by row over the other axes.</summary>
    public int[] ArgMax(int axis = -1) => Extreme(axis, largest: true, keepDims: false, "ArgMax").Where.Read("ArgMax");

    private (Tensor Values, Places Where) Extreme(int axis, bool largest, bool keepDims, string operation)
    {
        axis = Shape.Axis(axis, operation);
        if (Shape[axis] == 0)
            throw new InvalidOperationException($"{operation}: axis {axis} of {Shape} is empty and has no largest or smallest element.");
        Tensor y = Room(Shape.Without(axis, keepDims));
        (int count, int inner) = Around(axis);
        Places where = Accelerator is { } there ? new(Empty(y.Shape, DType.Float64, there)) : new(new int[y.Size], Device);
        if (Accelerator is { } device) device.Extreme(Contiguous(), count, inner, largest, y, where.There);
        else if (DType == DType.Float32) Reduction.Extreme(Read<float>(), count, inner, largest, y.Span<float>(), where.Here);
        else Reduction.Extreme(Read<double>(), count, inner, largest, y.Span<double>(), where.Here);
        return (Node is { } node ? y.From(new ExtremeNode(node, where, count, inner)) : y, where);
    }

    private sealed class ExtremeNode(Node input, Places where, int count, int inner) : Node(input)
    {
        public override void Backward(Tensor gradient) => AddAt(First!.Sum(gradient), where, count, gradient, taken: 1, inner);
    }

    /// <summary>Sums a gradient of a broadcast shape back to the shape it was broadcast from: the one place that does so.</summary>
    internal Tensor SumTo(Shape shape)
    {
        Tensor result = this;
        while (result.Rank > shape.Rank)
            result = result.Sum(0);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 1 && result.Shape[axis] != 1)
                result = result.Sum(axis, keepDims: true);
        }
        return result;
    }

    /// <summary>Undoes a reduction along an axis: every element of this one repeated.</summary>
    private Tensor Repeat(Shape shape, int axis)
    {
        Tensor y = Room(shape);
        (int count, int inner) = y.Around(axis);
        if (Accelerator is { } device) device.Repeat(Contiguous(), count, inner, y);
        else if (DType == DType.Float32) Reduction.Repeat(Read<float>(), count, inner, y.Span<float>());
        else Reduction.Repeat(Read<double>(), count, inner, y.Span<double>());
        return y;
    }

    /// <summary>The size of an axis and the number of elements inside one step along it.</summary>
    private (int Count, int Inner) Around(int axis)
    {
        int inner = 1;
        for (int after = axis + 1; after < Rank; after++)
            inner *= Shape[after];
        return (Shape[axis], inner);
    }

    private int[] Descending(ReadOnlySpan<int> axes, string operation)
    {
        var resolved = new SortedSet<int>();
        foreach (int axis in axes)
        {
            if (!resolved.Add(Shape.Axis(axis, operation)))
                throw new ArgumentException($"{operation}: axis {axis} of {Shape} is named twice.");
        }
        return [.. resolved.Reverse()];
    }
}
