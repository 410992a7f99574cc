namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Kullback–Leibler divergence Σⱼ tⱼ (ln tⱼ − ln qⱼ) of a prediction q from a target distribution t along the last axis, averaged
    /// over the batch. The prediction is given as logarithms, <c>logits.LogSoftmax()</c>; 0 ln 0 counts as 0. The target is taken as
    /// constant.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or a row of the target is no distribution.</exception>
    public static Tensor KLDivergence(Tensor logPrediction, Tensor target) => KLDivergence(logPrediction, target, Reduce.Mean);

    /// <inheritdoc cref="KLDivergence(Tensor, Tensor)"/>
    public static Tensor KLDivergence(Tensor logPrediction, Tensor target, Reduce reduce)
    {
        RequireSameShape(logPrediction, target, nameof(KLDivergence));
        RequireDistributions(target, nameof(KLDivergence));
        Tensor t = target.Detach();
        Tensor negativeEntropy = (t * t.Log().Clamp(-1000, 0)).Sum(-1); // ln 0 is limited, so 0 ln 0 is 0
        return Reduced(negativeEntropy - (t * logPrediction).Sum(-1), reduce);
    }
}
