using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>One group for each row.</summary>
internal static class Softmax
{
    public static void Rows<T>(ArrayView<T> x, ArrayView<T> y, int width, int logarithm) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int start = Grid.IdxX * width;
        T max = Largest(shared, x, start, width), sum = SumOfExponentials(shared, x, start, width, max), log = T.Log(sum);
        for (int j = Group.IdxX; j < width; j += Group.DimX)
            y[start + j] = logarithm != 0 ? x[start + j] - max - log : T.Exp(x[start + j] - max) / sum;
    }

    /// <summary>dx = y (dy − Σ dy y), or of the logarithm dx = dy − e^y Σ dy.</summary>
    public static void Backward<T>(ArrayView<T> y, ArrayView<T> dy, ArrayView<T> dx, int width, int logarithm)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int start = Grid.IdxX * width;
        T sum = T.Zero;
        for (int j = Group.IdxX; j < width; j += Group.DimX)
            sum += logarithm != 0 ? dy[start + j] : dy[start + j] * y[start + j];
        sum = Groups.Sum(shared, sum);
        for (int j = Group.IdxX; j < width; j += Group.DimX)
        {
            dx[start + j] = logarithm != 0
                ? dy[start + j] - (T.Exp(y[start + j]) * sum)
                : y[start + j] * (dy[start + j] - sum);
        }
    }

    public static void CrossEntropy<T>(
        ArrayView<T> x, ArrayView<double> labels, ArrayView<T> y, ArrayView<T> logSum, int width, ArrayView<double> fault)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int row = Grid.IdxX, start = row * width;
        T max = Largest(shared, x, start, width), log = T.Log(SumOfExponentials(shared, x, start, width, max));
        if (Group.IdxX == 0)
        {
            int label = Fault.Checked(labels[row], width, fault, Fault.Label);
            y[row] = label < 0 ? T.NaN : log + (max - x[start + label]);
            logSum[row] = max + log;
        }
    }

    public static void CrossEntropyBackward<T>(
        ArrayView<T> x, ArrayView<double> labels, ArrayView<T> logSum, ArrayView<T> dy, ArrayView<T> dx, int width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int row = Grid.IdxX, start = row * width, label = (int)labels[row];
        T shift = logSum[row], scale = dy[row];
        for (int j = Group.IdxX; j < width; j += Group.DimX)
            dx[start + j] = (T.Exp(x[start + j] - shift) * scale) - (j == label ? scale : T.Zero);
    }

    private static T Largest<T>(ArrayView<T> shared, ArrayView<T> x, int start, int width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = T.NegativeInfinity;
        for (int j = Group.IdxX; j < width; j += Group.DimX)
            max = Maximum.Of(max, x[start + j]);
        return Groups.Max(shared, max);
    }

    private static T SumOfExponentials<T>(ArrayView<T> shared, ArrayView<T> x, int start, int width, T max)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int j = Group.IdxX; j < width; j += Group.DimX)
            sum += T.Exp(x[start + j] - max);
        return Groups.Sum(shared, sum);
    }
}
