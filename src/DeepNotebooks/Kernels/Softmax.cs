using System.Numerics;
using System.Numerics.Tensors;

namespace DeepNotebooks.Kernels;

/// <summary>Softmax and its logarithm over rows, computed stably: the row's maximum is subtracted first.</summary>
internal static class Softmax
{
    /// <summary>yᵢ = exp(xᵢ − max) / Σⱼ exp(xⱼ − max) for each row of the given width.</summary>
    public static void Rows<T>(ReadOnlySpan<T> x, int width, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < x.Length; at += width)
        {
            Span<T> row = y.Slice(at, width);
            TensorPrimitives.Subtract(x.Slice(at, width), TensorPrimitives.Max(x.Slice(at, width)), row);
            TensorPrimitives.Exp(row, row);
            TensorPrimitives.Divide(row, TensorPrimitives.Sum(row), row);
        }
    }

    /// <summary>yᵢ = xᵢ − max − ln Σⱼ exp(xⱼ − max) for each row of the given width.</summary>
    public static void LogRows<T>(ReadOnlySpan<T> x, int width, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < x.Length; at += width)
        {
            ReadOnlySpan<T> from = x.Slice(at, width);
            Span<T> row = y.Slice(at, width);
            T max = TensorPrimitives.Max(from);
            TensorPrimitives.Subtract(from, max, row);
            TensorPrimitives.Exp(row, row);
            T logSum = T.Log(TensorPrimitives.Sum(row)); // added to max it would lose its digits to a large one
            TensorPrimitives.Subtract(from, max, row);
            TensorPrimitives.Subtract(row, logSum, row);
        }
    }

    /// <summary>dxᵢ = yᵢ (dyᵢ − Σⱼ dyⱼ yⱼ): the Jacobian diag(y) − y yᵀ applied to dy, row by row.</summary>
    public static void RowsBackward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, int width, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < y.Length; at += width)
        {
            Span<T> row = dx.Slice(at, width);
            T dot = TensorPrimitives.Dot(y.Slice(at, width), dy.Slice(at, width));
            TensorPrimitives.Subtract(dy.Slice(at, width), dot, row);
            TensorPrimitives.Multiply(row, y.Slice(at, width), row);
        }
    }

    /// <summary>dxᵢ = dyᵢ − exp(yᵢ) Σⱼ dyⱼ for y = log softmax(x), row by row.</summary>
    public static void LogRowsBackward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dy, int width, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < y.Length; at += width)
        {
            Span<T> row = dx.Slice(at, width);
            T sum = TensorPrimitives.Sum(dy.Slice(at, width));
            TensorPrimitives.Exp(y.Slice(at, width), row);
            TensorPrimitives.Multiply(row, -sum, row);
            TensorPrimitives.Add(row, dy.Slice(at, width), row);
        }
    }
}
