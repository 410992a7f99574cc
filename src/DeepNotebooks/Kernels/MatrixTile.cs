using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepNotebooks.Kernels;

/// <summary>
/// The innermost step of a matrix product: a tile of C whose sums stay in registers. Element (r, p) of A is at a[r · aRow + p · aStep],
/// whatever the layout; row p of B is a run of <see cref="Columns"/> numbers at b[at[p]], which need not be evenly spaced.
/// </summary>
internal unsafe interface ITile<T> where T : unmanaged
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>C = A B, or C += A B, for the first `rows` rows of a tile; row r of C is at c[r · cRow].</summary>
    static abstract void Multiply(T* a, nint aRow, nint aStep, T* b, nint* at, int depth, T* c, nint cRow, int rows, bool add);
}

/// <summary>
/// Six rows by two vectors, for processors of sixteen vector registers: twelve sums, two vectors of B and two numbers of A fill them.
/// The vectors are as wide as the processor has them: 256 bits with AVX2, 128 with NEON.
/// </summary>
internal readonly unsafe struct VectorTile<T> : ITile<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Rows => 6;

    public static int Columns => 2 * Vector<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(T* a, nint aRow, nint aStep, T* b, nint* at, int depth, T* c, nint cRow, int rows, bool add)
    {
        Vector<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector<T> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        // Rows beyond the last read the first again; what they sum is not stored.
        T* a0 = a, a1 = rows > 1 ? a + aRow : a, a2 = rows > 2 ? a + (2 * aRow) : a;
        T* a3 = rows > 3 ? a + (3 * aRow) : a, a4 = rows > 4 ? a + (4 * aRow) : a, a5 = rows > 5 ? a + (5 * aRow) : a;
        nint i = 0;
        for (int p = 0; p < depth; p++)
        {
            T* row = b + at[p];
            Vector<T> b0 = Vector.Load(row), b1 = Vector.Load(row + Vector<T>.Count);
            Vector<T> v = Vector.Create(a0[i]), w = Vector.Create(a1[i]);
            c00 = MultiplyAdd(v, b0, c00);
            c01 = MultiplyAdd(v, b1, c01);
            c10 = MultiplyAdd(w, b0, c10);
            c11 = MultiplyAdd(w, b1, c11);
            v = Vector.Create(a2[i]);
            w = Vector.Create(a3[i]);
            c20 = MultiplyAdd(v, b0, c20);
            c21 = MultiplyAdd(v, b1, c21);
            c30 = MultiplyAdd(w, b0, c30);
            c31 = MultiplyAdd(w, b1, c31);
            v = Vector.Create(a4[i]);
            w = Vector.Create(a5[i]);
            c40 = MultiplyAdd(v, b0, c40);
            c41 = MultiplyAdd(v, b1, c41);
            c50 = MultiplyAdd(w, b0, c50);
            c51 = MultiplyAdd(w, b1, c51);
            i += aStep;
        }
        Store(c, c00, c01, add);
        if (rows > 1) Store(c + cRow, c10, c11, add);
        if (rows > 2) Store(c + (2 * cRow), c20, c21, add);
        if (rows > 3) Store(c + (3 * cRow), c30, c31, add);
        if (rows > 4) Store(c + (4 * cRow), c40, c41, add);
        if (rows > 5) Store(c + (5 * cRow), c50, c51, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector<T> left, Vector<T> right, bool add)
    {
        (add ? Vector.Load(c) + left : left).Store(c);
        (add ? Vector.Load(c + Vector<T>.Count) + right : right).Store(c + Vector<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> MultiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c) => typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();
}

/// <summary>Twelve rows by two vectors of 512 bits, for the thirty-two registers of AVX-512: twenty-four sums, and A from memory.</summary>
internal readonly unsafe struct Vector512Tile<T> : ITile<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Rows => 12;

    public static int Columns => 2 * Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(T* a, nint aRow, nint aStep, T* b, nint* at, int depth, T* c, nint cRow, int rows, bool add)
    {
        if (rows < Rows)
        {
            Some(a, aRow, aStep, b, at, depth, c, cRow, rows, add);
            return;
        }
        Vector512<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector512<T> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        Vector512<T> c60 = default, c61 = default, c70 = default, c71 = default, c80 = default, c81 = default;
        Vector512<T> c90 = default, c91 = default, ca0 = default, ca1 = default, cb0 = default, cb1 = default;
        // Four pointers three rows apart and three offsets reach twelve rows: few enough to stay in registers.
        T* a0 = a, a3 = a + (3 * aRow), a6 = a + (6 * aRow), a9 = a + (9 * aRow);
        nint one = 0, two = aRow, three = 2 * aRow;
        for (int p = 0; p < depth; p++)
        {
            T* row = b + at[p];
            Vector512<T> b0 = Vector512.Load(row), b1 = Vector512.Load(row + Vector512<T>.Count);
            Vector512<T> v = Vector512.Create(a0[one]);
            c00 = MultiplyAdd(v, b0, c00);
            c01 = MultiplyAdd(v, b1, c01);
            v = Vector512.Create(a0[two]);
            c10 = MultiplyAdd(v, b0, c10);
            c11 = MultiplyAdd(v, b1, c11);
            v = Vector512.Create(a0[three]);
            c20 = MultiplyAdd(v, b0, c20);
            c21 = MultiplyAdd(v, b1, c21);
            v = Vector512.Create(a3[one]);
            c30 = MultiplyAdd(v, b0, c30);
            c31 = MultiplyAdd(v, b1, c31);
            v = Vector512.Create(a3[two]);
            c40 = MultiplyAdd(v, b0, c40);
            c41 = MultiplyAdd(v, b1, c41);
            v = Vector512.Create(a3[three]);
            c50 = MultiplyAdd(v, b0, c50);
            c51 = MultiplyAdd(v, b1, c51);
            v = Vector512.Create(a6[one]);
            c60 = MultiplyAdd(v, b0, c60);
            c61 = MultiplyAdd(v, b1, c61);
            v = Vector512.Create(a6[two]);
            c70 = MultiplyAdd(v, b0, c70);
            c71 = MultiplyAdd(v, b1, c71);
            v = Vector512.Create(a6[three]);
            c80 = MultiplyAdd(v, b0, c80);
            c81 = MultiplyAdd(v, b1, c81);
            v = Vector512.Create(a9[one]);
            c90 = MultiplyAdd(v, b0, c90);
            c91 = MultiplyAdd(v, b1, c91);
            v = Vector512.Create(a9[two]);
            ca0 = MultiplyAdd(v, b0, ca0);
            ca1 = MultiplyAdd(v, b1, ca1);
            v = Vector512.Create(a9[three]);
            cb0 = MultiplyAdd(v, b0, cb0);
            cb1 = MultiplyAdd(v, b1, cb1);
            one += aStep;
            two += aStep;
            three += aStep;
        }
        Store(c, c00, c01, add);
        Store(c + cRow, c10, c11, add);
        Store(c + (2 * cRow), c20, c21, add);
        Store(c + (3 * cRow), c30, c31, add);
        Store(c + (4 * cRow), c40, c41, add);
        Store(c + (5 * cRow), c50, c51, add);
        Store(c + (6 * cRow), c60, c61, add);
        Store(c + (7 * cRow), c70, c71, add);
        Store(c + (8 * cRow), c80, c81, add);
        Store(c + (9 * cRow), c90, c91, add);
        Store(c + (10 * cRow), ca0, ca1, add);
        Store(c + (11 * cRow), cb0, cb1, add);
    }

    /// <summary>Fewer rows, four at a time.</summary>
    private static void Some(T* a, nint aRow, nint aStep, T* b, nint* at, int depth, T* c, nint cRow, int rows, bool add)
    {
        for (int row = 0; row < rows; row += 4, a += 4 * aRow, c += 4 * cRow)
        {
            Vector512<T> c00 = default, c01 = default, c10 = default, c11 = default;
            Vector512<T> c20 = default, c21 = default, c30 = default, c31 = default;
            int left = rows - row;
            T* a0 = a, a1 = left > 1 ? a + aRow : a, a2 = left > 2 ? a + (2 * aRow) : a, a3 = left > 3 ? a + (3 * aRow) : a;
            nint i = 0;
            for (int p = 0; p < depth; p++)
            {
                T* from = b + at[p];
                Vector512<T> b0 = Vector512.Load(from), b1 = Vector512.Load(from + Vector512<T>.Count);
                Vector512<T> v = Vector512.Create(a0[i]), w = Vector512.Create(a1[i]);
                c00 = MultiplyAdd(v, b0, c00);
                c01 = MultiplyAdd(v, b1, c01);
                c10 = MultiplyAdd(w, b0, c10);
                c11 = MultiplyAdd(w, b1, c11);
                v = Vector512.Create(a2[i]);
                w = Vector512.Create(a3[i]);
                c20 = MultiplyAdd(v, b0, c20);
                c21 = MultiplyAdd(v, b1, c21);
                c30 = MultiplyAdd(w, b0, c30);
                c31 = MultiplyAdd(w, b1, c31);
                i += aStep;
            }
            Store(c, c00, c01, add);
            if (left > 1) Store(c + cRow, c10, c11, add);
            if (left > 2) Store(c + (2 * cRow), c20, c21, add);
            if (left > 3) Store(c + (3 * cRow), c30, c31, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector512<T> left, Vector512<T> right, bool add)
    {
        (add ? Vector512.Load(c) + left : left).Store(c);
        (add ? Vector512.Load(c + Vector512<T>.Count) + right : right).Store(c + Vector512<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();
}

/// <summary>
/// Dot products of four rows with three others: twelve sums in registers, each by parts in the elements of a vector, joined at the end.
/// </summary>
internal static unsafe class DotTile
{
    public const int Rows = 4, Columns = 3;

    /// <summary>
    /// C[r, j] += Σ a[r · aRow + q] b[at[j] + q] over q &lt; length, a whole number of vectors, for up to four rows and three columns;
    /// c[r · cRow + j].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(T* a, nint aRow, T* b, nint* at, int length, T* c, nint cRow, int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector<T> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        T* a0 = a, a1 = rows > 1 ? a + aRow : a, a2 = rows > 2 ? a + (2 * aRow) : a, a3 = rows > 3 ? a + (3 * aRow) : a;
        T* b0 = b + at[0], b1 = columns > 1 ? b + at[1] : b0, b2 = columns > 2 ? b + at[2] : b0;
        for (int q = 0; q < length; q += Vector<T>.Count)
        {
            Vector<T> x = Vector.Load(b0 + q), y = Vector.Load(b1 + q), z = Vector.Load(b2 + q), v = Vector.Load(a0 + q);
            c00 = VectorTile<T>.MultiplyAdd(v, x, c00);
            c01 = VectorTile<T>.MultiplyAdd(v, y, c01);
            c02 = VectorTile<T>.MultiplyAdd(v, z, c02);
            v = Vector.Load(a1 + q);
            c10 = VectorTile<T>.MultiplyAdd(v, x, c10);
            c11 = VectorTile<T>.MultiplyAdd(v, y, c11);
            c12 = VectorTile<T>.MultiplyAdd(v, z, c12);
            v = Vector.Load(a2 + q);
            c20 = VectorTile<T>.MultiplyAdd(v, x, c20);
            c21 = VectorTile<T>.MultiplyAdd(v, y, c21);
            c22 = VectorTile<T>.MultiplyAdd(v, z, c22);
            v = Vector.Load(a3 + q);
            c30 = VectorTile<T>.MultiplyAdd(v, x, c30);
            c31 = VectorTile<T>.MultiplyAdd(v, y, c31);
            c32 = VectorTile<T>.MultiplyAdd(v, z, c32);
        }
        T* sums = stackalloc T[Rows * Columns * Vector<T>.Count];
        c00.Store(sums);
        c01.Store(sums + Vector<T>.Count);
        c02.Store(sums + (2 * Vector<T>.Count));
        c10.Store(sums + (3 * Vector<T>.Count));
        c11.Store(sums + (4 * Vector<T>.Count));
        c12.Store(sums + (5 * Vector<T>.Count));
        c20.Store(sums + (6 * Vector<T>.Count));
        c21.Store(sums + (7 * Vector<T>.Count));
        c22.Store(sums + (8 * Vector<T>.Count));
        c30.Store(sums + (9 * Vector<T>.Count));
        c31.Store(sums + (10 * Vector<T>.Count));
        c32.Store(sums + (11 * Vector<T>.Count));
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < columns; j++)
                c[(r * cRow) + j] += Vector.Sum(Vector.Load(sums + (((r * Columns) + j) * Vector<T>.Count)));
        }
    }
}
