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
        if (sizes.Count(-1) > 1)
            throw new ArgumentException($"Reshape: ({string.Join(", ", resolved)}) leaves more than one size open. Only one may be −1.");
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
                $"Slice: {length} entries from {start} on do not lie within axis {axis} of {Shape}.");
        }
        int[] sizes = Shape.ToArray(), strides = StridesArray;
        sizes[axis] = length;
        Tensor y = View(Shape.Of(sizes), strides, _offset + (start * strides[axis]));
        return Node is { } node ? y.From(new SliceNode(node, axis, start)) : y;
    }

    /// <summary>The rows (entries of axis 0) in a range: <c>x[..10]</c>; a view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within axis 0.</exception>
    [IndexerName("Element")]
    public Tensor this[Range rows]
    {
        get
        {
            int count = Shape[Shape.Axis(0, "Range")], start = rows.Start.GetOffset(count);
            return Slice(0, start, rows.End.GetOffset(count) - start);
        }
    }

    private sealed class SliceNode(Node input, int axis, int start) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor window = First!.Sum(gradient).Slice(axis, start, gradient.Shape[axis]);
            window.Scatter(gradient, add: true);
        }
    }

    /// <summary>Writes a tensor of the same shape into this view, or adds it.</summary>
    private void Scatter(Tensor source, bool add = false)
    {
        if (Accelerator is { } device) device.Scatter(source.Contiguous(), this, add);
        else if (DType == DType.Float32) Copying.Scatter(source.Read<float>(), Shape, StridesArray, ((float[])Numbers).AsSpan(_offset), add);
        else Copying.Scatter(source.Read<double>(), Shape, StridesArray, ((double[])Numbers).AsSpan(_offset), add);
    }

    /// <summary>A part by a range or an index for each of the leading axes: <c>x[1..3, ..]</c>, <c>x[0, ^2..]</c>; a view. An axis
    /// with an index is dropped, axes not named stay whole.</summary>
    /// <exception cref="ArgumentException">More entries than axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A range or index lies outside its axis.</exception>
    [IndexerName("Element")]
    public Tensor this[params ReadOnlySpan<AxisIndex> parts]
    {
        get
        {
            if (parts.Length > Rank)
                throw new ArgumentException($"Index: {parts.Length} ranges or indices for {Shape}, which has {Rank} axes.");
            Tensor y = this;
            for (int i = parts.Length - 1; i >= 0; i--)
            {
                (int start, int length) = parts[i].Resolve(Shape, i);
                y = length == Shape[i] ? y : y.Slice(i, start, length);
                y = parts[i].IsSingle ? y.Squeeze(i) : y;
            }
            return y;
        }
    }

    /// <summary>The axes in another order: axis k of the result is axis <c>axes[k]</c> of this; a view.</summary>
    /// <exception cref="ArgumentException">The axes are no permutation of this tensor's.</exception>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        int[] order = new int[axes.Length], inverse = new int[axes.Length];
        for (int k = 0; k < axes.Length; k++)
        {
            order[k] = Shape.Axis(axes[k], "Permute");
            inverse[axes.Length == Rank ? order[k] : k] = k;
        }
        if (order.Distinct().Count() != Rank || axes.Length != Rank)
            throw new ArgumentException($"Permute: ({string.Join(", ", order)}) is no order of the axes of {Shape}. Name each once.");
        int[] strides = StridesArray;
        Tensor y = View(Shape.Of([.. order.Select(axis => Shape[axis])]), [.. order.Select(axis => strides[axis])], _offset);
        return Node is { } node ? y.From(new PermuteNode(node, inverse)) : y;
    }

    private sealed class PermuteNode(Node input, int[] inverse) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.Accumulate(gradient.Permute(inverse));
    }

    /// <summary>This tensor without an axis of size 1; a view.</summary>
    /// <exception cref="ArgumentException">The axis has another size.</exception>
    public Tensor Squeeze(int axis)
    {
        axis = Shape.Axis(axis, "Squeeze");
        return Shape[axis] == 1 ? Reaxis(Shape.Without(axis, keepDims: false), [.. StridesArray[..axis], .. StridesArray[(axis + 1)..]])
            : throw new ArgumentException($"Squeeze: axis {axis} of {Shape} has size {Shape[axis]}, not 1. Index or reduce it instead.");
    }

    /// <summary>This tensor with a new axis of size 1 at the given place, 0 … rank, or −1 for the last; a view.</summary>
    public Tensor Unsqueeze(int axis)
    {
        int at = Shape.Create([.. Shape, 1]).Axis(axis, "Unsqueeze");
        int[] sizes = Shape.ToArray(), strides = StridesArray;
        return Reaxis(Shape.Of([.. sizes[..at], 1, .. sizes[at..]]), [.. strides[..at], 1, .. strides[at..]]);
    }

    private Tensor Reaxis(Shape shape, int[] strides)
    {
        Tensor y = View(shape, strides, _offset);
        return Node is { } node ? y.From(new ReshapeNode(node)) : y;
    }

    /// <summary>This tensor repeated to a shape that it broadcasts to; a view that stores each number once, to be read only.</summary>
    /// <exception cref="ArgumentException">It does not broadcast to that shape.</exception>
    public Tensor Expand(params ReadOnlySpan<int> sizes)
    {
        Shape shape = Shape.Create(sizes);
        if (shape.Rank < Rank || Shape.Broadcast(Shape, shape, "Expand") != shape)
            throw new ArgumentException($"Expand: {Shape} does not broadcast to {shape}. Only axes of size 1 and new leading ones repeat.");
        Tensor y = View(shape, BroadcastStrides(shape.Rank), _offset);
        return Node is { } node ? y.From(new ExpandNode(node)) : y;
    }

    private sealed class ExpandNode(Node input) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.Accumulate(gradient);
    }

    /// <summary>Tensors laid one after the other along an axis; their other sizes must agree.</summary>
    /// <exception cref="ArgumentException">No tensors given, or their types, ranks or other sizes differ.</exception>
    public static Tensor Concat(IReadOnlyList<Tensor> parts, int axis = 0)
    {
        if (parts.Count == 0)
            throw new ArgumentException("Concat: no tensors given. Pass at least one.");
        Tensor head = parts[0];
        axis = head.Shape.Axis(axis, "Concat");
        int[] sizes = head.Shape.ToArray();
        sizes[axis] = 0;
        foreach (Tensor part in parts)
        {
            RequireSameType(head, part, "Concat");
            if (part.Rank != head.Rank || part.Shape.Without(axis, keepDims: true) != head.Shape.Without(axis, keepDims: true))
                throw new ArgumentException($"Concat: {head.Shape} and {part.Shape} differ outside axis {axis}. Only that size may differ.");
            sizes[axis] += part.Shape[axis];
        }
        Tensor y = head.Room(Shape.Create(sizes));
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
