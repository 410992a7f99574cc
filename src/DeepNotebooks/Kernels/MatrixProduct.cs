using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepNotebooks.Kernels;

/// <summary>Where the elements of a matrix lie: element (i, j) is at offset + i · rowStride + j · columnStride.</summary>
internal readonly record struct MatrixLayout(int Offset, int RowStride, int ColumnStride);

/// <summary>
/// The matrix product C = A B after Goto and van de Geijn (2008): a block of B is packed into panels as wide as a tile, so that the
/// inner loop reads it in order from the cache; A is read through its strides, and packed too where it is large. Transposed operands
/// need no copies of their own. Each element of C is one sum in order of the inner index, whatever the number of threads, so results
/// do not depend on it.
/// </summary>
internal static unsafe class MatrixProduct
{
    private const int BlockInner = 256;     // terms summed per pass: a panel of B fills about half of the first-level cache
    private const int BlockRows = 96;       // rows of A packed at a time, a multiple of every tile's rows
    private const int BlockColumns = 4096;  // columns of B packed at a time
    private const int Thin = 3;             // so few rows or columns that packing would cost more than the product

    /// <summary>Operands and sizes; C is [Rows, Columns] with rows CRow apart, and is overwritten or added to.</summary>
    private struct Job<T> where T : unmanaged
    {
        public T* A, B, C;
        public nint ARow, AStep, BStep, BColumn, CRow;
        public int Rows, Inner, Columns, Parts;
        public bool Add;
    }

    /// <summary>C[i, j] = Σₚ A[i, p] B[p, j], or C += A B; C is row-major without gaps.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> a, MatrixLayout aLayout, ReadOnlySpan<T> b, MatrixLayout bLayout, Span<T> c,
        int rows, int inner, int columns, bool add = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (inner == 0 || c.Length == 0)
        {
            if (!add)
                c.Clear();
            return;
        }
        fixed (T* aStart = a, bStart = b, cStart = c)
        {
            var job = new Job<T>
            {
                A = aStart + aLayout.Offset,
                ARow = aLayout.RowStride,
                AStep = aLayout.ColumnStride,
                B = bStart + bLayout.Offset,
                BStep = bLayout.RowStride,
                BColumn = bLayout.ColumnStride,
                C = cStart,
                CRow = columns,
                Rows = rows,
                Inner = inner,
                Columns = columns,
                Add = add,
            };
            if (Vector512.IsHardwareAccelerated)
                Share<T, Vector512Tile<T>>(&job);
            else
                Share<T, VectorTile<T>>(&job);
        }
    }

    /// <summary>How many columns a tile has: a B whose rows are a multiple of them wide is read without copies, if A has few rows.</summary>
    public static int TileColumns<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector512.IsHardwareAccelerated ? Vector512Tile<T>.Columns : VectorTile<T>.Columns;

    /// <summary>The same with a tile of the caller's choice and one thread.</summary>
    internal static void Multiply<T, TTile>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int rows, int inner, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTile : ITile<T>
    {
        fixed (T* aStart = a, bStart = b, cStart = c)
        {
            var job = new Job<T>
            {
                A = aStart,
                ARow = inner,
                AStep = 1,
                B = bStart,
                BStep = columns,
                BColumn = 1,
                C = cStart,
                CRow = columns,
                Rows = rows,
                Inner = inner,
                Columns = columns,
            };
            Blocks<T, TTile>(job);
        }
    }

    /// <summary>Gives each thread a stripe of C, along its longer side.</summary>
    private static void Share<T, TTile>(Job<T>* job) where T : unmanaged, IFloatingPointIeee754<T> where TTile : ITile<T>
    {
        long work = (long)job->Rows * job->Inner * job->Columns;
        job->Parts = Threads.Pays(work) ? Math.Min(Threads.Limit, (Math.Max(job->Rows, job->Columns) + 31) / 32) : 1;
        if (job->Parts == 1)
            Stripe<T, TTile>(0, (nint)job);
        else
            Threads.For(job->Parts, work, &Stripe<T, TTile>, (nint)job);
    }

    private static void Stripe<T, TTile>(int part, nint state) where T : unmanaged, IFloatingPointIeee754<T> where TTile : ITile<T>
    {
        Job<T> job = *(Job<T>*)state;
        if (job.Columns >= job.Rows)
        {
            (int start, int end) = Range(job.Columns, TTile.Columns);
            job.B += start * job.BColumn;
            job.C += start;
            job.Columns = end - start;
        }
        else
        {
            (int start, int end) = Range(job.Rows, TTile.Rows);
            job.A += start * job.ARow;
            job.C += start * job.CRow;
            job.Rows = end - start;
        }
        if (job.Rows <= Thin && job.BColumn == 1)
            SumOfRows(job);
        else if ((job.Rows <= Thin || job.Columns <= Thin) && job.AStep == 1 && job.BStep == 1)
            Dots(job);
        else
            Blocks<T, TTile>(job);

        (int, int) Range(int size, int tile)
        {
            int tiles = (size + tile - 1) / tile;
            return (Math.Min(size, part * tiles / job.Parts * tile), Math.Min(size, (part + 1) * tiles / job.Parts * tile));
        }
    }

    /// <summary>For a few rows: each row of C is a weighted sum of the rows of B.</summary>
    private static void SumOfRows<T>(in Job<T> job) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < job.Rows; i++)
        {
            var sum = new Span<T>(job.C + (i * job.CRow), job.Columns);
            if (!job.Add)
                sum.Clear();
            for (int p = 0; p < job.Inner; p++)
            {
                TensorPrimitives.MultiplyAdd(
                    new ReadOnlySpan<T>(job.B + (p * job.BStep), job.Columns), job.A[(i * job.ARow) + (p * job.AStep)], sum, sum);
            }
        }
    }

    /// <summary>For a few rows or columns: each element of C is a dot product of a row of A and a column of B, both dense.</summary>
    private static void Dots<T>(in Job<T> job) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < job.Rows; i++)
        {
            var row = new ReadOnlySpan<T>(job.A + (i * job.ARow), job.Inner);
            for (int j = 0; j < job.Columns; j++)
            {
                T dot = TensorPrimitives.Dot(row, new ReadOnlySpan<T>(job.B + (j * job.BColumn), job.Inner));
                T* c = job.C + (i * job.CRow) + j;
                *c = job.Add ? *c + dot : dot;
            }
        }
    }

    private static void Blocks<T, TTile>(in Job<T> job) where T : unmanaged, IFloatingPointIeee754<T> where TTile : ITile<T>
    {
        int passes = (job.Inner + BlockInner - 1) / BlockInner, depth = (job.Inner + passes - 1) / passes;
        int width = Math.Min(job.Columns, BlockColumns), panels = (width + TTile.Columns - 1) / TTile.Columns;
        bool packB = job.BColumn != 1 || job.Rows > 8 * TTile.Rows; // else its rows are read too seldom to be worth a copy
        bool packA = (long)job.Rows * job.Inner > 1 << 16 && job.Columns > 8 * TTile.Columns; // else it stays in the cache as it is
        int sizeB = (packB ? panels : 1) * TTile.Columns * depth, sizeA = packA ? (BlockRows * depth) + 8 : 0;
        T[] scratch = ArrayPool<T>.Shared.Rent(sizeB + sizeA + (TTile.Rows * TTile.Columns) + (128 / sizeof(T)));
        fixed (T* start = scratch)
        {
            T* packedB = (T*)(((nint)start + 63) & ~63), packedA = packedB + sizeB, edge = packedA + sizeA;
            nint* packedRows = stackalloc nint[depth], rows = stackalloc nint[depth];
            for (int p = 0; p < depth; p++)
                (packedRows[p], rows[p]) = (p * TTile.Columns, p * job.BStep);
            for (int column = 0; column < job.Columns; column += width)
            {
                int columns = Math.Min(width, job.Columns - column);
                for (int from = 0; from < job.Inner; from += depth)
                {
                    int terms = Math.Min(depth, job.Inner - from);
                    T* b = job.B + (from * job.BStep) + (column * job.BColumn);
                    int whole = packB ? 0 : columns / TTile.Columns * TTile.Columns; // what is read where it lies
                    PackPanels(b + (whole * job.BColumn), job.BStep, job.BColumn, terms, columns - whole, TTile.Columns, packedB);
                    Job<T> block = job;
                    (block.Columns, block.Inner, block.Add) = (columns, terms, job.Add || from > 0);
                    for (int row = 0; row < job.Rows; row += BlockRows)
                    {
                        block.Rows = Math.Min(BlockRows, job.Rows - row);
                        block.A = job.A + (from * job.AStep) + (row * job.ARow);
                        block.C = job.C + (row * job.CRow) + column;
                        if (packA)
                            PackPanels(block.A, block.AStep, block.ARow, terms, block.Rows, TTile.Rows, packedA);
                        T* a = packA ? packedA : null;
                        block.Columns = whole;
                        block.B = b;
                        Tiles<T, TTile>(block, 1, rows, a, edge);
                        block.C += whole;
                        block.B = packedB;
                        block.Columns = columns - whole;
                        Tiles<T, TTile>(block, terms, packedRows, a, edge);
                    }
                }
            }
        }
        ArrayPool<T>.Shared.Return(scratch);
    }

    /// <summary>The tiles of a block; column j of B starts at j · spread, row p of it at p's place.</summary>
    private static void Tiles<T, TTile>(in Job<T> block, nint spread, nint* places, T* packedA, T* edge)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTile : ITile<T>
    {
        int tileRows = TTile.Rows, tileColumns = TTile.Columns;
        for (int column = 0; column < block.Columns; column += tileColumns)
        {
            T* panel = block.B + (column * spread);
            int width = Math.Min(tileColumns, block.Columns - column);
            for (int row = 0; row < block.Rows; row += tileRows)
            {
                int height = Math.Min(tileRows, block.Rows - row);
                T* c = block.C + (row * block.CRow) + column;
                T* a = packedA is null ? block.A + (row * block.ARow) : packedA + ((nint)row * block.Inner);
                (nint aRow, nint aStep) = packedA is null ? (block.ARow, block.AStep) : (1, tileRows);
                if (width == tileColumns)
                {
                    TTile.Multiply(a, aRow, aStep, panel, places, block.Inner, c, block.CRow, height, block.Add);
                    continue;
                }
                TTile.Multiply(a, aRow, aStep, panel, places, block.Inner, edge, tileColumns, height, add: false);
                for (int r = 0; r < height; r++)
                {
                    for (int j = 0; j < width; j++)
                        c[(r * block.CRow) + j] = block.Add ? c[(r * block.CRow) + j] + edge[(r * tileColumns) + j] : edge[(r * tileColumns) + j];
                }
            }
        }
    }

    /// <summary>
    /// Lines of a matrix side by side in panels: panel[p · width + c] = x[p · step + (first + c) · line], zero beyond the last line.
    /// </summary>
    private static void PackPanels<T>(T* x, nint step, nint line, int terms, int lines, int width, T* packed) where T : unmanaged
    {
        for (int first = 0; first < lines; first += width, packed += (nint)terms * width)
        {
            int some = Math.Min(width, lines - first);
            T* from = x + (first * line);
            if (line == 1 && some == width && width % Vector<T>.Count == 0)
            {
                for (int p = 0; p < terms; p++)
                {
                    for (int c = 0; c < width; c += Vector<T>.Count)
                        Vector.Load(from + (p * step) + c).Store(packed + ((nint)p * width) + c);
                }
                continue;
            }
            if (some < width)
                new Span<T>(packed, terms * width).Clear();
            int done = 0;
            if (sizeof(T) == sizeof(float) && step == 1 && Avx.IsSupported)
            {
                for (; done + 8 <= some; done += 8)
                    Transpose((float*)(from + (done * line)), line, terms, (float*)packed + done, width);
                if (width < 8 && first + 8 <= lines) // two lines too many: what they leave behind a row is overwritten by the next
                {
                    Transpose((float*)from, line, terms, (float*)packed, width);
                    done = some;
                }
            }
            for (; done < some; done++)
            {
                T* read = from + (done * line);
                T* write = packed + done;
                for (int p = 0; p < terms; p++, read += step, write += width)
                    *write = *read;
            }
        }
    }

    /// <summary>Eight dense lines of x become columns: y[p · width + c] = x[c · line + p], eight by eight in registers.</summary>
    private static void Transpose(float* x, nint line, int terms, float* y, nint width)
    {
        int p = 0;
        for (; p + 8 <= terms; p += 8)
        {
            float* from = x + p, to = y + (p * width);
            // Pairs of lines, then fours, then the two halves of the vectors; stored in order.
            (Vector256<float> a0, Vector256<float> a1) = Pairs(from, from + line);
            (Vector256<float> b0, Vector256<float> b1) = Pairs(from + (2 * line), from + (3 * line));
            (Vector256<float> c0, Vector256<float> c1) = Pairs(from + (4 * line), from + (5 * line));
            (Vector256<float> d0, Vector256<float> d1) = Pairs(from + (6 * line), from + (7 * line));
            (Vector256<float> left0, Vector256<float> right0) = (Avx.Shuffle(a0, b0, 0x44), Avx.Shuffle(c0, d0, 0x44));
            (Vector256<float> left1, Vector256<float> right1) = (Avx.Shuffle(a0, b0, 0xEE), Avx.Shuffle(c0, d0, 0xEE));
            (Vector256<float> left2, Vector256<float> right2) = (Avx.Shuffle(a1, b1, 0x44), Avx.Shuffle(c1, d1, 0x44));
            (Vector256<float> left3, Vector256<float> right3) = (Avx.Shuffle(a1, b1, 0xEE), Avx.Shuffle(c1, d1, 0xEE));
            Avx.Permute2x128(left0, right0, 0x20).Store(to);
            Avx.Permute2x128(left1, right1, 0x20).Store(to + width);
            Avx.Permute2x128(left2, right2, 0x20).Store(to + (2 * width));
            Avx.Permute2x128(left3, right3, 0x20).Store(to + (3 * width));
            Avx.Permute2x128(left0, right0, 0x31).Store(to + (4 * width));
            Avx.Permute2x128(left1, right1, 0x31).Store(to + (5 * width));
            Avx.Permute2x128(left2, right2, 0x31).Store(to + (6 * width));
            Avx.Permute2x128(left3, right3, 0x31).Store(to + (7 * width));
        }
        for (; p < terms; p++)
        {
            for (nint c = 0; c < Math.Min(8, width); c++)
                y[(p * width) + c] = x[(c * line) + p];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Pairs(float* first, float* second)
    {
        Vector256<float> a = Vector256.Load(first), b = Vector256.Load(second);
        return (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
    }
}
