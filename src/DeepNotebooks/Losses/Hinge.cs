namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Hinge loss max(0, 1 − y s) of scores s and labels y of 1 or −1: zero beyond the margin, and only violators get a gradient.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or a label is neither 1 nor −1.</exception>
    public static Tensor Hinge(Tensor scores, Tensor labels) => Hinge(scores, labels, 1);

    /// <inheritdoc cref="Hinge(Tensor, Tensor)"/>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not above 0.</exception>
    public static Tensor Hinge(Tensor scores, Tensor labels, double margin, Reduce reduce = Reduce.Mean)
    {
        RequireNumber(margin > 0, margin, nameof(margin), nameof(Hinge), "be above 0");
        return Reduced((margin - (scores * Signs(scores, labels, nameof(Hinge)))).ReLU(), reduce);
    }

    /// <summary>
    /// Hinge loss of several classes: Σⱼ max(0, 1 − sᵧ + sⱼ) / classes over the wrong classes j, from scores [batch, classes] and labels
    /// [batch]. Weston and Watkins, 1999.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is no class number.</exception>
    public static Tensor MultiClassHinge(Tensor scores, Tensor labels) => MultiClassHinge(scores, labels, 1);

    /// <inheritdoc cref="MultiClassHinge(Tensor, Tensor)"/>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not above 0.</exception>
    public static Tensor MultiClassHinge(Tensor scores, Tensor labels, double margin, Reduce reduce = Reduce.Mean)
    {
        RequireNumber(margin > 0, margin, nameof(margin), nameof(MultiClassHinge), "be above 0");
        int[] classes = Labels(scores, labels, nameof(MultiClassHinge));
        Tensor rows = scores.Reshape(-1, scores.Shape[-1]);
        Tensor violations = (rows - rows.Pick(classes).Reshape(-1, 1) + margin).ReLU().Sum(1) - margin; // the right class adds the margin
        return Reduced((violations / scores.Shape[-1]).Reshape(labels.Shape), reduce);
    }
}
