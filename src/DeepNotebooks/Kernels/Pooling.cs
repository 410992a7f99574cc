using System.Numerics;

namespace DeepNotebooks.Kernels;

/// <summary>Maxima and sums over windows of planes: x [planes, H, W] → y [planes, H′, W′]. The border counts as −∞ or 0.</summary>
internal static class Pooling
{
    /// <summary>The largest number in each window and its place in its plane; the first of equals, and NaN wins.</summary>
    public static void Max<T>(ReadOnlySpan<T> x, Window rows, Window columns, Span<T> y, Span<int> where)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int plane = rows.Input * columns.Input, places = rows.Output * columns.Output;
        y.Fill(T.NegativeInfinity);
        where.Fill(-1);
        foreach ((int i, int j, int top, int bottom, int left, int right) in Taps(rows, columns))
        {
            for (int p = 0; p * places < y.Length; p++)
            {
                for (int r = top; r < bottom; r++)
                {
                    int from = Source(rows, columns, r, i, left, j), to = (p * places) + (r * columns.Output) + left;
                    for (int q = left; q < right; q++, to++, from += columns.Stride)
                    {
                        T value = x[(p * plane) + from];
                        if (value > y[to] || where[to] < 0 || (T.IsNaN(value) && !T.IsNaN(y[to])))
                            (y[to], where[to]) = (value, from);
                    }
                }
            }
        }
    }

    /// <summary>dx[where] += dy: sends each window's gradient to the place of its maximum.</summary>
    public static void Route<T>(ReadOnlySpan<T> dy, ReadOnlySpan<int> where, int places, int plane, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < dy.Length; at++)
            dx[(at / places * plane) + where[at]] += dy[at];
    }

    /// <summary>The sum over each window.</summary>
    public static void Sum<T>(ReadOnlySpan<T> x, Window rows, Window columns, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int plane = rows.Input * columns.Input, places = rows.Output * columns.Output;
        y.Clear();
        foreach ((int i, int j, int top, int bottom, int left, int right) in Taps(rows, columns))
        {
            for (int p = 0; p * places < y.Length; p++)
            {
                for (int r = top; r < bottom; r++)
                {
                    int from = (p * plane) + Source(rows, columns, r, i, left, j), to = (p * places) + (r * columns.Output) + left;
                    for (int q = left; q < right; q++, to++, from += columns.Stride)
                        y[to] += x[from];
                }
            }
        }
    }

    /// <summary>dx += dy over each window, the reverse of <see cref="Sum"/>.</summary>
    public static void Spread<T>(ReadOnlySpan<T> dy, Window rows, Window columns, Span<T> dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int plane = rows.Input * columns.Input, places = rows.Output * columns.Output;
        foreach ((int i, int j, int top, int bottom, int left, int right) in Taps(rows, columns))
        {
            for (int p = 0; p * places < dy.Length; p++)
            {
                for (int r = top; r < bottom; r++)
                {
                    int to = (p * plane) + Source(rows, columns, r, i, left, j), from = (p * places) + (r * columns.Output) + left;
                    for (int q = left; q < right; q++, from++, to += columns.Stride)
                        dx[to] += dy[from];
                }
            }
        }
    }

    /// <summary>Every tap of the window with the outputs for which it lies inside the plane.</summary>
    private static IEnumerable<(int I, int J, int Top, int Bottom, int Left, int Right)> Taps(Window rows, Window columns)
    {
        for (int i = 0; i < rows.Kernel; i++)
        {
            for (int j = 0; j < columns.Kernel; j++)
            {
                ((int top, int bottom), (int left, int right)) = (rows.Inside(i), columns.Inside(j));
                yield return (i, j, top, bottom, left, right);
            }
        }
    }

    private static int Source(Window rows, Window columns, int row, int i, int column, int j) =>
        (((row * rows.Stride) - rows.Before + (i * rows.Dilation)) * columns.Input)
        + (column * columns.Stride) - columns.Before + (j * columns.Dilation);
}
