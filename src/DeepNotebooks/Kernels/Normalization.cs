using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace DeepNotebooks.Kernels;

/// <summary>Standardizes numbers by their own mean and variance, per channel over a batch or per row, and differentiates that.</summary>
internal static class Normalization
{
    /// <summary>
    /// For channel c of x [outer, channels, inner]: mean μ, biased variance σ², and y = (x − μ) γ / √(σ² + ε) + β.
    /// </summary>
    public static void Channel<T>(ReadOnlySpan<T> x, int channels, int c, int inner, T gamma, T beta, T epsilon, Span<T> y, out T mean,
        out T variance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(x.Length / channels), sum = T.Zero, squares = T.Zero;
        for (int at = c * inner; at < x.Length; at += channels * inner)
            sum += TensorPrimitives.Sum(x.Slice(at, inner));
        mean = sum / count;
        for (int at = c * inner; at < x.Length; at += channels * inner)
        {
            Span<T> run = y.Slice(at, inner);
            TensorPrimitives.Subtract(x.Slice(at, inner), mean, run);
            squares += TensorPrimitives.SumOfSquares<T>(run);
        }
        variance = squares / count;
        T scale = gamma / T.Sqrt(variance + epsilon);
        for (int at = c * inner; at < x.Length; at += channels * inner)
        {
            Span<T> run = y.Slice(at, inner);
            TensorPrimitives.Multiply(run, scale, run);
            TensorPrimitives.Add(run, beta, run);
        }
    }

    /// <summary>
    /// The gradients of <see cref="Channel"/>: dβ = Σ dy, dγ = Σ dy x̂ with x̂ = (x − μ) / √(σ² + ε), and
    /// dx = γ (dy − dβ / n − x̂ dγ / n) / √(σ² + ε), since μ and σ² depend on x too.
    /// </summary>
    public static void ChannelBackward<T>(ReadOnlySpan<T> x, int channels, int c, int inner, T gamma, T mean, T root, ReadOnlySpan<T> dy,
        Span<T> dx, out T dGamma, out T dBeta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(x.Length / channels);
        (dGamma, dBeta) = (T.Zero, T.Zero);
        for (int at = c * inner; at < x.Length; at += channels * inner)
        {
            Span<T> run = dx.Slice(at, inner);
            TensorPrimitives.Subtract(x.Slice(at, inner), mean, run);
            dBeta += TensorPrimitives.Sum(dy.Slice(at, inner));
            dGamma += TensorPrimitives.Dot(run, dy.Slice(at, inner));
        }
        dGamma /= root;
        T scale = gamma / root, alongX = -scale * dGamma / (count * root), shift = -scale * dBeta / count;
        for (int at = c * inner; at < x.Length; at += channels * inner)
        {
            Span<T> run = dx.Slice(at, inner);
            TensorPrimitives.Multiply(run, alongX, run);
            TensorPrimitives.MultiplyAdd(dy.Slice(at, inner), scale, run, run);
            TensorPrimitives.Add(run, shift, run);
        }
    }

    /// <summary><see cref="Channel"/> for all channels of x [outer, channels], where a channel's numbers do not lie side by side.</summary>
    public static void Columns<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, T epsilon, Span<T> y, Span<T> means,
        Span<T> variances)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = gamma.Length;
        T count = T.CreateTruncating(x.Length / channels);
        T[] room = ArrayPool<T>.Shared.Rent(channels);
        Span<T> scales = room.AsSpan(0, channels);
        means.Clear();
        variances.Clear();
        for (int at = 0; at < x.Length; at += channels)
            TensorPrimitives.Add(means, x.Slice(at, channels), means);
        TensorPrimitives.Divide(means, count, means);
        for (int at = 0; at < x.Length; at += channels)
        {
            Span<T> row = y.Slice(at, channels);
            TensorPrimitives.Subtract(x.Slice(at, channels), means, row);
            TensorPrimitives.MultiplyAdd(row, row, variances, variances);
        }
        TensorPrimitives.Divide(variances, count, variances);
        Roots(variances, epsilon, scales);
        TensorPrimitives.Divide(gamma, scales, scales);
        for (int at = 0; at < x.Length; at += channels)
            TensorPrimitives.MultiplyAdd(y.Slice(at, channels), scales, beta, y.Slice(at, channels));
        ArrayPool<T>.Shared.Return(room);
    }

    /// <summary><see cref="ChannelBackward"/> for all channels of x [outer, channels].</summary>
    public static void ColumnsBackward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> means, ReadOnlySpan<T> variances, T epsilon,
        ReadOnlySpan<T> dy, Span<T> dx, Span<T> dGamma, Span<T> dBeta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int channels = gamma.Length;
        T count = T.CreateTruncating(x.Length / channels);
        T[] room = ArrayPool<T>.Shared.Rent(4 * channels);
        Span<T> roots = room.AsSpan(0, channels), scales = room.AsSpan(channels, channels);
        Span<T> alongX = room.AsSpan(2 * channels, channels), shifts = room.AsSpan(3 * channels, channels);
        dGamma.Clear();
        dBeta.Clear();
        for (int at = 0; at < x.Length; at += channels)
        {
            Span<T> row = dx.Slice(at, channels);
            TensorPrimitives.Subtract(x.Slice(at, channels), means, row);
            TensorPrimitives.Add(dBeta, dy.Slice(at, channels), dBeta);
            TensorPrimitives.MultiplyAdd(row, dy.Slice(at, channels), dGamma, dGamma);
        }
        Roots(variances, epsilon, roots);
        TensorPrimitives.Divide(dGamma, roots, dGamma);
        TensorPrimitives.Divide(gamma, roots, scales);
        TensorPrimitives.Multiply(scales, -T.One / count, shifts);
        TensorPrimitives.Multiply(shifts, dGamma, alongX);
        TensorPrimitives.Divide(alongX, roots, alongX);
        TensorPrimitives.Multiply(shifts, dBeta, shifts);
        for (int at = 0; at < x.Length; at += channels)
        {
            Span<T> row = dx.Slice(at, channels);
            TensorPrimitives.MultiplyAdd(row, alongX, shifts, row);
            TensorPrimitives.MultiplyAdd(dy.Slice(at, channels), scales, row, row);
        }
        ArrayPool<T>.Shared.Return(room);
    }

    /// <summary>√(σ² + ε).</summary>
    private static void Roots<T>(ReadOnlySpan<T> variances, T epsilon, Span<T> roots) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Add(variances, epsilon, roots);
        TensorPrimitives.Sqrt(roots, roots);
    }

    /// <summary>For each row: y = γ x̂ + β with x̂ = (x − μ) / √(σ² + ε); empty γ and β count as 1 and 0. Keeps μ and √(σ² + ε).</summary>
    public static void Rows<T>(ReadOnlySpan<T> x, int width, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, T epsilon, Span<T> y,
        Span<T> means, Span<T> roots)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(width);
        for (int at = 0, r = 0; at < x.Length; at += width, r++)
        {
            Span<T> row = y.Slice(at, width);
            means[r] = TensorPrimitives.Sum(x.Slice(at, width)) / count;
            TensorPrimitives.Subtract(x.Slice(at, width), means[r], row);
            roots[r] = T.Sqrt((TensorPrimitives.SumOfSquares<T>(row) / count) + epsilon);
            TensorPrimitives.Multiply(row, T.One / roots[r], row);
            if (!gamma.IsEmpty)
                TensorPrimitives.MultiplyAdd(row, gamma, beta, row);
        }
    }

    /// <summary>
    /// The gradients of <see cref="Rows"/>: with g = γ dy, dx = (g − mean(g) − x̂ mean(g x̂)) / √(σ² + ε); adds dy x̂ to dγ and dy to dβ.
    /// </summary>
    public static void RowsBackward<T>(ReadOnlySpan<T> x, int width, ReadOnlySpan<T> gamma, ReadOnlySpan<T> means, ReadOnlySpan<T> roots,
        ReadOnlySpan<T> dy, Span<T> dx, Span<T> dGamma, Span<T> dBeta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(width);
        T[] room = ArrayPool<T>.Shared.Rent(width);
        Span<T> standardized = room.AsSpan(0, width);
        for (int at = 0, r = 0; at < x.Length; at += width, r++)
        {
            ReadOnlySpan<T> from = dy.Slice(at, width);
            Span<T> row = dx.Slice(at, width);
            TensorPrimitives.Subtract(x.Slice(at, width), means[r], standardized);
            TensorPrimitives.Multiply(standardized, T.One / roots[r], standardized);
            if (gamma.IsEmpty)
                from.CopyTo(row);
            else
            {
                TensorPrimitives.MultiplyAdd(from, standardized, dGamma, dGamma);
                TensorPrimitives.Add(dBeta, from, dBeta);
                TensorPrimitives.Multiply(from, gamma, row);
            }
            T mean = TensorPrimitives.Sum<T>(row) / count, along = TensorPrimitives.Dot<T>(row, standardized) / count;
            TensorPrimitives.Subtract(row, mean, row);
            TensorPrimitives.MultiplyAdd(standardized, -along, row, row);
            TensorPrimitives.Multiply(row, T.One / roots[r], row);
        }
        ArrayPool<T>.Shared.Return(room);
    }
}
