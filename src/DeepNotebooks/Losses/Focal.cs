namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Focal loss −(1 − pᵧ)^γ ln pᵧ with p = softmax(logits), from logits [batch, …, classes] and labels [batch, …], γ = 2: what is
    /// already classified well counts little. Lin, Goyal, Girshick, He and Dollár, 2017.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is no class number.</exception>
    public static Tensor Focal(Tensor logits, Tensor labels) => Focal(logits, labels, 2);

    /// <inheritdoc cref="Focal(Tensor, Tensor)"/>
    /// <exception cref="ArgumentOutOfRangeException">γ is negative.</exception>
    public static Tensor Focal(Tensor logits, Tensor labels, double gamma, Tensor? classWeights = null, Reduce reduce = Reduce.Mean)
    {
        RequireGamma(gamma, nameof(Focal));
        int[] classes = Labels(logits, labels, nameof(Focal));
        Tensor log = logits.LogSoftmax().Reshape(-1, logits.Shape[-1]).Pick(classes);
        Tensor losses = -log * (1 - log.Exp()).Clamp(1e-12, 1).Pow(gamma); // the floor keeps the slope of the power finite where p = 1
        if (classWeights is not null)
            losses *= Weights(classes, classWeights, logits, nameof(Focal));
        return Reduced(losses.Reshape(labels.Shape), reduce);
    }

    /// <summary>
    /// Focal loss of one yes or no each: −α (1 − p)^γ ln p where y = 1, −(1 − α) p^γ ln(1 − p) where y = 0, with p = σ(logit), γ = 2 and
    /// α = ¼. Finite for any logit.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or a target lies outside [0, 1].</exception>
    public static Tensor BinaryFocal(Tensor logits, Tensor target) => BinaryFocal(logits, target, 2);

    /// <inheritdoc cref="BinaryFocal(Tensor, Tensor)"/>
    /// <param name="logits">z.</param>
    /// <param name="target">y.</param>
    /// <param name="gamma">γ, not negative; 0 gives cross-entropy.</param>
    /// <param name="alpha">The weight α of y = 1, from [0, 1]; null weighs both alike by 1.</param>
    /// <param name="reduce">What becomes of the losses.</param>
    /// <exception cref="ArgumentOutOfRangeException">γ or α is out of range.</exception>
    public static Tensor BinaryFocal(Tensor logits, Tensor target, double gamma, double? alpha = 0.25, Reduce reduce = Reduce.Mean)
    {
        RequireGamma(gamma, nameof(BinaryFocal));
        RequireNumber(alpha is null or (>= 0 and <= 1), alpha ?? 0, nameof(alpha), nameof(BinaryFocal), "lie in [0, 1]");
        RequireSameShape(logits, target, nameof(BinaryFocal));
        RequireRange(target, 0, 1, nameof(BinaryFocal), "targets");
        // ln p = −softplus(−z) and ln(1 − p) = −softplus(z), so the powers become exponentials of softplus.
        Tensor no = logits.Softplus(), yes = (-logits).Softplus();
        Tensor losses = (target * (alpha ?? 1) * (no * -gamma).Exp() * yes)
            + ((1 - target) * (1 - alpha ?? 1) * (yes * -gamma).Exp() * no);
        return Reduced(losses, reduce);
    }

    private static void RequireGamma(double gamma, string operation) =>
        RequireNumber(gamma >= 0 && double.IsFinite(gamma), gamma, nameof(gamma), operation, "be finite and not negative");
}
