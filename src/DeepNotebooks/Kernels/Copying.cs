namespace DeepNotebooks.Kernels;

/// <summary>Moves elements between strided and row-major order.</summary>
internal static class Copying
{
    /// <summary>Reads a strided tensor into row-major order: y[i] = x[Σ indexₖ · strideₖ].</summary>
    public static void Gather<T>(ReadOnlySpan<T> x, Shape shape, int[] strides, Span<T> y)
    {
        if (y.Length == 0)
        {
            return;
        }
        var walk = new StridedWalk(shape, strides);
        int inner = walk.InnerSize, step = walk.InnerStride;
        for (int at = 0; at < y.Length; at += inner)
        {
            if (step == 1)
            {
                x.Slice(walk.Position, inner).CopyTo(y[at..]);
            }
            else
            {
                for (int i = 0, from = walk.Position; i < inner; i++, from += step)
                {
                    y[at + i] = x[from];
                }
            }
            walk.Advance();
        }
    }

    /// <summary>Writes a row-major tensor to the places of a strided one, the reverse of <see cref="Gather"/>.</summary>
    public static void Scatter<T>(ReadOnlySpan<T> x, Shape shape, int[] strides, Span<T> y)
    {
        if (x.Length == 0)
        {
            return;
        }
        var walk = new StridedWalk(shape, strides);
        int inner = walk.InnerSize, step = walk.InnerStride;
        for (int at = 0; at < x.Length; at += inner)
        {
            for (int i = 0, to = walk.Position; i < inner; i++, to += step)
            {
                y[to] = x[at + i];
            }
            walk.Advance();
        }
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
            {
                return;
            }
            Position -= strides[axis] * _sizes[axis];
            _index[axis] = 0;
        }
    }
}
