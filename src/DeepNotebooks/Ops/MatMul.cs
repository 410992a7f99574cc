using System.Numerics;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// The matrix product: [rows, inner] × [inner, columns] → [rows, columns]. Axes before the last two are a batch and
    /// broadcast. Transposed views are read in place.
    /// </summary>
    /// <exception cref="ArgumentException">An operand is no matrix, the inner sizes differ, or the types differ.</exception>
    public Tensor MatMul(Tensor other)
    {
        RequireSameType(this, other, "MatMul");
        if (Rank < 2 || other.Rank < 2)
            throw new ArgumentException($"MatMul: {Shape} x {other.Shape}: both must have at least two axes. Reshape a vector to a row or column.");
        if (Shape[-1] != other.Shape[-2])
        {
            throw new ArgumentException(
                $"MatMul: {Shape} x {other.Shape}: inner sizes {Shape[-1]} and {other.Shape[-2]} differ. "
                + "Transpose or check the layer's input size.");
        }
        Shape batch = Shape.Broadcast([.. Shape.SkipLast(2)], [.. other.Shape.SkipLast(2)], "MatMul (batch axes)");
        Tensor y = Empty([.. batch, Shape[-2], other.Shape[-1]], DType);
        if (DType == DType.Float32) Multiply<float>(this, other, batch, y);
        else Multiply<double>(this, other, batch, y);
        return Node is not null || other.Node is not null ? y.From(new MatMulNode(Node, other.Node, this, other)) : y;
    }

    private static void Multiply<T>(Tensor a, Tensor b, Shape batch, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = a.Shape[-2], inner = a.Shape[-1], columns = b.Shape[-1];
        int[] aStrides = a.StridesArray, bStrides = b.StridesArray;
        int rank = y.Rank;
        Shape walkShape = [.. batch, 1];
        var aWalk = new StridedWalk(walkShape, [.. a.BroadcastStrides(rank)[..^2], 0]);
        var bWalk = new StridedWalk(walkShape, [.. b.BroadcastStrides(rank)[..^2], 0]);
        for (int at = 0, count = batch.Size; at < count; at++)
        {
            MatrixProduct.Multiply(
                (ReadOnlyMemory<T>)(T[])a._data, new(a._offset + aWalk.Position, aStrides[^2], aStrides[^1]),
                (ReadOnlyMemory<T>)(T[])b._data, new(b._offset + bWalk.Position, bStrides[^2], bStrides[^1]),
                ((T[])y._data).AsMemory(at * rows * columns, rows * columns), rows, inner, columns);
            aWalk.Advance();
            bWalk.Advance();
        }
    }

    private sealed class MatMulNode(Node? a, Node? b, Tensor aValue, Tensor bValue) : Node(a, b)
    {
        private readonly Tensor? _a = b is null ? null : aValue.Detach(), _b = a is null ? null : bValue.Detach();

        public override void Backward(Tensor gradient)
        {
            First?.AccumulateFresh(gradient.MatMul(_b!.Transpose(-1, -2)));
            Second?.AccumulateFresh(_a!.Transpose(-1, -2).MatMul(gradient));
        }
    }
}
