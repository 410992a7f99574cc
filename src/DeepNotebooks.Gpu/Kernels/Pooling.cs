using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>One thread for each output, or backwards for each input, so that none adds where another does.</summary>
internal static class Pooling
{
    public static void Max<T>(Index1D at, ArrayView<T> x, ArrayView<T> y, Axis rows, Axis columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int q = at % columns.Output, r = at / columns.Output % rows.Output;
        y[at] = x[FirstOfLargest(x, at / (columns.Output * rows.Output) * rows.Input * columns.Input, r, q, rows, columns)];
    }

    public static void MaxBackward<T>(Index1D at, ArrayView<T> x, ArrayView<T> dy, ArrayView<T> dx, Axis rows, Axis columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int column = at % columns.Input, row = at / columns.Input % rows.Input, plane = at / (columns.Input * rows.Input);
        T sum = T.Zero;
        for (int i = 0; i < rows.Kernel; i++)
        {
            int r = rows.OutputOf(row, i);
            for (int j = 0; j < columns.Kernel && r >= 0; j++)
            {
                int q = columns.OutputOf(column, j);
                if (q >= 0 && FirstOfLargest(x, plane * rows.Input * columns.Input, r, q, rows, columns) == at)
                    sum += dy[(((plane * rows.Output) + r) * columns.Output) + q];
            }
        }
        dx[at] = sum;
    }

    public static void Sum<T>(Index1D at, ArrayView<T> x, ArrayView<T> y, Axis rows, Axis columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int q = at % columns.Output, r = at / columns.Output % rows.Output;
        int plane = at / (columns.Output * rows.Output) * rows.Input * columns.Input;
        T sum = T.Zero;
        for (int i = 0; i < rows.Kernel; i++)
        {
            int row = rows.InputOf(r, i);
            for (int j = 0; j < columns.Kernel; j++)
            {
                int column = columns.InputOf(q, j);
                if (row >= 0 && row < rows.Input && column >= 0 && column < columns.Input)
                    sum += x[plane + (row * columns.Input) + column];
            }
        }
        y[at] = sum;
    }

    public static void SumBackward<T>(Index1D at, ArrayView<T> dy, ArrayView<T> dx, Axis rows, Axis columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int column = at % columns.Input, row = at / columns.Input % rows.Input, plane = at / (columns.Input * rows.Input);
        T sum = T.Zero;
        for (int i = 0; i < rows.Kernel; i++)
        {
            int r = rows.OutputOf(row, i);
            for (int j = 0; j < columns.Kernel; j++)
            {
                int q = columns.OutputOf(column, j);
                if (r >= 0 && q >= 0)
                    sum += dy[(((plane * rows.Output) + r) * columns.Output) + q];
            }
        }
        dx[at] = sum;
    }

    /// <summary>Where the largest number of a window stands, the first of equals; NaN is largest.</summary>
    private static int FirstOfLargest<T>(ArrayView<T> x, int plane, int r, int q, Axis rows, Axis columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int best = -1;
        for (int i = 0; i < rows.Kernel; i++)
        {
            int row = rows.InputOf(r, i);
            for (int j = 0; j < columns.Kernel; j++)
            {
                int column = columns.InputOf(q, j), at = plane + (row * columns.Input) + column;
                if (row < 0 || row >= rows.Input || column < 0 || column >= columns.Input)
                    continue;
                if (best < 0 || x[at] > x[best] || (T.IsNaN(x[at]) && !T.IsNaN(x[best])))
                    best = at;
            }
        }
        return best;
    }
}
