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
            ReadOnlySpan<T> from = x.Slice(at, width);
            Span<T> row = y.Slice(at, width);
            T sum = Exponentials(from, TensorPrimitives.Max(from), row);
            TensorPrimitives.Multiply(row, T.One / sum, row);
        }
    }

    /// <summary>yᵢ = exp(xᵢ − shift), and their sum.</summary>
    private static T Exponentials<T>(ReadOnlySpan<T> x, T shift, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> shifts = new(shift), sums = Vector<T>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> e = Exponential.Of(new Vector<T>(x[i..]) - shifts);
            e.CopyTo(y[i..]);
            sums += e;
        }
        T sum = Vector.Sum(sums);
        for (; i < x.Length; i++)
            sum += y[i] = T.Exp(x[i] - shift);
        return sum;
    }

    /// <summary>yᵢ = xᵢ − max − ln Σⱼ exp(xⱼ − max) for each row of the given width.</summary>
    public static void LogRows<T>(ReadOnlySpan<T> x, int width, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < x.Length; at += width)
        {
            ReadOnlySpan<T> from = x.Slice(at, width);
            Span<T> row = y.Slice(at, width);
            T max = TensorPrimitives.Max(from);
            T logSum = T.Log(Exponentials(from, max, row)); // added to max it would lose its digits to a large one
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
            Elementwise.Apply<T, Exp>(y.Slice(at, width), row);
            TensorPrimitives.MultiplyAdd(row, -sum, dy.Slice(at, width), row);
        }
    }

    /// <summary>What an element of a row costs, in multiplications: exponentials are dear.</summary>
    public const int Cost = 16;

    /// <summary>y = ln Σⱼ e^xⱼ − xₗ for a label l of each row, and the first term by itself.</summary>
    public static void CrossEntropyRows<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> labels, Span<T> y, Span<T> logSum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = x.Length / labels.Length;
        for (int r = 0; r < labels.Length; r++)
        {
            ReadOnlySpan<T> row = x.Slice(r * width, width);
            T max = TensorPrimitives.Max(row), sum = SumOfExponentials(row, max);
            T log = T.Log(sum); // added to max first, it would lose its digits to a large one
            (y[r], logSum[r]) = (log + (max - row[labels[r]]), max + log);
        }
    }

    private static T SumOfExponentials<T>(ReadOnlySpan<T> x, T shift) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> shifts = new(shift), sums = Vector<T>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            sums += Exponential.Of(new Vector<T>(x[i..]) - shifts);
        T sum = Vector.Sum(sums);
        for (; i < x.Length; i++)
            sum += T.Exp(x[i] - shift);
        return sum;
    }

    /// <summary>dxⱼ = (exp(xⱼ − ln Σ e^x) − [j = l]) dy for each row.</summary>
    public static void CrossEntropyRowsBackward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> labels, ReadOnlySpan<T> logSum, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = x.Length / labels.Length;
        for (int r = 0; r < labels.Length; r++)
        {
            ReadOnlySpan<T> row = x.Slice(r * width, width);
            Span<T> to = dx.Slice(r * width, width);
            Vector<T> shift = new(logSum[r]);
            int i = 0;
            for (; i <= width - Vector<T>.Count; i += Vector<T>.Count)
                (Exponential.Of(new Vector<T>(row[i..]) - shift) * dy[r]).CopyTo(to[i..]);
            for (; i < width; i++)
                to[i] = T.Exp(row[i] - logSum[r]) * dy[r];
            to[labels[r]] -= dy[r];
        }
    }
}
