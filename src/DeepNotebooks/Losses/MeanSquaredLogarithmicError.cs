namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Mean squared logarithmic error (ln(1 + prediction) − ln(1 + target))²: for large values it depends on their ratio only. A
    /// prediction below 0 counts as 0 and gets no gradient.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or a target is negative.</exception>
    public static Tensor MeanSquaredLogarithmicError(Tensor prediction, Tensor target) =>
        MeanSquaredLogarithmicError(prediction, target, Reduce.Mean);

    /// <inheritdoc cref="MeanSquaredLogarithmicError(Tensor, Tensor)"/>
    public static Tensor MeanSquaredLogarithmicError(Tensor prediction, Tensor target, Reduce reduce)
    {
        RequireSameShape(prediction, target, nameof(MeanSquaredLogarithmicError));
        RequireRange(target, 0, double.MaxValue, nameof(MeanSquaredLogarithmicError), "targets");
        return Reduced(((prediction.Clamp(0, double.PositiveInfinity) + 1).Log() - (target + 1).Log()).Square(), reduce);
    }
}
