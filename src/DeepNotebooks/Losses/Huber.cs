namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Huber's loss (1964) of the error e = prediction − target: ½e² for |e| ≤ δ, else δ(|e| − ½δ); value and slope are continuous at δ.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target) => Huber(prediction, target, 1);

    /// <inheritdoc cref="Huber(Tensor, Tensor)"/>
    /// <exception cref="ArgumentOutOfRangeException">δ is not above 0.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target, double delta, Reduce reduce = Reduce.Mean)
    {
        RequireNumber(delta > 0, delta, nameof(delta), nameof(Huber), "be above 0");
        RequireSameShape(prediction, target, nameof(Huber));
        Tensor size = (prediction - target).Abs(), inner = size.Clamp(0, delta);
        return Reduced(inner * (size - (0.5 * inner)), reduce);
    }
}
