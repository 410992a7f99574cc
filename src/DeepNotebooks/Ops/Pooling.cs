using System.Numerics;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// The largest number in each window over images [batch, channels, H, W]; the first of equals gets the gradient. The border
    /// counts as −∞. Zhou and Chellappa, 1988.
    /// </summary>
    /// <param name="kernel">The size of the window.</param>
    /// <param name="stride">How far it moves; its own size unless given.</param>
    /// <param name="padding">The border; narrower than the window.</param>
    /// <exception cref="ArgumentException">This is no batch of images, or the window does not fit them.</exception>
    public Tensor MaxPool(Extent kernel, Extent? stride = null, Padding padding = default)
    {
        (Window rows, Window columns) = PoolWindows("MaxPool", kernel, stride, padding);
        Tensor y = Room([Shape[0], Shape[1], rows.Output, columns.Output]);
        if (Accelerator is { } device) device.MaxPool(rows, columns, Contiguous(), y);
        else if (DType == DType.Float32) Run<float>(Contiguous());
        else Run<double>(Contiguous());
        return Node is { } node ? y.From(new MaxPoolNode(node, Contiguous().Detach(), y.Detach(), rows, columns)) : y;

        void Run<T>(Tensor x) where T : unmanaged, IFloatingPointIeee754<T> => InParts(
            x.Shape[0], PoolCost * (long)x.Size, (start, count) => Pooling.Max(x.Rows<T>(start, count), rows, columns, y.Rows<T>(start, count)));
    }

    private const int PoolCost = 4; // of an element, in multiplications

    private sealed class MaxPoolNode(Node input, Tensor x, Tensor y, Window rows, Window columns) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = x.Room(x.Shape, 0);
            if (x.Accelerator is { } device) device.MaxPoolBackward(rows, columns, x, y, gradient.Contiguous(), result);
            else if (gradient.DType == DType.Float32) Run<float>(gradient.Contiguous());
            else Run<double>(gradient.Contiguous());
            First!.AccumulateFresh(result);

            void Run<T>(Tensor dy) where T : unmanaged, IFloatingPointIeee754<T> => InParts(
                x.Shape[0], PoolCost * (long)x.Size, (start, count) => Pooling.Route(
                    x.Rows<T>(start, count), y.Rows<T>(start, count), dy.Rows<T>(start, count), rows, columns, result.Rows<T>(start, count)));
        }
    }

    /// <summary>The sum over each window of images [batch, channels, H, W], the border counting as 0.</summary>
    /// <inheritdoc cref="MaxPool"/>
    public Tensor SumPool(Extent kernel, Extent? stride = null, Padding padding = default)
    {
        (Window rows, Window columns) = PoolWindows("SumPool", kernel, stride, padding);
        Tensor y = Room([Shape[0], Shape[1], rows.Output, columns.Output]);
        if (Accelerator is { } device) device.SumPool(rows, columns, Contiguous(), y);
        else if (DType == DType.Float32) Run<float>(Contiguous());
        else Run<double>(Contiguous());
        return Node is { } node ? y.From(new SumPoolNode(node, rows, columns)) : y;

        void Run<T>(Tensor x) where T : unmanaged, IFloatingPointIeee754<T> => InParts(
            x.Shape[0], PoolCost * (long)x.Size, (start, count) => Pooling.Sum(x.Rows<T>(start, count), rows, columns, y.Rows<T>(start, count)));
    }

    private sealed class SumPoolNode(Node input, Window rows, Window columns) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor result = gradient.Room(First!.Shape, 0);
            if (gradient.Accelerator is { } device) device.SumPoolBackward(rows, columns, gradient.Contiguous(), result);
            else if (gradient.DType == DType.Float32) Run<float>(gradient.Contiguous());
            else Run<double>(gradient.Contiguous());
            First.AccumulateFresh(result);

            void Run<T>(Tensor dy) where T : unmanaged, IFloatingPointIeee754<T> => InParts(
                dy.Shape[0], PoolCost * (long)result.Size, (start, count) => Pooling.Spread(
                    dy.Rows<T>(start, count), rows, columns, result.Rows<T>(start, count)));
        }
    }

    /// <summary>The mean over each window of images [batch, channels, H, W]: the sum by the window's area, the border counting as
    /// 0.</summary>
    /// <inheritdoc cref="MaxPool"/>
    public Tensor AveragePool(Extent kernel, Extent? stride = null, Padding padding = default) =>
        SumPool(kernel, stride, padding) / ((double)kernel.Rows * kernel.Columns);

    private (Window Rows, Window Columns) PoolWindows(string operation, Extent kernel, Extent? stride, Padding padding)
    {
        if (Rank != 4)
            throw new ArgumentException($"{operation}: {Shape} is no batch of images. Pass [batch, channels, rows, columns].");
        (Window rows, Window columns) = Windows(operation, Shape, kernel, stride ?? kernel, padding, 1);
        return rows.Before < kernel.Rows && columns.Before < kernel.Columns ? (rows, columns) : throw new ArgumentException(
            $"{operation}: the padding {padding} is as wide as the window {kernel}, so that some windows see nothing. Take less.");
    }
}
