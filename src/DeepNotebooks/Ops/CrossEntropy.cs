using SoftmaxKernel = DeepNotebooks.Kernels.Softmax;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// −ln softmax(x)ₗ for a label l of each row of logits x [rows, classes], without forming the softmax: y = ln Σⱼ e^xⱼ − xₗ.
    /// </summary>
    internal Tensor CrossEntropy(Places labels)
    {
        Tensor x = Contiguous(), y = Room([Shape[0]]), logSum = Room([Shape[0]]);
        if (Accelerator is { } device) device.CrossEntropy(x, labels.There, y, logSum);
        else if (DType == DType.Float32) Run<float>(x, labels.Here, y, logSum);
        else Run<double>(x, labels.Here, y, logSum);
        return Node is { } node ? y.From(new CrossEntropyNode(node, x.Detach(), labels, logSum)) : y;

        static void Run<T>(Tensor x, int[] labels, Tensor y, Tensor logSum)
            where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
            InParts(labels.Length, SoftmaxKernel.Cost * (long)x.Size, (start, count) => SoftmaxKernel.CrossEntropyRows(
                x.Rows<T>(start, count), labels.AsSpan(start, count), y.Rows<T>(start, count), logSum.Rows<T>(start, count)));
    }

    // ∂y/∂xⱼ = softmax(x)ⱼ − [j = l].
    private sealed class CrossEntropyNode(Node input, Tensor x, Places labels, Tensor logSum) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = x.Room(x.Shape), dy = gradient.Contiguous();
            if (x.Accelerator is { } device) device.CrossEntropyBackward(x, labels.There, logSum, dy, result);
            else if (x.DType == DType.Float32) Run<float>(labels.Here, dy, result);
            else Run<double>(labels.Here, dy, result);
            First!.AccumulateFresh(result);
        }

        private void Run<T>(int[] classes, Tensor dy, Tensor result) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
            InParts(classes.Length, SoftmaxKernel.Cost * (long)x.Size, (start, count) => SoftmaxKernel.CrossEntropyRowsBackward(
                x.Rows<T>(start, count), classes.AsSpan(start, count), logSum.Rows<T>(start, count), dy.Rows<T>(start, count),
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
