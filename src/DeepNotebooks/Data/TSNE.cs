namespace DeepNotebooks.Data;

/// <summary>
/// t-SNE: places points in the plane so that near neighbours stay near. pᵢⱼ says how near two points are in the data, by normal
/// distributions as wide as to hold <c>perplexity</c> neighbours each, qᵢⱼ how near they are in the plane, as 1 / (1 + |yᵢ − yⱼ|²) divided
/// by the sum over all pairs, and gradient descent lowers
/// <code>L = KL(P ‖ Q) = Σᵢⱼ pᵢⱼ ln (pᵢⱼ / qᵢⱼ),  ∂L/∂yᵢ = 4 Σⱼ (pᵢⱼ − qᵢⱼ) (yᵢ − yⱼ) / (1 + |yᵢ − yⱼ|²)</code>
/// Exact, so for up to a few thousand points. Distances between far groups mean nothing. Van der Maaten and Hinton, 2008.
/// </summary>
public static class TSNE
{
    /// <summary>The places [count, dimensions] of data [count, features].</summary>
    /// <param name="data">One row for each point.</param>
    /// <param name="rng">Where the points start.</param>
    /// <param name="perplexity">How many neighbours count for each point, about; 5 to 50, and below the count.</param>
    /// <param name="steps">Steps of gradient descent; in the first quarter the p are exaggerated, so that groups form.</param>
    /// <param name="dimensions">2 for a chart.</param>
    /// <exception cref="ArgumentException">The data are no matrix, or the perplexity does not fit their count.</exception>
    public static Tensor Embed(Tensor data, Rng rng, double perplexity = 30, int steps = 500, int dimensions = 2)
    {
        if (data.Rank != 2 || !(perplexity >= 1 && perplexity < data.Shape[0]))
        {
            throw new ArgumentException(
                $"TSNE: a perplexity of {perplexity} does not fit {data.Shape}. Pass [count, features] and less than count.");
        }
        using var _ = Tensor.NoGrad();
        int count = data.Shape[0];
        double rate = Math.Max(count / 48.0, 10);
        Tensor p = Affinities(data, perplexity), y = rng.Normal([count, dimensions], 0, 1e-2, DType.Float64);
        Tensor velocity = Tensor.Zeros(y.Shape, DType.Float64), gains = Tensor.Ones(y.Shape, DType.Float64);
        for (int step = 0; step < steps; step++)
        {
            Training.Interruption.Check();
            bool early = step < steps / 4;
            Tensor gradient = Gradient(early ? p * 12 : p, y);
            gains = Tensor.Where(gradient * velocity < 0, gains + 0.2, gains * 0.8).Clamp(0.01, double.PositiveInfinity); // delta-bar-delta
            velocity = (velocity * (early ? 0.5 : 0.8)) - (gains * gradient * rate);
            y += velocity;
        }
        return (y - y.Mean(0)).To(data.DType);
    }

    /// <summary>pᵢⱼ [count, count]: neighbours' probabilities of the wanted perplexity, made symmetric, summing to 1.</summary>
    internal static Tensor Affinities(Tensor data, double perplexity)
    {
        Tensor squared = SquaredDistances(data.To(DType.Float64));
        int count = data.Shape[0];
        var rows = new Tensor[count];
        for (int i = 0; i < count; i++)
        {
            Tensor others = squared[i, ..].Clone();
            others[i] = double.PositiveInfinity;
            double low = 0, high = double.PositiveInfinity, precision = 1;
            for (int tries = 0; tries < 60; tries++)
            {
                rows[i] = (others * -precision).Softmax();
                double entropy = -rows[i].ToArray().Sum(q => q > 0 ? q * Math.Log(q) : 0);
                (low, high) = entropy > Math.Log(perplexity) ? (precision, high) : (low, precision);
                precision = double.IsFinite(high) ? (low + high) / 2 : precision * 2;
            }
        }
        Tensor given = Tensor.Stack(rows);
        return (given + given.Transpose()) / (2 * count);
    }

    /// <summary>∂L/∂y [count, dimensions].</summary>
    internal static Tensor Gradient(Tensor p, Tensor y)
    {
        Tensor near = (1 / (1 + SquaredDistances(y))) - Tensor.Eye(y.Shape[0], dtype: y.DType);
        Tensor force = (p - (near / near.Sum())) * near;
        return 4 * ((force.Sum(1, keepDims: true) * y) - force.MatMul(y));
    }

    private static Tensor SquaredDistances(Tensor x)
    {
        Tensor squares = x.Square().Sum(1, keepDims: true);
        return (squares + squares.Transpose() - (2 * x.MatMul(x.Transpose()))).Clamp(0, double.PositiveInfinity);
    }
}
