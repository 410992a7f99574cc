using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>What kernels met that is no index or label; read with the next value.</summary>
internal static class Fault
{
    public const int Label = 1, Index = 2;

    /// <summary>The index as a whole number from 0 to below count, or −1 and a note of it.</summary>
    public static int Checked(double index, int count, ArrayView<double> fault, int kind)
    {
        if (index >= 0 && index < count && index == (int)index)
            return (int)index;
        (fault[0], fault[1], fault[2]) = (kind, index, count); // several threads may write; any one of them will do
        return -1;
    }
}

/// <summary>Entries picked by an index, and added back.</summary>
internal static class Indexing
{
    /// <summary>One thread for each y[o, k, i] = x[o, index[k], i].</summary>
    public static void Select<T>(
        Index1D at, ArrayView<T> x, ArrayView<double> index, ArrayView<T> y, int count, int taken, int inner, ArrayView<double> fault)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int from = Fault.Checked(index[at / inner % taken], count, fault, Fault.Index);
        y[at] = from < 0 ? T.NaN : x[(((at / (inner * taken) * count) + from) * inner) + (at % inner)];
    }

    /// <summary>One thread for each y[o, e, i], which adds all x[o, k, i] whose index[k] is e.</summary>
    public static void SelectAdd<T>(Index1D at, ArrayView<T> x, ArrayView<double> index, ArrayView<T> y, int count, int taken, int inner)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int entry = at / inner % count, start = (at / (inner * count) * taken * inner) + (at % inner);
        T sum = y[at];
        for (int k = 0; k < taken; k++)
        {
            if ((int)index[k] == entry)
                sum += x[start + (k * inner)];
        }
        y[at] = sum;
    }

    /// <summary>One thread for each y[o, k, i] = x[o, index[o, k, i], i].</summary>
    public static void Take<T>(
        Index1D at, ArrayView<T> x, ArrayView<double> index, ArrayView<T> y, int count, int taken, int inner, ArrayView<double> fault)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int from = Fault.Checked(index[at], count, fault, Fault.Index);
        y[at] = from < 0 ? T.NaN : x[(((at / (inner * taken) * count) + from) * inner) + (at % inner)];
    }

    /// <summary>One thread for each o and i, which adds x[o, k, i] to y[o, index[o, k, i], i] for all k in order.</summary>
    public static void TakeAdd<T>(
        Index1D at, ArrayView<T> x, ArrayView<double> index, ArrayView<T> y, int count, int taken, int inner, ArrayView<double> fault)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int outer = at / inner, i = at % inner;
        for (int k = 0; k < taken; k++)
        {
            int from = (((outer * taken) + k) * inner) + i, to = Fault.Checked(index[from], count, fault, Fault.Index);
            if (to >= 0)
                y[(((outer * count) + to) * inner) + i] += x[from];
        }
    }
}
