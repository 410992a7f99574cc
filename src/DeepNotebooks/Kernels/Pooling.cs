using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepNotebooks.Kernels;

/// <summary>Maxima and sums over windows of planes: x [planes, H, W] → y [planes, H′, W′]. The border counts as −∞ or 0.</summary>
internal static class Pooling
{
    /// <summary>The largest number in each window; NaN wins.</summary>
    public static void Max<T>(ReadOnlySpan<T> x, Window rows, Window columns, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
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
                    T best = x[Largest(x, plane, columns.Input, top, bottom, left, right, rows.Dilation, columns.Dilation)];
                    y[at++] = best;
                }
            }
        }
    }

    /// <summary>Adds each window's gradient to dx at the place of its maximum, the first of equals.</summary>
    public static void Route<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Window rows, Window columns, Span<T> dx)
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
                    dx[Largest(x, plane, columns.Input, top, bottom, left, right, rows.Dilation, columns.Dilation)] += dy[at];
                }
            }
        }
    }

    /// <summary>Where the largest number of a window is; the first of equals, and NaN wins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Largest<T>(
        ReadOnlySpan<T> x, int plane, int width, int top, int bottom, int left, int right, int rowStep, int columnStep)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int where = plane + (top * width) + left;
        T best = x[where];
        for (int i = top; i < bottom; i += rowStep)
        {
            for (int j = plane + (i * width) + left, end = plane + (i * width) + right; j < end; j += columnStep)
            {
                T value = x[j];
                if (value > best || (T.IsNaN(value) && !T.IsNaN(best)))
                    (best, where) = (value, j);
            }
        }
        return where;
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
