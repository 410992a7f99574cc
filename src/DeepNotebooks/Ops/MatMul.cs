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
        if (Rank > 2 && other.Rank == 2) // one large product, not many small ones
            return Reshape(-1, Shape[-1]).MatMul(other).Reshape([.. Shape.ToArray().AsSpan(..^1), other.Shape[-1]]);
        Tensor y;
        if (Rank == 2 && other.Rank == 2)
        {
            y = Room([Shape[0], other.Shape[1]]);
            MultiplyInto(y, this, other, add: false);
        }
        else
        {
            Shape batch = Shape.Broadcast([.. Shape.SkipLast(2)], [.. other.Shape.SkipLast(2)], "MatMul (batch axes)");
            y = Room([.. batch, Shape[-2], other.Shape[-1]]);
            if (Accelerator is { } device)
                device.Multiply(this, BatchStrides(y.Rank), other, other.BatchStrides(y.Rank), y, Shape[-1], add: false);
            else if (DType == DType.Float32) MultiplyBatch<float>(this, other, batch, y);
            else MultiplyBatch<double>(this, other, batch, y);
        }
        return Node is not null || other.Node is not null ? y.From(new MatMulNode(Node, other.Node, this, other)) : y;
    }

    /// <summary>y = a b or y += a b for matrices; y lies row by row.</summary>
    internal static void MultiplyInto(Tensor y, Tensor a, Tensor b, bool add)
    {
        if (y.Accelerator is { } device) device.Multiply(a, a.StridesArray, b, b.StridesArray, y, a.Shape[1], add);
        else if (y.DType == DType.Float32) Run<float>();
        else Run<double>();

        void Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => MatrixProduct.Multiply(
            a.Strided<T>(), a.MatrixLayout(), b.Strided<T>(), b.MatrixLayout(), y.Span<T>(), a.Shape[0], a.Shape[1], b.Shape[1], add);
    }

    /// <summary>Strides of a batch of matrices under a batch that it broadcasts to; those of the matrix as they are.</summary>
    private int[] BatchStrides(int rank) => [.. BroadcastStrides(rank)[..^2], .. StridesArray[^2..]];

    private MatrixLayout MatrixLayout() => _strides is { } strides ? new(0, strides[^2], strides[^1]) : new(0, Shape[-1], 1);

    private static void MultiplyBatch<T>(Tensor a, Tensor b, Shape batch, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int rows = a.Shape[-2], inner = a.Shape[-1], columns = b.Shape[-1], count = batch.Size;
        Shape walkShape = [.. batch, 1];
        var aWalk = new StridedWalk(walkShape, [.. a.BroadcastStrides(y.Rank)[..^2], 0]);
        var bWalk = new StridedWalk(walkShape, [.. b.BroadcastStrides(y.Rank)[..^2], 0]);
        var places = new (int A, int B)[count];
        for (int at = 0; at < count; at++)
        {
            places[at] = (aWalk.Position, bWalk.Position);
            aWalk.Advance();
            bWalk.Advance();
        }
        (MatrixLayout left, MatrixLayout right) = (a.MatrixLayout(), b.MatrixLayout());
        Threads.For(count, (long)count * rows * inner * columns, at => MatrixProduct.Multiply(
            a.Strided<T>(), left with { Offset = places[at].A }, b.Strided<T>(), right with { Offset = places[at].B },
            y.Span<T>().Slice(at * rows * columns, rows * columns), rows, inner, columns));
    }

    private sealed class MatMulNode(Node? a, Node? b, Tensor aValue, Tensor bValue) : Node(a, b)
    {
        private readonly Tensor? _a = b is null ? null : aValue.Detach(), _b = a is null ? null : bValue.Detach();

        public override void Backward(Tensor gradient)
        {
            First?.AccumulateProduct(gradient, _b!.Transpose(-1, -2));
            Second?.AccumulateProduct(_a!.Transpose(-1, -2), gradient);
        }
    }
}
