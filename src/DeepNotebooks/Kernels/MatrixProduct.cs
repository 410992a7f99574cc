using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepNotebooks.Kernels;

/// <summary>Where the elements of a matrix lie: element (i, j) is at offset + i · rowStride + j · columnStride.</summary>
internal readonly record struct MatrixLayout(int Offset, int RowStride, int ColumnStride);

/// <summary>
/// The matrix product C = A B after Goto and van de Geijn (2008): blocks of A and B are packed so that the inner loop reads them in
/// order from the cache, and a tile of C of <see cref="TileRows"/> rows by two vectors stays in registers while it is summed.
/// Packing reads through strides, so transposed operands cost nothing extra. Each element of C is one sum in order of the inner
/// index, whatever the number of threads, so results do not depend on it.
/// </summary>
internal static class MatrixProduct
{
    private const int TileRows = 6;
    private const int BlockRows = 96;       // rows of A packed at a time; a multiple of TileRows
    private const int BlockInner = 256;     // terms summed per pass

    /// <summary>C[i, j] = Σₚ A[i, p] B[p, j]; C is row-major without gaps and is overwritten.</summary>
    public static void Multiply<T>(
        ReadOnlyMemory<T> a, MatrixLayout aLayout, ReadOnlyMemory<T> b, MatrixLayout bLayout, Memory<T> c, int rows, int inner, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (inner == 0 || (long)rows * columns == 0)
        {
            c.Span.Clear();
            return;
        }
        int tileColumns = 2 * Vector<T>.Count;
        int columnTiles = (columns + tileColumns - 1) / tileColumns;
        T[] packedB = ArrayPool<T>.Shared.Rent(columnTiles * tileColumns * Math.Min(inner, BlockInner));
        for (int start = 0; start < inner; start += BlockInner)
        {
            int depth = Math.Min(BlockInner, inner - start);
            PackColumns(b.Span, bLayout, start, depth, columns, packedB);
            int blocks = (rows + BlockRows - 1) / BlockRows;
            int first = start;
            void Block(int block) => MultiplyBlock(
                a.Span, aLayout, packedB, c.Span, block * BlockRows, Math.Min(BlockRows, rows - (block * BlockRows)), first, depth, columns);

            Threads.For(blocks, (long)rows * depth * columns, Block);
        }
        ArrayPool<T>.Shared.Return(packedB);
    }

    private static void MultiplyBlock<T>(
        ReadOnlySpan<T> a, MatrixLayout aLayout, T[] packedB, Span<T> c, int firstRow, int rows, int start, int depth, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int tileColumns = 2 * Vector<T>.Count;
        int rowTiles = (rows + TileRows - 1) / TileRows;
        T[] packedA = ArrayPool<T>.Shared.Rent(rowTiles * TileRows * depth);
        PackRows(a, aLayout, firstRow, rows, start, depth, packedA);
        Span<T> tile = stackalloc T[TileRows * tileColumns];
        for (int column = 0; column < columns; column += tileColumns)
        {
            ReadOnlySpan<T> bPanel = packedB.AsSpan(column * depth, tileColumns * depth);
            int width = Math.Min(tileColumns, columns - column);
            for (int row = 0; row < rows; row += TileRows)
            {
                MultiplyTile(packedA.AsSpan(row * depth, TileRows * depth), bPanel, depth, tile);
                int height = Math.Min(TileRows, rows - row);
                for (int r = 0; r < height; r++)
                {
                    Span<T> target = c.Slice(((firstRow + row + r) * columns) + column, width);
                    ReadOnlySpan<T> sum = tile.Slice(r * tileColumns, width);
                    if (start == 0)
                        sum.CopyTo(target);
                    else
                        System.Numerics.Tensors.TensorPrimitives.Add(target, sum, target);
                }
            }
        }
        ArrayPool<T>.Shared.Return(packedA);
    }

    /// <summary>One tile of C: six rows by two vectors, twelve sums held in registers.</summary>
    private static void MultiplyTile<T>(ReadOnlySpan<T> aPanel, ReadOnlySpan<T> bPanel, int depth, Span<T> tile)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector<T> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        ref T a = ref MemoryMarshal.GetReference(aPanel);
        ref T b = ref MemoryMarshal.GetReference(bPanel);
        for (int p = 0; p < depth; p++)
        {
            Vector<T> b0 = Vector.LoadUnsafe(ref b), b1 = Vector.LoadUnsafe(ref b, (nuint)Vector<T>.Count);
            Vector<T> a0 = Vector.Create(a), a1 = Vector.Create(Unsafe.Add(ref a, 1));
            c00 = MultiplyAdd(a0, b0, c00);
            c01 = MultiplyAdd(a0, b1, c01);
            c10 = MultiplyAdd(a1, b0, c10);
            c11 = MultiplyAdd(a1, b1, c11);
            a0 = Vector.Create(Unsafe.Add(ref a, 2));
            a1 = Vector.Create(Unsafe.Add(ref a, 3));
            c20 = MultiplyAdd(a0, b0, c20);
            c21 = MultiplyAdd(a0, b1, c21);
            c30 = MultiplyAdd(a1, b0, c30);
            c31 = MultiplyAdd(a1, b1, c31);
            a0 = Vector.Create(Unsafe.Add(ref a, 4));
            a1 = Vector.Create(Unsafe.Add(ref a, 5));
            c40 = MultiplyAdd(a0, b0, c40);
            c41 = MultiplyAdd(a0, b1, c41);
            c50 = MultiplyAdd(a1, b0, c50);
            c51 = MultiplyAdd(a1, b1, c51);
            a = ref Unsafe.Add(ref a, TileRows);
            b = ref Unsafe.Add(ref b, 2 * Vector<T>.Count);
        }
        int width = Vector<T>.Count;
        c00.CopyTo(tile);
        c01.CopyTo(tile[width..]);
        c10.CopyTo(tile[(2 * width)..]);
        c11.CopyTo(tile[(3 * width)..]);
        c20.CopyTo(tile[(4 * width)..]);
        c21.CopyTo(tile[(5 * width)..]);
        c30.CopyTo(tile[(6 * width)..]);
        c31.CopyTo(tile[(7 * width)..]);
        c40.CopyTo(tile[(8 * width)..]);
        c41.CopyTo(tile[(9 * width)..]);
        c50.CopyTo(tile[(10 * width)..]);
        c51.CopyTo(tile[(11 * width)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> MultiplyAdd<T>(Vector<T> a, Vector<T> b, Vector<T> c) => typeof(T) == typeof(float)
        ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

    /// <summary>Rows of A in panels of six: panel[p · 6 + r] = A[row + r, start + p], rows beyond the last are zero.</summary>
    private static void PackRows<T>(ReadOnlySpan<T> a, MatrixLayout layout, int firstRow, int rows, int start, int depth, T[] packed)
        where T : unmanaged
    {
        for (int row = 0, at = 0; row < rows; row += TileRows, at += TileRows * depth)
        {
            Span<T> panel = packed.AsSpan(at, TileRows * depth);
            int height = Math.Min(TileRows, rows - row);
            if (height < TileRows)
                panel.Clear();
            for (int r = 0; r < height; r++)
            {
                int from = layout.Offset + ((firstRow + row + r) * layout.RowStride) + (start * layout.ColumnStride);
                for (int to = r; to < panel.Length; to += TileRows, from += layout.ColumnStride)
                    panel[to] = a[from];
            }
        }
    }

    /// <summary>Columns of B in panels of two vectors: panel[p · width + c] = B[start + p, column + c], padded with zeros.</summary>
    private static void PackColumns<T>(ReadOnlySpan<T> b, MatrixLayout layout, int start, int depth, int columns, T[] packed)
        where T : unmanaged
    {
        int tileColumns = 2 * Vector<T>.Count;
        for (int column = 0, at = 0; column < columns; column += tileColumns, at += tileColumns * depth)
        {
            Span<T> panel = packed.AsSpan(at, tileColumns * depth);
            int width = Math.Min(tileColumns, columns - column);
            if (width < tileColumns)
                panel.Clear();
            int from = layout.Offset + (start * layout.RowStride) + (column * layout.ColumnStride);
            if (layout.ColumnStride == 1)
            {
                for (int to = 0; to < panel.Length; to += tileColumns, from += layout.RowStride)
                    b.Slice(from, width).CopyTo(panel[to..]);
                continue;
            }
            for (int c = 0; c < width; c++, from += layout.ColumnStride)
            {
                for (int to = c, read = from; to < panel.Length; to += tileColumns, read += layout.RowStride)
                    panel[to] = b[read];
            }
        }
    }
}
