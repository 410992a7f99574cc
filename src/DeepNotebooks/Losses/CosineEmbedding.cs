namespace DeepNotebooks.Losses;

public static partial class Loss
{
    private const double CosineEpsilon = 1e-12; // added to the squared lengths, as PyTorch does

    /// <summary>
    /// 1 − cos of the angle between the vectors along the last axis: depends on direction only. Inputs [batch, features].
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor CosineEmbedding(Tensor first, Tensor second) => (1 - Cosine(first, second)).Mean();

    /// <summary>
    /// 1 − cos for pairs labelled 1 (alike), max(0, cos − margin) for pairs labelled −1 (different), averaged over the batch.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is neither 1 nor −1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The margin lies outside [−1, 1].</exception>
    public static Tensor CosineEmbedding(Tensor first, Tensor second, Tensor labels, double margin = 0, Reduce reduce = Reduce.Mean)
    {
        RequireNumber(margin is >= -1 and <= 1, margin, nameof(margin), nameof(CosineEmbedding), "lie in [−1, 1]");
        Tensor cosine = Cosine(first, second);
        Tensor alike = (Signs(cosine, labels, nameof(CosineEmbedding)) + 1) * 0.5;
        return Reduced((alike * (1 - cosine)) + ((1 - alike) * (cosine - margin).ReLU()), reduce);
    }

    private static Tensor Cosine(Tensor first, Tensor second)
    {
        RequireSameShape(first, second, nameof(CosineEmbedding));
        Tensor lengths = (first.Square().Sum(-1) + CosineEpsilon) * (second.Square().Sum(-1) + CosineEpsilon);
        return (first * second).Sum(-1) / lengths.Sqrt();
    }

    /// <summary>The labels, all of which must be 1 or −1.</summary>
    private static Tensor Signs(Tensor scores, Tensor labels, string operation)
    {
        RequireSameShape(scores, labels, operation);
        double[] values = labels.ToArray();
        int wrong = Array.FindIndex(values, v => v is not (1 or -1));
        return wrong < 0 ? labels.Detach() : throw new ArgumentException(
            $"{operation}: label {values[wrong]} is neither 1 nor −1. From labels 0 and 1: 2 * labels - 1.", nameof(labels));
    }
}
