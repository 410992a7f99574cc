using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepNotebooks.Kernels;

/// <summary>Adds the products of four neighbouring bytes to each sum: sumᵢ += Σ a[4i + k] w[4i + k], k &lt; 4, a from 0 to 127.</summary>
internal interface IByteDot
{
    static abstract bool IsSupported { get; }

    static abstract Vector256<int> Add(Vector256<int> sum, Vector256<byte> a, Vector256<sbyte> w);
}

/// <summary>One instruction for all.</summary>
internal readonly struct VnniDot : IByteDot
{
    public static bool IsSupported => AvxVnni.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> a, Vector256<sbyte> w) =>
        AvxVnni.MultiplyWideningAndAdd(sum, a, w);
}

/// <summary>Pairs are summed in 16 bits, which hold 2 · 127 · 127 but would not hold 2 · 255 · 127, then pairs of pairs.</summary>
internal readonly struct Avx2Dot : IByteDot
{
    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> a, Vector256<sbyte> w) =>
        sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(a, w), Vector256<short>.One);
}

/// <summary>For every other processor: byte after byte of each group of four.</summary>
internal readonly struct PortableDot : IByteDot
{
    public static bool IsSupported => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sum, Vector256<byte> a, Vector256<sbyte> w)
    {
        (Vector256<int> x, Vector256<int> y) = (a.AsInt32(), w.AsInt32());
        for (int bits = 0; bits < 32; bits += 8)
            sum += ((x >>> bits) & Vector256.Create(255)) * ((y << (24 - bits)) >> 24);
        return sum;
    }
}

/// <summary>
/// The product of quantized activations with quantized weights, summed in whole numbers, so that the result is the same to the bit on
/// every processor: y[i, j] = scale[j] · (Σₚ a[i, p] w[j, p] − correction[j]) + bias[j].
/// </summary>
internal static unsafe class IntegerProduct
{
    public const int PanelWidth = 16; // outputs side by side: two vectors of sums
    private const int TileRows = 6;
    private const int RowsAtOnce = 96; // what a thread takes: few enough to stay in the second-level cache beside a panel

    /// <summary>How many bytes a row of this many takes: groups of four, the last one filled up with zeros.</summary>
    public static int Padded(int inner) => (inner + 3) & ~3;

    /// <summary>The weights [outputs, inner] in panels of <see cref="PanelWidth"/> outputs, four inputs of each side by side.</summary>
    public static sbyte[] Pack(ReadOnlySpan<sbyte> weights, int outputs, int inner)
    {
        int padded = Padded(inner);
        var packed = new sbyte[(outputs + PanelWidth - 1) / PanelWidth * PanelWidth * padded];
        for (int j = 0; j < outputs; j++)
        {
            int panel = j / PanelWidth * PanelWidth * padded;
            for (int p = 0; p < inner; p++)
                packed[panel + (((p / 4 * PanelWidth) + (j % PanelWidth)) * 4) + (p % 4)] = weights[(j * inner) + p];
        }
        return packed;
    }

    /// <summary>
    /// Computes y [rows, outputs] from a [rows, Padded(inner)] and packed weights; scale, correction and bias reach to the end of the
    /// last panel.
    /// </summary>
    public static void Multiply(ReadOnlySpan<byte> a, ReadOnlySpan<sbyte> packed, ReadOnlySpan<float> scale, ReadOnlySpan<int> correction,
        ReadOnlySpan<float> bias, Span<float> y, int rows, int padded, int outputs)
    {
        if (VnniDot.IsSupported)
            Multiply<VnniDot>(a, packed, scale, correction, bias, y, rows, padded, outputs);
        else if (Avx2Dot.IsSupported)
            Multiply<Avx2Dot>(a, packed, scale, correction, bias, y, rows, padded, outputs);
        else
            Multiply<PortableDot>(a, packed, scale, correction, bias, y, rows, padded, outputs);
    }

    /// <summary>The same by instructions of the caller's choice.</summary>
    internal static void Multiply<TDot>(ReadOnlySpan<byte> a, ReadOnlySpan<sbyte> packed, ReadOnlySpan<float> scale,
        ReadOnlySpan<int> correction, ReadOnlySpan<float> bias, Span<float> y, int rows, int padded, int outputs)
        where TDot : IByteDot
    {
        fixed (byte* aStart = a)
        fixed (sbyte* wStart = packed)
        fixed (float* scaleStart = scale, biasStart = bias, yStart = y)
        fixed (int* correctionStart = correction)
        {
            var job = new Job
            {
                A = aStart,
                W = wStart,
                Scale = scaleStart,
                Correction = correctionStart,
                Bias = biasStart,
                Y = yStart,
                Rows = rows,
                Padded = padded,
                Outputs = outputs,
            };
            int blocks = (rows + RowsAtOnce - 1) / RowsAtOnce, panels = (outputs + PanelWidth - 1) / PanelWidth;
            Threads.For(blocks * panels, (long)rows * padded * outputs / 2, &Part<TDot>, (nint)(&job));
        }
    }

    private struct Job
    {
        public byte* A;
        public sbyte* W;
        public float* Scale, Bias, Y;
        public int* Correction;
        public int Rows, Padded, Outputs;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Part<TDot>(int part, nint state) where TDot : IByteDot
    {
        Job* job = (Job*)state;
        int panels = (job->Outputs + PanelWidth - 1) / PanelWidth;
        int row = part / panels * RowsAtOnce, end = Math.Min(row + RowsAtOnce, job->Rows), panel = part % panels;
        sbyte* w = job->W + ((nint)panel * PanelWidth * job->Padded);
        for (; row + TileRows <= end; row += TileRows)
            Tile<TDot>(job, w, row, panel * PanelWidth);
        for (; row < end; row++)
            Row<TDot>(job, w, row, panel * PanelWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TDot>(Job* job, sbyte* w, int row, int column) where TDot : IByteDot
    {
        Vector256<int> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<int> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        nint step = job->Padded;
        byte* a0 = job->A + (row * step), a3 = a0 + (3 * step);
        for (int p = 0; p < job->Padded; p += 4, w += 64, a0 += 4, a3 += 4)
        {
            Vector256<sbyte> w0 = Vector256.Load(w), w1 = Vector256.Load(w + 32);
            Vector256<byte> v = Vector256.Create(*(int*)a0).AsByte();
            c00 = TDot.Add(c00, v, w0);
            c01 = TDot.Add(c01, v, w1);
            v = Vector256.Create(*(int*)(a0 + step)).AsByte();
            c10 = TDot.Add(c10, v, w0);
            c11 = TDot.Add(c11, v, w1);
            v = Vector256.Create(*(int*)(a0 + (2 * step))).AsByte();
            c20 = TDot.Add(c20, v, w0);
            c21 = TDot.Add(c21, v, w1);
            v = Vector256.Create(*(int*)a3).AsByte();
            c30 = TDot.Add(c30, v, w0);
            c31 = TDot.Add(c31, v, w1);
            v = Vector256.Create(*(int*)(a3 + step)).AsByte();
            c40 = TDot.Add(c40, v, w0);
            c41 = TDot.Add(c41, v, w1);
            v = Vector256.Create(*(int*)(a3 + (2 * step))).AsByte();
            c50 = TDot.Add(c50, v, w0);
            c51 = TDot.Add(c51, v, w1);
        }
        Store(job, row, column, c00, c01);
        Store(job, row + 1, column, c10, c11);
        Store(job, row + 2, column, c20, c21);
        Store(job, row + 3, column, c30, c31);
        Store(job, row + 4, column, c40, c41);
        Store(job, row + 5, column, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TDot>(Job* job, sbyte* w, int row, int column) where TDot : IByteDot
    {
        Vector256<int> left = default, right = default;
        byte* a = job->A + ((nint)row * job->Padded);
        for (int p = 0; p < job->Padded; p += 4, w += 64, a += 4)
        {
            Vector256<byte> v = Vector256.Create(*(int*)a).AsByte();
            left = TDot.Add(left, v, Vector256.Load(w));
            right = TDot.Add(right, v, Vector256.Load(w + 32));
        }
        Store(job, row, column, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Job* job, int row, int column, Vector256<int> left, Vector256<int> right)
    {
        float* y = job->Y + ((nint)row * job->Outputs) + column;
        Vector256<float> first = Scaled(job, column, left), second = Scaled(job, column + 8, right);
        if (column + PanelWidth <= job->Outputs)
        {
            first.Store(y);
            second.Store(y + 8);
            return;
        }
        for (int j = 0; column + j < job->Outputs; j++)
            y[j] = j < 8 ? first[j] : second[j - 8];
    }

    /// <summary>Multiplied, then added: a fused operation would round otherwise than processors without it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled(Job* job, int column, Vector256<int> sum) =>
        (Vector256.ConvertToSingle(sum - Vector256.Load(job->Correction + column)) * Vector256.Load(job->Scale + column))
        + Vector256.Load(job->Bias + column);

    /// <summary>q = round(x / step) + zero, limited to 0 … 127.</summary>
    public static void Quantize(ReadOnlySpan<float> x, float step, int zero, Span<byte> q)
    {
        float inverse = 1 / step;
        int i = 0;
        for (; i + 32 <= x.Length; i += 32)
        {
            Vector256<short> low = Vector256.Narrow(Four(x[i..]), Four(x[(i + 8)..]));
            Vector256<short> high = Vector256.Narrow(Four(x[(i + 16)..]), Four(x[(i + 24)..]));
            Vector256.Narrow(low.AsUInt16(), high.AsUInt16()).CopyTo(q[i..]);
        }
        for (; i < x.Length; i++)
            q[i] = (byte)Math.Clamp(MathF.Round(x[i] * inverse) + zero, 0, 127);

        Vector256<int> Four(ReadOnlySpan<float> from) => Vector256.ConvertToInt32(Vector256.Clamp(
            Vector256.Round(Vector256.Create(from) * inverse) + Vector256.Create((float)zero),
            Vector256<float>.Zero, Vector256.Create(127f)));
    }
}
