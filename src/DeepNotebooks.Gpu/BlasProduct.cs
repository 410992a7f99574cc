using DeepNotebooks.Gpu.Kernels;

namespace DeepNotebooks.Gpu;

/// <summary>
/// A product as BLAS takes it, which knows only matrices that lie column by column. What lies row by row there is its transpose, so that
/// our y = a b is computed as yᵀ = bᵀ aᵀ: b comes first, y is [M, N] = [columns, rows] and K the inner size.
/// </summary>
/// <param name="TransposeFirst">Whether b lies the other way round.</param>
/// <param name="TransposeSecond">Whether a lies the other way round.</param>
/// <param name="M">Rows of yᵀ.</param>
/// <param name="N">Columns of yᵀ.</param>
/// <param name="K">Terms of each sum.</param>
/// <param name="FirstStep">How far columns of the first matrix lie apart in memory, BLAS's leading dimension.</param>
/// <param name="SecondStep">Likewise of the second.</param>
/// <param name="ResultStep">Likewise of yᵀ.</param>
internal readonly record struct BlasProduct(
    bool TransposeFirst, bool TransposeSecond, int M, int N, int K, int FirstStep, int SecondStep, int ResultStep)
{
    /// <summary>Null where BLAS cannot read an operand in place: neither its rows nor its columns lie without gaps, or some repeat.</summary>
    public static BlasProduct? Of(Product s) =>
        Lying(s.Columns, s.Inner, s.BColumn, s.BInner) is var (transposeFirst, firstStep)
        && Lying(s.Inner, s.Rows, s.AInner, s.ARow) is var (transposeSecond, secondStep)
            ? new(transposeFirst, transposeSecond, s.Columns, s.Rows, s.Inner, firstStep, secondStep, Math.Max(1, s.Columns))
            : null;

    /// <summary>
    /// How a matrix of some entries down and across lies, whose neighbours are so far apart. An axis of one entry may have any step.
    /// </summary>
    private static (bool Transposed, int Step)? Lying(int down, int across, int downStep, int acrossStep)
    {
        int step = across == 1 ? Math.Max(1, down) : acrossStep, transposedStep = down == 1 ? Math.Max(1, across) : downStep;
        if ((down == 1 || downStep == 1) && step >= Math.Max(1, down))
            return (false, step);
        return (across == 1 || acrossStep == 1) && transposedStep >= Math.Max(1, across) ? (true, transposedStep) : null;
    }
}
