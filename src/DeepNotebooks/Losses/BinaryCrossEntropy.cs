namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Binary cross-entropy −y ln σ(z) − (1 − y) ln(1 − σ(z)) from logits z and targets y in [0, 1], as softplus(z) − z y: the fused
    /// form stays finite for any z.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or a target lies outside [0, 1].</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor target) =>
        BinaryCrossEntropyWithLogits(logits, target, Reduce.Mean);

    /// <inheritdoc cref="BinaryCrossEntropyWithLogits(Tensor, Tensor)"/>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor target, Reduce reduce)
    {
        RequireSameShape(logits, target, nameof(BinaryCrossEntropyWithLogits));
        if (target.Size > 0 && !(target.Min().Item() >= 0 && target.Max().Item() <= 1))
        {
            throw new ArgumentException("BinaryCrossEntropyWithLogits: targets must lie in [0, 1]; these reach from "
                + $"{target.Min().Item()} to {target.Max().Item()}.", nameof(target));
        }
        return Reduced(logits.Softplus() - (logits * target), reduce);
    }
}
