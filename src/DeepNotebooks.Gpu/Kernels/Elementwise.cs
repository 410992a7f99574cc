using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>One thread for each element.</summary>
internal static class Elementwise
{
    public static void Fill<T>(Index1D i, ArrayView<T> y, T value) where T : unmanaged => y[i] = value;

    public static void Widen(Index1D i, ArrayView<float> x, ArrayView<double> y) => y[i] = x[i];

    public static void Narrow(Index1D i, ArrayView<double> x, ArrayView<float> y) => y[i] = (float)x[i];

    public static void Map<T, TFunction>(Index1D i, ArrayView<T> x, ArrayView<T> y, T p, T q)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IUnary => y[i] = TFunction.Of(x[i], p, q);

    /// <summary>x and y may be any view where the function does not keep them.</summary>
    public static void MapBackward<T, TFunction>(Index1D i, ArrayView<T> x, ArrayView<T> y, ArrayView<T> dy, ArrayView<T> dx, T p, T q)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IUnary => dx[i] = dy[i] * TFunction.Derivative(x[i], y[i], p, q);

    public static void Broadcast<T, TFunction>(Index1D i, ArrayView<T> a, ArrayView<T> b, ArrayView<T> y, Layout layout)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IBinary
    {
        (int atA, int atB) = layout.At(i);
        y[i] = TFunction.Of(a[atA], b[atB]);
    }

    /// <summary>Both operands lie as the result does: no places to compute.</summary>
    public static void Pairs<T, TFunction>(Index1D i, ArrayView<T> a, ArrayView<T> b, ArrayView<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IBinary => y[i] = TFunction.Of(a[i], b[i]);

    public static void Choose<T>(Index1D i, ArrayView<T> condition, ArrayView<T> a, ArrayView<T> b, ArrayView<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => y[i] = condition[i] != T.Zero ? a[i] : b[i];

    public static void Gather<T>(Index1D i, ArrayView<T> x, ArrayView<T> y, Layout layout) where T : unmanaged => y[i] = x[layout.At(i).A];

    public static void Scatter<T>(Index1D i, ArrayView<T> x, ArrayView<T> y, Layout layout) where T : unmanaged => y[layout.At(i).A] = x[i];

    public static void ScatterAdd<T>(Index1D i, ArrayView<T> x, ArrayView<T> y, Layout layout)
        where T : unmanaged, IFloatingPointIeee754<T> => y[layout.At(i).A] += x[i];

    /// <summary>A mask by a hash of seed and place (SplitMix64: Steele, Lea and Flood, 2014), so that no state is shared by threads.</summary>
    public static void Mask<T>(Index1D i, ArrayView<T> y, ulong seed, double keep, T value) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ulong z = seed + (((ulong)i.X + 1) * 0x9E3779B97F4A7C15UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        z ^= z >> 31;
        y[i] = (z >> 11) * (1.0 / (1UL << 53)) < keep ? value : T.Zero;
    }
}
