using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>Along the middle axis of [outer, count, inner]; terms are added in a fixed order.</summary>
internal static class Reduction
{
    /// <summary>One thread for each result.</summary>
    public static void Sum<T>(Index1D at, ArrayView<T> x, ArrayView<T> y, int count, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int start = (at / inner * count * inner) + (at % inner);
        T sum = T.Zero;
        for (int k = 0; k < count; k++)
            sum += x[start + (k * inner)];
        y[at] = sum;
    }

    /// <summary>One group for each result, for few results of many terms.</summary>
    public static void SumByGroup<T>(ArrayView<T> x, ArrayView<T> y, int count, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int at = Grid.IdxX, start = (at / inner * count * inner) + (at % inner);
        T sum = T.Zero;
        for (int k = Group.IdxX; k < count; k += Group.DimX)
            sum += x[start + (k * inner)];
        sum = Groups.Sum(shared, sum);
        if (Group.IdxX == 0)
            y[at] = sum;
    }

    public static void Repeat<T>(Index1D at, ArrayView<T> x, ArrayView<T> y, int count, int inner) where T : unmanaged =>
        y[at] = x[(at / (count * inner) * inner) + (at % inner)];

    /// <summary>One group for each result; sign is 1 for the largest and −1 for the smallest.</summary>
    public static void Extreme<T>(ArrayView<T> x, ArrayView<T> y, ArrayView<double> where, int count, int inner, T sign)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> best = SharedMemory.Allocate<T>(Groups.Most);
        ArrayView<int> place = SharedMemory.Allocate<int>(Groups.Most);
        int at = Grid.IdxX, start = (at / inner * count * inner) + (at % inner), thread = Group.IdxX;
        T value = T.Zero;
        int from = int.MaxValue; // none yet
        for (int k = thread; k < count; k += Group.DimX)
        {
            T next = sign * x[start + (k * inner)];
            if (Before(next, k, value, from))
                (value, from) = (next, k);
        }
        (best[thread], place[thread]) = (value, from);
        Group.Barrier();
        for (int half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (thread < half && Before(best[thread + half], place[thread + half], best[thread], place[thread]))
                (best[thread], place[thread]) = (best[thread + half], place[thread + half]);
            Group.Barrier();
        }
        if (thread == 0)
            (y[at], where[at]) = (sign * best[0], place[0]);
    }

    /// <summary>Whether a goes before b: it is NaN, or larger, or equal and earlier. A place of int.MaxValue is none.</summary>
    private static bool Before<T>(T a, int placeA, T b, int placeB) where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool aNaN = T.IsNaN(a), bNaN = T.IsNaN(b);
        if (placeA == int.MaxValue || placeB == int.MaxValue)
            return placeA < placeB;
        return aNaN != bNaN ? aNaN : aNaN || a == b ? placeA < placeB : a > b;
    }

    /// <summary>One thread for each pair of outer and inner place.</summary>
    public static void Accumulate<T>(Index1D at, ArrayView<T> x, int count, int inner, int backwards)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int start = (at / inner * count * inner) + (at % inner);
        T sum = T.Zero;
        for (int k = 0; k < count; k++)
        {
            int place = start + ((backwards != 0 ? count - 1 - k : k) * inner);
            sum += x[place];
            x[place] = sum;
        }
    }
}
