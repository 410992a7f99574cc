using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>One group for each channel or row. Counts come as numbers of the type.</summary>
internal static class Normalization
{
    /// <summary>A channel of x [batch, channels, inner].</summary>
    public static void Batch<T>(ArrayView<T> x, ArrayView<T> gamma, ArrayView<T> beta, ArrayView<T> y, ArrayView<T> means, ArrayView<T> variances,
        int batch, int channels, int inner, T count, T epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int c = Grid.IdxX, size = batch * inner;
        T sum = T.Zero;
        for (int k = Group.IdxX; k < size; k += Group.DimX)
            sum += x[Place(k, c, channels, inner)];
        T mean = Groups.Sum(shared, sum) / count;
        sum = T.Zero;
        for (int k = Group.IdxX; k < size; k += Group.DimX)
        {
            T d = x[Place(k, c, channels, inner)] - mean;
            sum += d * d;
        }
        T variance = Groups.Sum(shared, sum) / count, scale = gamma[c] / T.Sqrt(variance + epsilon), shift = beta[c];
        for (int k = Group.IdxX; k < size; k += Group.DimX)
        {
            int at = Place(k, c, channels, inner);
            y[at] = ((x[at] - mean) * scale) + shift;
        }
        if (Group.IdxX == 0)
            (means[c], variances[c]) = (mean, variance);
    }

    public static void BatchBackward<T>(ArrayView<T> x, ArrayView<T> gamma, ArrayView<T> means, ArrayView<T> variances, ArrayView<T> dy,
        ArrayView<T> dx, ArrayView<T> dGamma, ArrayView<T> dBeta, int batch, int channels, int inner, T count, T epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int c = Grid.IdxX, size = batch * inner;
        T mean = means[c], root = T.Sqrt(variances[c] + epsilon), sum = T.Zero, product = T.Zero;
        for (int k = Group.IdxX; k < size; k += Group.DimX)
        {
            int at = Place(k, c, channels, inner);
            sum += dy[at];
            product += dy[at] * (x[at] - mean);
        }
        sum = Groups.Sum(shared, sum);
        product = Groups.Sum(shared, product) / root;
        T scale = gamma[c] / root;
        for (int k = Group.IdxX; k < size; k += Group.DimX)
        {
            int at = Place(k, c, channels, inner);
            dx[at] = scale * (dy[at] - (sum / count) - ((x[at] - mean) / root * product / count));
        }
        if (Group.IdxX == 0)
            (dGamma[c], dBeta[c]) = (product, sum);
    }

    private static int Place(int k, int c, int channels, int inner) => (((k / inner * channels) + c) * inner) + (k % inner);

    /// <summary>A row of x [rows, width]; affine tells whether γ and β are given.</summary>
    public static void Layer<T>(ArrayView<T> x, ArrayView<T> gamma, ArrayView<T> beta, ArrayView<T> y, ArrayView<T> means, ArrayView<T> roots,
        int width, T count, T epsilon, int affine)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int row = Grid.IdxX, start = row * width;
        T sum = T.Zero;
        for (int j = Group.IdxX; j < width; j += Group.DimX)
            sum += x[start + j];
        T mean = Groups.Sum(shared, sum) / count;
        sum = T.Zero;
        for (int j = Group.IdxX; j < width; j += Group.DimX)
        {
            T d = x[start + j] - mean;
            sum += d * d;
        }
        T root = T.Sqrt((Groups.Sum(shared, sum) / count) + epsilon);
        for (int j = Group.IdxX; j < width; j += Group.DimX)
        {
            T standard = (x[start + j] - mean) / root;
            y[start + j] = affine != 0 ? (standard * gamma[j]) + beta[j] : standard;
        }
        if (Group.IdxX == 0)
            (means[row], roots[row]) = (mean, root);
    }

    public static void LayerBackward<T>(ArrayView<T> x, ArrayView<T> gamma, ArrayView<T> means, ArrayView<T> roots, ArrayView<T> dy,
        ArrayView<T> dx, int width, T count, int affine)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int row = Grid.IdxX, start = row * width;
        T mean = means[row], root = roots[row], sum = T.Zero, product = T.Zero;
        for (int j = Group.IdxX; j < width; j += Group.DimX)
        {
            T g = affine != 0 ? dy[start + j] * gamma[j] : dy[start + j];
            sum += g;
            product += g * (x[start + j] - mean);
        }
        sum = Groups.Sum(shared, sum);
        product = Groups.Sum(shared, product) / root;
        for (int j = Group.IdxX; j < width; j += Group.DimX)
        {
            T g = affine != 0 ? dy[start + j] * gamma[j] : dy[start + j];
            dx[start + j] = (g - (sum / count) - ((x[start + j] - mean) / root * product / count)) / root;
        }
    }

    /// <summary>dγ and dβ of a column: one group for each.</summary>
    public static void LayerWeights<T>(
        ArrayView<T> x, ArrayView<T> means, ArrayView<T> roots, ArrayView<T> dy, ArrayView<T> dGamma, ArrayView<T> dBeta, int width, int rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int j = Grid.IdxX;
        T sum = T.Zero, product = T.Zero;
        for (int row = Group.IdxX; row < rows; row += Group.DimX)
        {
            T g = dy[(row * width) + j];
            sum += g;
            product += g * (x[(row * width) + j] - means[row]) / roots[row];
        }
        sum = Groups.Sum(shared, sum);
        product = Groups.Sum(shared, product);
        if (Group.IdxX == 0)
            (dGamma[j], dBeta[j]) = (product, sum);
    }
}
