using SoftmaxKernel = DeepNotebooks.Kernels.Softmax;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// −ln softmax(x)ₗ for a label l of each row of logits x [rows, classes], without forming the softmax: y = ln Σⱼ e^xⱼ − xₗ.
    /// </summary>
    internal Tensor CrossEntropy(int[] labels)
    {
        if (Accelerator is not null)
            return CrossEntropy(From(labels, DType.Float64).To(Device));
        Tensor x = Contiguous(), y = Empty([Shape[0]], DType), logSum = Empty([Shape[0]], DType);
        if (DType == DType.Float32) Run<float>(x, labels, y, logSum);
        else Run<double>(x, labels, y, logSum);
        return Node is { } node ? y.From(new CrossEntropyNode(node, x.Detach(), labels, logSum)) : y;

        static void Run<T>(Tensor x, int[] labels, Tensor y, Tensor logSum)
            where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
            InParts(labels.Length, SoftmaxKernel.Cost * (long)x.Size, (start, count) => SoftmaxKernel.CrossEntropyRows(
                x.Rows<T>(start, count), labels.AsSpan(start, count), y.Rows<T>(start, count), logSum.Rows<T>(start, count)));
    }

    /// <summary>Likewise on a device, with labels there.</summary>
    internal Tensor CrossEntropy(Tensor labels)
    {
        Tensor x = Contiguous(), y = Room([Shape[0]]), logSum = Room([Shape[0]]), classes = labels.Contiguous().Detach();
        Accelerator!.CrossEntropy(x, classes, y, logSum);
        return Node is { } node ? y.From(new DeviceCrossEntropyNode(node, x.Detach(), classes, logSum)) : y;
    }

    // ∂y/∂xⱼ = softmax(x)ⱼ − [j = l].
    private sealed class DeviceCrossEntropyNode(Node input, Tensor x, Tensor labels, Tensor logSum) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = x.Room(x.Shape);
            x.Accelerator!.CrossEntropyBackward(x, labels, logSum, gradient.Contiguous(), result);
            First!.AccumulateFresh(result);
        }
    }

    private sealed class CrossEntropyNode(Node input, Tensor x, int[] labels, Tensor logSum) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = Empty(x.Shape, x.DType);
            if (x.DType == DType.Float32) Run<float>(gradient.Contiguous(), result);
            else Run<double>(gradient.Contiguous(), result);
            First!.AccumulateFresh(result);
        }

        private void Run<T>(Tensor gradient, Tensor result) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
            InParts(labels.Length, SoftmaxKernel.Cost * (long)x.Size, (start, count) => SoftmaxKernel.CrossEntropyRowsBackward(
                x.Rows<T>(start, count), labels.AsSpan(start, count), logSum.Rows<T>(start, count), gradient.Rows<T>(start, count),
                result.Rows<T>(start, count)));
    }

    /// <summary>The elements of some entries of axis 0 of a tensor without gaps.</summary>
    private Span<T> Rows<T>(int start, int count) where T : unmanaged
    {
        int width = Size / Math.Max(1, Shape[0]);
        return Span<T>().Slice(start * width, count * width);
    }

    /// <summary>Calls an action with stretches of 0 … count − 1, at once if the work, in multiplications, is worth it.</summary>
    private static void InParts(int count, long work, Action<int, int> action)
    {
        if (count < 2 || !Kernels.Threads.Pays(work))
        {
            if (count > 0)
                action(0, count);
            return;
        }
        int parts = Math.Min(count, 4 * Kernels.Threads.Limit);
        Kernels.Threads.For(parts, work, part =>
        {
            int start = (int)((long)part * count / parts);
            action(start, (int)((part + 1L) * count / parts) - start);
        });
    }
}
