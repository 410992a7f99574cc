namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>Mean absolute error: |prediction − target|, averaged over all elements. Its minimizer is the conditional median.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor MeanAbsoluteError(Tensor prediction, Tensor target) => MeanAbsoluteError(prediction, target, Reduce.Mean);

    /// <inheritdoc cref="MeanAbsoluteError(Tensor, Tensor)"/>
    public static Tensor MeanAbsoluteError(Tensor prediction, Tensor target, Reduce reduce)
    {
        RequireSameShape(prediction, target, nameof(MeanAbsoluteError));
        return Reduced((prediction - target).Abs(), reduce);
    }
}
