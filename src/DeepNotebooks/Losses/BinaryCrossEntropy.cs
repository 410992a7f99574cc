namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Binary cross-entropy −y ln p − (1 − y) ln(1 − p) from probabilities p and targets y in [0, 1]. A logarithm below −100 counts as
    /// −100. A network's output is better left a logit: <see cref="BinaryCrossEntropyWithLogits(Tensor, Tensor)"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or a number lies outside [0, 1].</exception>
    public static Tensor BinaryCrossEntropy(Tensor probabilities, Tensor target) => BinaryCrossEntropy(probabilities, target, Reduce.Mean);

    /// <inheritdoc cref="BinaryCrossEntropy(Tensor, Tensor)"/>
    public static Tensor BinaryCrossEntropy(Tensor probabilities, Tensor target, Reduce reduce)
    {
        RequireSameShape(probabilities, target, nameof(BinaryCrossEntropy));
        RequireRange(probabilities, 0, 1, nameof(BinaryCrossEntropy), "probabilities");
        RequireRange(target, 0, 1, nameof(BinaryCrossEntropy), "targets");
        Tensor p = probabilities.Detach(), y = target.Detach(); // the gradient of the two terms together is finite at 0 and 1
        Tensor losses = -((y * p.Log().Clamp(-100, 0)) + ((1 - y) * (1 - p).Log().Clamp(-100, 0)));
        return Reduced(Tensor.Custom(losses, g => [g * (p - y) / (p * (1 - p)).Clamp(1e-12, 1)], probabilities), reduce);
    }

    /// <summary>
    /// Binary cross-entropy −y ln σ(z) − (1 − y) ln(1 − σ(z)) from logits z and targets y in [0, 1], as y softplus(−z) +
    /// (1 − y) softplus(z): this form stays finite for any z, and losses near 0 keep their digits. Over several columns each is a yes or
    /// no of its own: the loss of examples with several labels.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or a target lies outside [0, 1].</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor target) =>
        BinaryCrossEntropyWithLogits(logits, target, Reduce.Mean);

    /// <inheritdoc cref="BinaryCrossEntropyWithLogits(Tensor, Tensor)"/>
    /// <param name="logits">z.</param>
    /// <param name="target">y.</param>
    /// <param name="reduce">What becomes of the losses.</param>
    /// <param name="positiveWeight">
    /// What the term of y = 1 is multiplied by, against rare positives: a scalar, or one number for each column.
    /// </param>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor target, Reduce reduce, Tensor? positiveWeight = null)
    {
        RequireSameShape(logits, target, nameof(BinaryCrossEntropyWithLogits));
        RequireRange(target, 0, 1, nameof(BinaryCrossEntropyWithLogits), "targets");
        Tensor positive = target * (-logits).Softplus(), negative = (1 - target) * logits.Softplus();
        if (positiveWeight is null)
            return Reduced(positive + negative, reduce);
        RequireRange(positiveWeight, 0, double.MaxValue, nameof(BinaryCrossEntropyWithLogits), "positive weights");
        return Reduced((positiveWeight * positive) + negative, reduce);
    }
}
