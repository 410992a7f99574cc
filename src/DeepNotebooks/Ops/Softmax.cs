using SoftmaxKernel = DeepNotebooks.Kernels.Softmax;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// Softmax over the last axis: pᵢ = e^xᵢ / Σⱼ e^xⱼ. The row's maximum is subtracted first, which changes nothing but keeps
    /// large logits finite.
    /// </summary>
    /// <exception cref="ArgumentException">The tensor is a scalar or its last axis is empty.</exception>
    public Tensor Softmax()
    {
        Tensor y = AlongRows("Softmax", logarithm: false, SoftmaxKernel.Rows, SoftmaxKernel.Rows);
        return Node is { } node ? y.From(new SoftmaxNode(node, y.Detach())) : y;
    }

    private sealed class SoftmaxNode(Node input, Tensor y) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = y.Room(y.Shape);
            int width = y.Shape[-1];
            if (y.Accelerator is { } device) device.SoftmaxBackward(false, y, gradient.Contiguous(), result);
            else if (y.DType == DType.Float32) SoftmaxKernel.RowsBackward(y.Read<float>(), gradient.Read<float>(), width, result.Span<float>());
            else SoftmaxKernel.RowsBackward(y.Read<double>(), gradient.Read<double>(), width, result.Span<double>());
            First!.AccumulateFresh(result);
        }
    }

    /// <summary>The logarithm of <see cref="Softmax"/>, computed without forming the softmax: xᵢ − ln Σⱼ e^xⱼ.</summary>
    /// <exception cref="ArgumentException">The tensor is a scalar or its last axis is empty.</exception>
    public Tensor LogSoftmax()
    {
        Tensor y = AlongRows("LogSoftmax", logarithm: true, SoftmaxKernel.LogRows, SoftmaxKernel.LogRows);
        return Node is { } node ? y.From(new LogSoftmaxNode(node, y.Detach())) : y;
    }

    private sealed class LogSoftmaxNode(Node input, Tensor y) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = y.Room(y.Shape);
            int width = y.Shape[-1];
            if (y.Accelerator is { } device)
                device.SoftmaxBackward(true, y, gradient.Contiguous(), result);
            else if (y.DType == DType.Float32)
                SoftmaxKernel.LogRowsBackward(y.Read<float>(), gradient.Read<float>(), width, result.Span<float>());
            else
                SoftmaxKernel.LogRowsBackward(y.Read<double>(), gradient.Read<double>(), width, result.Span<double>());
            First!.AccumulateFresh(result);
        }
    }

    private delegate void RowKernel<T>(ReadOnlySpan<T> x, int width, Span<T> y);

    private Tensor AlongRows(string operation, bool logarithm, RowKernel<float> single, RowKernel<double> @double)
    {
        if (Rank == 0 || Shape[-1] == 0)
            throw new ArgumentException($"{operation}: {Shape} has no entries along its last axis. Pass [batch, classes].");
        Tensor y = Room(Shape);
        int width = Shape[-1], rows = Size / width;
        Tensor x = Contiguous();
        if (Accelerator is { } device)
            device.Softmax(logarithm, x, y);
        else if (DType == DType.Float32)
        {
            InParts(rows, SoftmaxKernel.Cost * (long)Size, (start, count) => single(
                x.Span<float>().Slice(start * width, count * width), width, y.Span<float>().Slice(start * width, count * width)));
        }
        else
            @double(x.Read<double>(), width, y.Span<double>());
        return y;
    }
}
