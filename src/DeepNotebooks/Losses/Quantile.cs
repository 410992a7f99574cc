namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Quantile (pinball) loss of the error e = target − prediction: τ e for e ≥ 0, else (τ − 1) e. Its minimizer is the conditional
    /// τ-quantile; τ = ½ gives half the absolute error. Koenker and Bassett, 1978.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">τ lies outside (0, 1).</exception>
    public static Tensor Quantile(Tensor prediction, Tensor target, double quantile, Reduce reduce = Reduce.Mean)
    {
        RequireNumber(quantile is > 0 and < 1, quantile, nameof(quantile), nameof(Quantile), "lie in (0, 1)");
        RequireSameShape(prediction, target, nameof(Quantile));
        Tensor error = target - prediction;
        return Reduced(Tensor.Maximum(error * quantile, error * (quantile - 1)), reduce);
    }
}
