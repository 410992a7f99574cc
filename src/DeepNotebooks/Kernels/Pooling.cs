using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace DeepNotebooks.Kernels;

/// <summary>Maxima and sums over windows of planes: x [planes, H, W] → y [planes, H′, W′]. The border counts as −∞ or 0.</summary>
internal static class Pooling
{
    /// <summary>The largest number in each window, by columns first and then along the row; NaN wins.</summary>
    public static void Max<T>(ReadOnlySpan<T> x, Window rows, Window columns, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] room = ArrayPool<T>.Shared.Rent(columns.Input);
        Span<T> tallest = room.AsSpan(0, columns.Input);
        int at = 0;
        for (int plane = 0; at < y.Length; plane += rows.Input * columns.Input)
        {
            for (int r = 0; r < rows.Output; r++)
            {
                (int top, int bottom) = Taps(rows, r);
                tallest.Fill(T.NegativeInfinity);
                for (int i = top; i < bottom; i += rows.Dilation)
                    TensorPrimitives.Max(tallest, x.Slice(plane + (i * columns.Input), columns.Input), tallest);
                for (int q = 0; q < columns.Output; q++)
                {
                    (int left, int right) = Taps(columns, q);
                    T best = T.NegativeInfinity;
                    bool none = true; // no NaN; no branch for each number, which would be guessed wrong too often
                    for (int j = left; j < right; j += columns.Dilation)
                    {
                        best = T.MaxNative(best, tallest[j]);
                        none &= !T.IsNaN(tallest[j]);
                    }
                    y[at++] = none ? best : T.NaN;
                }
            }
        }
        ArrayPool<T>.Shared.Return(room);
    }

    /// <summary>Adds each window's gradient to dx at the place of its maximum y, the first of equals.</summary>
    public static void Route<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Window rows, Window columns, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = 0;
        for (int plane = 0; at < dy.Length; plane += rows.Input * columns.Input)
        {
            for (int r = 0; r < rows.Output; r++)
            {
                (int top, int bottom) = Taps(rows, r);
                for (int q = 0; q < columns.Output; q++, at++)
                {
                    (int left, int right) = Taps(columns, q);
                    int before = 0, open = 1; // taps before the maximum, counted without branches
                    for (int i = top; i < bottom; i += rows.Dilation)
                    {
                        int row = plane + (i * columns.Input);
                        for (int j = left; j < right; j += columns.Dilation)
                        {
                            open &= Unsafe.BitCast<bool, byte>(x[row + j] < y[at]); // none is below NaN: the first gets the gradient
                            before += open;
                        }
                    }
                    (int down, int along) = Math.DivRem(before, (right - left + columns.Dilation - 1) / columns.Dilation);
                    dx[plane + ((top + (down * rows.Dilation)) * columns.Input) + left + (along * columns.Dilation)] += dy[at];
                }
            }
        }
    }

    /// <summary>The sum over each window.</summary>
    public static void Sum<T>(ReadOnlySpan<T> x, Window rows, Window columns, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = 0;
        for (int plane = 0; at < y.Length; plane += rows.Input * columns.Input)
        {
            for (int r = 0; r < rows.Output; r++)
            {
                (int top, int bottom) = Taps(rows, r);
                for (int q = 0; q < columns.Output; q++)
                {
                    (int left, int right) = Taps(columns, q);
                    T sum = T.Zero;
                    for (int i = top; i < bottom; i += rows.Dilation)
                    {
                        int row = plane + (i * columns.Input);
                        for (int j = left; j < right; j += columns.Dilation)
                            sum += x[row + j];
                    }
                    y[at++] = sum;
                }
            }
        }
    }

    /// <summary>dx += dy over each window, the reverse of <see cref="Sum"/>.</summary>
    public static void Spread<T>(ReadOnlySpan<T> dy, Window rows, Window columns, Span<T> dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int at = 0;
        for (int plane = 0; at < dy.Length; plane += rows.Input * columns.Input)
        {
            for (int r = 0; r < rows.Output; r++)
            {
                (int top, int bottom) = Taps(rows, r);
                for (int q = 0; q < columns.Output; q++, at++)
                {
                    (int left, int right) = Taps(columns, q);
                    for (int i = top; i < bottom; i += rows.Dilation)
                    {
                        int row = plane + (i * columns.Input);
                        for (int j = left; j < right; j += columns.Dilation)
                            dx[row + j] += dy[at];
                    }
                }
            }
        }
    }

    /// <summary>The inputs that an output's window covers, from its first tap on the plane up to its end.</summary>
    private static (int First, int End) Taps(Window w, int output)
    {
        int first = (output * w.Stride) - w.Before, end = Math.Min(first + ((w.Kernel - 1) * w.Dilation) + 1, w.Input);
        if (first < 0)
            first += (-first + w.Dilation - 1) / w.Dilation * w.Dilation;
        return (first, end);
    }
}
