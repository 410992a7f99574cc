using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>Sums and maxima over the threads of a group, whose number is a power of two.</summary>
internal static class Groups
{
    /// <summary>The largest group that kernels are started with.</summary>
    public const int Most = 256;

    /// <summary>The sum of every thread's value, in a fixed order; all threads of the group must call.</summary>
    public static T Sum<T>(ArrayView<T> shared, T value) where T : unmanaged, IFloatingPointIeee754<T> => Reduce<T, Add>(shared, value);

    /// <summary>The largest of every thread's value; NaN if there is one.</summary>
    public static T Max<T>(ArrayView<T> shared, T value) where T : unmanaged, IFloatingPointIeee754<T> => Reduce<T, Maximum>(shared, value);

    private static T Reduce<T, TFunction>(ArrayView<T> shared, T value)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IBinary
    {
        int at = Group.IdxX;
        shared[at] = value;
        Group.Barrier();
        for (int half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (at < half)
                shared[at] = TFunction.Of(shared[at], shared[at + half]);
            Group.Barrier();
        }
        T result = shared[0];
        Group.Barrier();
        return result;
    }
}
