namespace DeepNotebooks.Gpu.Kernels;

/// <summary>
/// How up to six axes of two strided operands lie, for a kernel that gets the place of a row-major result. Neighbouring axes that lie
/// alike are one, so that six are enough for all that occurs.
/// </summary>
internal readonly struct Layout
{
    private const int Most = 6;

    private readonly int _size0, _size1, _size2, _size3, _size4; // of the axes from the innermost; the outermost needs none
    private readonly int _a0, _a1, _a2, _a3, _a4, _a5, _b0, _b1, _b2, _b3, _b4, _b5;

    private Layout(ReadOnlySpan<int> sizes, ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        (_size0, _size1, _size2, _size3, _size4) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
        (_a0, _a1, _a2, _a3, _a4, _a5) = (a[0], a[1], a[2], a[3], a[4], a[5]);
        (_b0, _b1, _b2, _b3, _b4, _b5) = (b[0], b[1], b[2], b[3], b[4], b[5]);
    }

    /// <summary>The layout of two operands under a shape.</summary>
    /// <exception cref="NotSupportedException">More than six axes lie each in its own way.</exception>
    public static Layout Of(ReadOnlySpan<int> shape, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
    {
        Span<int> sizes = [1, 1, 1, 1, 1, 1], a = stackalloc int[Most], b = stackalloc int[Most];
        int at = -1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] == 1)
                continue;
            if (at >= 0 && aStrides[axis] == a[at] * sizes[at] && bStrides[axis] == b[at] * sizes[at])
            {
                sizes[at] *= shape[axis];
                continue;
            }
            if (++at == Most)
            {
                throw new NotSupportedException("A view with more than six axes that lie each in its own way has no kernel on a device. "
                    + "Move it by To(Device.Cpu), or copy it by Clone() before.");
            }
            (sizes[at], a[at], b[at]) = (shape[axis], aStrides[axis], bStrides[axis]);
        }
        return new(sizes, a, b);
    }

    /// <summary>The places of both operands for a place of the result.</summary>
    public readonly (int A, int B) At(int place)
    {
        int i0 = place % _size0;
        place /= _size0;
        int i1 = place % _size1;
        place /= _size1;
        int i2 = place % _size2;
        place /= _size2;
        int i3 = place % _size3;
        place /= _size3;
        int i4 = place % _size4, i5 = place / _size4;
        return ((i0 * _a0) + (i1 * _a1) + (i2 * _a2) + (i3 * _a3) + (i4 * _a4) + (i5 * _a5),
            (i0 * _b0) + (i1 * _b1) + (i2 * _b2) + (i3 * _b3) + (i4 * _b4) + (i5 * _b5));
    }
}
