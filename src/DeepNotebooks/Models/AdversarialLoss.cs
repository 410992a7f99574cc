namespace DeepNotebooks.Models;

/// <summary>
/// What two networks that play against each other minimize, from the discriminator's outputs D (logits or scores, before any sigmoid)
/// for real and for made examples.
/// </summary>
/// <param name="Discriminator">The discriminator's loss from D(x) of real and D(G(z)) of made examples.</param>
/// <param name="Generator">The generator's loss from D(G(z)).</param>
public sealed record AdversarialLoss(Func<Tensor, Tensor, Tensor> Discriminator, Func<Tensor, Tensor> Generator)
{
    /// <summary>
    /// The game for a value: D minimizes −ln σ(D(x)) − ln(1 − σ(D(G(z)))), G its negative, ln(1 − σ(D(G(z)))). Goodfellow and others, 2014.
    /// </summary>
    public static AdversarialLoss Minimax { get; } =
        new((real, made) => (-real).Softplus().Mean() + made.Softplus().Mean(), made => -made.Softplus().Mean());

    /// <summary>
    /// D as in <see cref="Minimax"/>; G minimizes −ln σ(D(G(z))), whose slope is large where D is sure. Goodfellow and others, 2014.
    /// </summary>
    public static AdversarialLoss NonSaturating { get; } = Minimax with { Generator = made => (-made).Softplus().Mean() };

    /// <summary>Squared distance from the labels: D minimizes ½(D(x) − 1)² + ½D(G(z))², G ½(D(G(z)) − 1)². Mao and others, 2017.</summary>
    public static AdversarialLoss LeastSquares { get; } = new(
        (real, made) => ((real - 1).Square().Mean() + made.Square().Mean()) / 2, made => (made - 1).Square().Mean() / 2);

    /// <summary>
    /// D(G(z)) − D(x) for D, −D(G(z)) for G: minus D's loss tends to the Wasserstein distance where D, then called a critic, is held to
    /// slope 1, by <see cref="GAN.Clip"/> up to a factor, by <see cref="GAN.Penalty"/> about. Arjovsky, Chintala and Bottou, 2017.
    /// </summary>
    public static AdversarialLoss Wasserstein { get; } = new((real, made) => made.Mean() - real.Mean(), made => -made.Mean());
}
