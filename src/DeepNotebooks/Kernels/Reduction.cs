using System.Numerics;
using System.Numerics.Tensors;

namespace DeepNotebooks.Kernels;

/// <summary>
/// Reductions along the middle axis of a row-major [outer, count, inner] array. The terms of one result are always added in the
/// same order, so results do not depend on how many threads there are.
/// </summary>
internal static class Reduction
{
    /// <summary>y[o, i] = Σₖ x[o, k, i].</summary>
    public static void Sum<T>(ReadOnlySpan<T> x, int count, int inner, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (inner == 1)
        {
            for (int o = 0; o < y.Length; o++)
                y[o] = TensorPrimitives.Sum(x.Slice(o * count, count));
            return;
        }
        y.Clear();
        for (int at = 0, row = 0; at < x.Length; at += inner, row++)
        {
            Span<T> sum = y.Slice(row / count * inner, inner);
            TensorPrimitives.Add(sum, x.Slice(at, inner), sum);
        }
    }

    /// <summary>The largest (or smallest) of x[o, ·, i] and where it stands; the first of equals, and NaN wins.</summary>
    public static void Extreme<T>(ReadOnlySpan<T> x, int count, int inner, bool largest, Span<T> y, Span<int> where)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < y.Length; at++)
        {
            int start = (at / inner * count * inner) + (at % inner);
            T best = x[start];
            int index = 0;
            for (int k = 1; k < count && !T.IsNaN(best); k++)
            {
                T value = x[start + (k * inner)];
                if ((largest ? value > best : value < best) || T.IsNaN(value))
                    (best, index) = (value, k);
            }
            (y[at], where[at]) = (best, index);
        }
    }

    /// <summary>x[o, k, i] = Σ x[o, j, i] over j ≤ k, or over j ≥ k backwards; in place.</summary>
    public static void Accumulate<T>(Span<T> x, int count, int inner, bool backwards) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int start = 0; start < x.Length; start += count * inner)
        {
            for (int k = 1; k < count; k++)
            {
                int to = start + ((backwards ? count - 1 - k : k) * inner), from = backwards ? to + inner : to - inner;
                TensorPrimitives.Add(x.Slice(to, inner), x.Slice(from, inner), x.Slice(to, inner));
            }
        }
    }

    /// <summary>y[o, k, i] = x[o, i]: the reverse of a reduction, each number repeated count times.</summary>
    public static void Repeat<T>(ReadOnlySpan<T> x, int count, int inner, Span<T> y)
    {
        for (int at = 0, row = 0; at < y.Length; at += inner, row++)
            x.Slice(row / count * inner, inner).CopyTo(y[at..]);
    }
}
