using System.Runtime.CompilerServices;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// The same elements, in row-major order, under another shape. One size may be −1: it is computed from the others. Shares
    /// storage unless this is a view with gaps.
    /// </summary>
    /// <exception cref="ArgumentException">The sizes do not multiply to this tensor's.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> sizes)
    {
        Shape shape = Resolve(sizes);
        Tensor y = Contiguous() is var dense && ReferenceEquals(dense, this) ? View(shape, null, _offset) : dense.View(shape, null, 0);
        return Node is { } node ? y.From(new ReshapeNode(node)) : y;
    }

    private sealed class ReshapeNode(Node input) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.Accumulate(gradient.Reshape(First.Shape));
    }

    private Shape Resolve(ReadOnlySpan<int> sizes)
    {
        int[] resolved = sizes.ToArray();
        int open = Array.IndexOf(resolved, -1);
        if (open >= 0)
        {
            resolved[open] = 1;
            int rest = resolved.Aggregate(1, (product, size) => product * Math.Max(size, 0));
            resolved[open] = rest > 0 && Size % rest == 0 ? Size / rest : 0;
        }
        Shape shape = Shape.Create(resolved);
        return shape.Size == Size ? shape : throw new ArgumentException(
            $"Reshape: {Shape} has {Size} elements and does not fit ({string.Join(", ", sizes.ToArray())}). The sizes must multiply to {Size}.");
    }

    /// <summary>The matrix with rows and columns exchanged; a view.</summary>
    public Tensor Transpose() => Transpose(-1, -2);

    /// <summary>Two axes exchanged; a view.</summary>
    public Tensor Transpose(int first, int second)
    {
        (first, second) = (Shape.Axis(first, "Transpose"), Shape.Axis(second, "Transpose"));
        int[] sizes = Shape.ToArray(), strides = (int[])StridesArray.Clone();
        (sizes[first], sizes[second]) = (sizes[second], sizes[first]);
        (strides[first], strides[second]) = (strides[second], strides[first]);
        Tensor y = View(Shape.Of(sizes), strides, _offset);
        return Node is { } node ? y.From(new TransposeNode(node, first, second)) : y;
    }

    private sealed class TransposeNode(Node input, int first, int second) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.Accumulate(gradient.Transpose(first, second));
    }

    /// <summary>The entries start … start + length − 1 along an axis; a view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The entries do not lie within the axis.</exception>
    public Tensor Slice(int axis, int start, int length)
    {
        axis = Shape.Axis(axis, "Slice");
        if (start < 0 || length < 0 || start > Shape[axis] - length)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start,
                $"Slice: entries {start} to {start + length - 1} do not lie within axis {axis} of {Shape}.");
        }
        int[] sizes = Shape.ToArray(), strides = StridesArray;
        sizes[axis] = length;
        Tensor y = View(Shape.Of(sizes), strides, _offset + (start * strides[axis]));
        return Node is { } node ? y.From(new SliceNode(node, axis, start)) : y;
    }

    /// <summary>The rows (entries of axis 0) in a range: <c>x[..10]</c>; a view.</summary>
    [IndexerName("Element")]
    public Tensor this[Range rows]
    {
        get
        {
            (int start, int length) = rows.GetOffsetAndLength(Shape[0]);
            return Slice(0, start, length);
        }
    }

    private sealed class SliceNode(Node input, int axis, int start) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = Zeros(First!.Shape, gradient.DType);
            Tensor window = result.Slice(axis, start, gradient.Shape[axis]);
            window.Scatter(gradient);
            First.AccumulateFresh(result);
        }
    }

    /// <summary>Writes a tensor of the same shape into this view.</summary>
    private void Scatter(Tensor source)
    {
        if (DType == DType.Float32)
        {
            Copying.Scatter(source.Read<float>(), Shape, StridesArray, ((float[])_data).AsSpan(_offset));
        }
        else
        {
            Copying.Scatter(source.Read<double>(), Shape, StridesArray, ((double[])_data).AsSpan(_offset));
        }
    }

    /// <summary>Rows (entries of axis 0) picked by their index, in that order; a copy. An index may repeat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside axis 0.</exception>
    public Tensor Rows(params ReadOnlySpan<int> indices)
    {
        int[] picked = indices.ToArray();
        int count = Shape[0];
        foreach (int index in picked)
        {
            if ((uint)index >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"Rows: {index} lies outside axis 0 of {Shape}.");
            }
        }
        int[] sizes = Shape.ToArray();
        sizes[0] = picked.Length;
        Tensor y = Empty(Shape.Create(sizes), DType);
        if (DType == DType.Float32)
        {
            Pick(Read<float>(), y.Span<float>());
        }
        else
        {
            Pick(Read<double>(), y.Span<double>());
        }
        return Node is { } node ? y.From(new RowsNode(node, picked)) : y;

        void Pick<T>(ReadOnlySpan<T> from, Span<T> to)
        {
            int width = picked.Length == 0 ? 0 : to.Length / picked.Length;
            for (int i = 0; i < picked.Length; i++)
            {
                from.Slice(picked[i] * width, width).CopyTo(to[(i * width)..]);
            }
        }
    }

    private sealed class RowsNode(Node input, int[] picked) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = Zeros(First!.Shape, gradient.DType);
            for (int i = 0; i < picked.Length; i++)
            {
                result.Slice(0, picked[i], 1).AddInPlace(gradient.Slice(0, i, 1));
            }
            First.AccumulateFresh(result);
        }
    }

    /// <summary>Tensors laid one after the other along an axis; their other sizes must agree.</summary>
    /// <exception cref="ArgumentException">No tensors given, or their types, ranks or other sizes differ.</exception>
    public static Tensor Concat(IReadOnlyList<Tensor> parts, int axis = 0)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("Concat: no tensors given. Pass at least one.");
        }
        Tensor head = parts[0];
        axis = head.Shape.Axis(axis, "Concat");
        int[] sizes = head.Shape.ToArray();
        sizes[axis] = 0;
        foreach (Tensor part in parts)
        {
            RequireSameType(head, part, "Concat");
            if (part.Rank != head.Rank || part.Shape.Without(axis, keepDims: true) != head.Shape.Without(axis, keepDims: true))
            {
                throw new ArgumentException($"Concat: {head.Shape} and {part.Shape} differ outside axis {axis}. Only that size may differ.");
            }
            sizes[axis] += part.Shape[axis];
        }
        Tensor y = Empty(Shape.Create(sizes), head.DType);
        int at = 0;
        foreach (Tensor part in parts)
        {
            y.Slice(axis, at, part.Shape[axis]).Scatter(part);
            at += part.Shape[axis];
        }
        Node?[] nodes = [.. parts.Select(part => part.Node)];
        return nodes.Any(node => node is not null)
            ? y.From(new ConcatNode(nodes, [.. parts.Select(part => part.Shape[axis])], axis))
            : y;
    }

    private sealed class ConcatNode(Node?[] inputs, int[] lengths, int axis) : Node(null)
    {
        public override ReadOnlySpan<Node?> Rest => inputs;

        public override void Backward(Tensor gradient)
        {
            int at = 0;
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i]?.Accumulate(gradient.Slice(axis, at, lengths[i]));
                at += lengths[i];
            }
        }
    }
}
