namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>Mean squared error: (prediction − target)², averaged over all elements. Its minimizer is the conditional mean.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target) => MeanSquaredError(prediction, target, Reduce.Mean);

    /// <inheritdoc cref="MeanSquaredError(Tensor, Tensor)"/>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target, Reduce reduce)
    {
        RequireSameShape(prediction, target, nameof(MeanSquaredError));
        return Reduced((prediction - target).Square(), reduce);
    }
}
