using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>A product y = a b of strided matrices; y [rows, columns] lies row by row.</summary>
internal readonly struct Product(int rows, int inner, int columns, int aRow, int aInner, int bInner, int bColumn, int add)
{
    public readonly int Rows = rows, Inner = inner, Columns = columns, ARow = aRow, AInner = aInner, BInner = bInner, BColumn = bColumn;

    /// <summary>1 to add to y, 0 to overwrite it.</summary>
    public readonly int Add = add;

    /// <summary>The first matrix of a batch that a launch computes.</summary>
    public int First { get; init; }
}

/// <summary>How many threads a group has along each side.</summary>
internal interface ISide
{
    static abstract int Threads { get; }
}

/// <summary>256 threads, for cards.</summary>
internal readonly struct Sixteen : ISide
{
    public static int Threads => 16;
}

/// <summary>4 threads, for the emulated device, whose threads are real ones.</summary>
internal readonly struct Two : ISide
{
    public static int Threads => 2;
}

/// <summary>Eight numbers in registers.</summary>
internal readonly struct Eight<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T _0, _1, _2, _3, _4, _5, _6, _7;

    private Eight(T v0, T v1, T v2, T v3, T v4, T v5, T v6, T v7) =>
        (_0, _1, _2, _3, _4, _5, _6, _7) = (v0, v1, v2, v3, v4, v5, v6, v7);

    public static Eight<T> Load(ArrayView<T> from, int at, int step) => new(from[at], from[at + step], from[at + (2 * step)],
        from[at + (3 * step)], from[at + (4 * step)], from[at + (5 * step)], from[at + (6 * step)], from[at + (7 * step)]);

    public Eight<T> PlusProduct(T a, Eight<T> b) => new(_0 + (a * b._0), _1 + (a * b._1), _2 + (a * b._2), _3 + (a * b._3),
        _4 + (a * b._4), _5 + (a * b._5), _6 + (a * b._6), _7 + (a * b._7));

    public T this[int i] => i == 0 ? _0 : i == 1 ? _1 : i == 2 ? _2 : i == 3 ? _3 : i == 4 ? _4 : i == 5 ? _5 : i == 6 ? _6 : _7;

    /// <summary>Stores what lies within a row: y[at], y[at + step] …</summary>
    public void Store(ArrayView<T> y, int at, int step, int left, int add)
    {
        Store(y, at, 0 < left, _0, add);
        Store(y, at + step, step < left, _1, add);
        Store(y, at + (2 * step), 2 * step < left, _2, add);
        Store(y, at + (3 * step), 3 * step < left, _3, add);
        Store(y, at + (4 * step), 4 * step < left, _4, add);
        Store(y, at + (5 * step), 5 * step < left, _5, add);
        Store(y, at + (6 * step), 6 * step < left, _6, add);
        Store(y, at + (7 * step), 7 * step < left, _7, add);
    }

    private static void Store(ArrayView<T> y, int at, bool inside, T value, int add)
    {
        if (inside)
            y[at] = add != 0 ? y[at] + value : value;
    }
}

/// <summary>The rungs of the ladder of matrix products.</summary>
internal enum Rung
{
    Naive,
    SharedTile,
    RegisterTile,
}

/// <summary>The ladder of matrix products on a card: naive, by tiles in shared memory, by tiles in registers; equal in result.</summary>
internal static class MatrixProduct
{
    /// <summary>One thread for each element, which reads its row and its column from the card's memory.</summary>
    public static void Naive<T>(Index1D at, ArrayView<T> a, ArrayView<T> b, ArrayView<T> y, Product s)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int row = at / s.Columns, column = at % s.Columns;
        T sum = T.Zero;
        for (int k = 0; k < s.Inner; k++)
            sum += a[(row * s.ARow) + (k * s.AInner)] * b[(k * s.BInner) + (column * s.BColumn)];
        y[at] = s.Add != 0 ? y[at] + sum : sum;
    }

    /// <summary>A group computes a tile, see <see cref="Tile"/>; the grid has columns, rows and batch.</summary>
    public static void SharedTile<T, TSide>(ArrayView<T> aAll, ArrayView<T> bAll, ArrayView<T> yAll, Product s, Layout batch)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSide : struct, ISide
    {
        int matrix = s.First + Grid.IdxZ;
        (int aStart, int bStart) = batch.At(matrix);
        var a = new Strided<T>(aAll, aStart, s.Rows, s.Inner, s.ARow, s.AInner);
        var b = new Strided<T>(bAll, bStart, s.Inner, s.Columns, s.BInner, s.BColumn);
        int row = Tile.Row<TSide>(), column = Tile.Column<TSide>();
        T sum = Tile.Sum<T, TSide, Strided<T>, Strided<T>>(a, b, row, column, s.Inner);
        if (row < s.Rows && column < s.Columns)
        {
            int at = (((matrix * s.Rows) + row) * s.Columns) + column;
            yAll[at] = s.Add != 0 ? yAll[at] + sum : sum;
        }
    }

    private const int Each = 8;  // elements of a thread along each side
    private const int Depth = 8; // inner entries in shared memory
    private const int Apart = 4; // unused numbers between them, so that a thread writes to another bank than its neighbours

    /// <summary>The elements of a group along each side.</summary>
    public static int RegisterTileSize(int side) => Each * side;

    /// <summary>
    /// Each thread computes 8 × 8 elements in registers, so that a number read from shared memory serves eight products. Its rows and
    /// columns lie a group's side apart: neighbouring threads then read neighbouring numbers.
    /// </summary>
    public static void RegisterTile<T, TSide>(ArrayView<T> aAll, ArrayView<T> bAll, ArrayView<T> yAll, Product s, Layout batch)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSide : struct, ISide
    {
        int side = TSide.Threads, tile = Each * side, row = tile + Apart, threads = side * side, thread = Group.IdxX;
        ArrayView<T> aTile = SharedMemory.Allocate<T>(Depth * ((Each * TSide.Threads) + Apart));
        ArrayView<T> bTile = SharedMemory.Allocate<T>(Depth * ((Each * TSide.Threads) + Apart));
        int matrix = s.First + Grid.IdxZ;
        (int aStart, int bStart) = batch.At(matrix);
        int tx = thread % side, ty = thread / side, top = Grid.IdxY * tile, left = Grid.IdxX * tile;
        Eight<T> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        for (int start = 0; start < s.Inner; start += Depth)
        {
            for (int e = thread; e < Depth * tile; e += threads)
            {
                // Threads in a row fetch along the axis whose neighbours lie side by side in memory.
                int ak = s.AInner == 1 ? e % Depth : e / tile, ar = s.AInner == 1 ? e / Depth : e % tile;
                aTile[(ak * row) + ar] = top + ar < s.Rows && start + ak < s.Inner
                    ? aAll[aStart + ((top + ar) * s.ARow) + ((start + ak) * s.AInner)]
                    : T.Zero;
                int bk = s.BInner == 1 ? e % Depth : e / tile, bc = s.BInner == 1 ? e / Depth : e % tile;
                bTile[(bk * row) + bc] = left + bc < s.Columns && start + bk < s.Inner
                    ? bAll[bStart + ((start + bk) * s.BInner) + ((left + bc) * s.BColumn)]
                    : T.Zero;
            }
            Group.Barrier();
            for (int k = 0; k < Depth; k++)
            {
                Eight<T> a = Eight<T>.Load(aTile, (k * row) + ty, side), b = Eight<T>.Load(bTile, (k * row) + tx, side);
                c0 = c0.PlusProduct(a[0], b);
                c1 = c1.PlusProduct(a[1], b);
                c2 = c2.PlusProduct(a[2], b);
                c3 = c3.PlusProduct(a[3], b);
                c4 = c4.PlusProduct(a[4], b);
                c5 = c5.PlusProduct(a[5], b);
                c6 = c6.PlusProduct(a[6], b);
                c7 = c7.PlusProduct(a[7], b);
            }
            Group.Barrier();
        }
        int at = (((matrix * s.Rows) + top + ty) * s.Columns) + left + tx, step = side * s.Columns, over = s.Columns - left - tx;
        int rows = s.Rows - top - ty;
        StoreRow(c0, yAll, at, 0, rows, side, over, s.Add);
        StoreRow(c1, yAll, at + step, side, rows, side, over, s.Add);
        StoreRow(c2, yAll, at + (2 * step), 2 * side, rows, side, over, s.Add);
        StoreRow(c3, yAll, at + (3 * step), 3 * side, rows, side, over, s.Add);
        StoreRow(c4, yAll, at + (4 * step), 4 * side, rows, side, over, s.Add);
        StoreRow(c5, yAll, at + (5 * step), 5 * side, rows, side, over, s.Add);
        StoreRow(c6, yAll, at + (6 * step), 6 * side, rows, side, over, s.Add);
        StoreRow(c7, yAll, at + (7 * step), 7 * side, rows, side, over, s.Add);
    }

    private static void StoreRow<T>(Eight<T> row, ArrayView<T> y, int at, int down, int rows, int side, int over, int add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (down < rows)
            row.Store(y, at, side, over, add);
    }
}
