using System.Numerics;
using System.Numerics.Tensors;

namespace DeepNotebooks.Kernels;

/// <summary>Moves elements between strided and row-major order.</summary>
internal static class Copying
{
    /// <summary>Reads a strided tensor into row-major order: y[i] = x[Σ indexₖ · strideₖ].</summary>
    public static void Gather<T>(ReadOnlySpan<T> x, Shape shape, int[] strides, Span<T> y)
    {
        if (y.Length == 0)
            return;
        var walk = new StridedWalk(shape, strides);
        int inner = walk.InnerSize, step = walk.InnerStride;
        for (int at = 0; at < y.Length; at += inner)
        {
            if (step == 1)
                x.Slice(walk.Position, inner).CopyTo(y[at..]);
            else
            {
                for (int i = 0, from = walk.Position; i < inner; i++, from += step)
                    y[at + i] = x[from];
            }
            walk.Advance();
        }
    }

    /// <summary>Writes a row-major tensor to the places of a strided one, or adds it: the reverse of <see cref="Gather"/>.</summary>
    public static void Scatter<T>(ReadOnlySpan<T> x, Shape shape, int[] strides, Span<T> y, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0)
            return;
        var walk = new StridedWalk(shape, strides);
        int inner = walk.InnerSize, step = walk.InnerStride;
        for (int at = 0; at < x.Length; at += inner)
        {
            ReadOnlySpan<T> run = x.Slice(at, inner);
            if (step == 1 && add)
                TensorPrimitives.Add(y.Slice(walk.Position, inner), run, y.Slice(walk.Position, inner));
            else if (step == 1)
                run.CopyTo(y[walk.Position..]);
            else
            {
                for (int i = 0, to = walk.Position; i < inner; i++, to += step)
                    y[to] = add ? y[to] + run[i] : run[i];
            }
            walk.Advance();
        }
    }

    /// <summary>y[o, k, i] = x[o, indices[k], i] for row-major x [outer, count, inner].</summary>
    public static void Select<T>(ReadOnlySpan<T> x, int count, int inner, ReadOnlySpan<int> indices, Span<T> y)
    {
        for (int o = 0, at = 0; at < y.Length; o += count * inner)
        {
            foreach (int index in indices)
            {
                x.Slice(o + (index * inner), inner).CopyTo(y[at..]);
                at += inner;
            }
        }
    }

    /// <summary>y[o, indices[k], i] += x[o, k, i], the reverse of <see cref="Select"/>.</summary>
    public static void SelectAdd<T>(ReadOnlySpan<T> x, int count, int inner, ReadOnlySpan<int> indices, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int o = 0, at = 0; at < x.Length; o += count * inner)
        {
            foreach (int index in indices)
            {
                Span<T> sum = y.Slice(o + (index * inner), inner);
                TensorPrimitives.Add(sum, x.Slice(at, inner), sum);
                at += inner;
            }
        }
    }

    /// <summary>y[o, k, i] = x[o, where[o, k, i], i]: x has `from` entries along the middle axis, y has `to`.</summary>
    public static void Take<T>(ReadOnlySpan<T> x, int from, ReadOnlySpan<int> where, int to, int inner, Span<T> y)
    {
        for (int at = 0; at < y.Length; at++)
            y[at] = x[(((at / (to * inner) * from) + where[at]) * inner) + (at % inner)];
    }

    /// <summary>y[o, where[o, k, i], i] += x[o, k, i], the reverse of <see cref="Take"/>.</summary>
    public static void TakeAdd<T>(ReadOnlySpan<T> x, int to, ReadOnlySpan<int> where, int from, int inner, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int at = 0; at < x.Length; at++)
            y[(((at / (to * inner) * from) + where[at]) * inner) + (at % inner)] += x[at];
    }
}

/// <summary>Walks over all but the innermost axis of a strided tensor, in row-major order.</summary>
internal ref struct StridedWalk(Shape shape, int[] strides)
{
    private readonly int[] _sizes = shape.ToArray();
    private readonly int[] _index = new int[shape.Rank];

    public int Position { get; private set; }

    public readonly int InnerSize => _sizes.Length == 0 ? 1 : _sizes[^1];

    public readonly int InnerStride => _sizes.Length == 0 ? 1 : strides[^1];

    public void Advance()
    {
        for (int axis = _sizes.Length - 2; axis >= 0; axis--)
        {
            Position += strides[axis];
            if (++_index[axis] < _sizes[axis])
                return;
            Position -= strides[axis] * _sizes[axis];
            _index[axis] = 0;
        }
    }
}
