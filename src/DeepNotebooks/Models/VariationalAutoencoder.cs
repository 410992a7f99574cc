using DeepNotebooks.Layers;
using DeepNotebooks.Losses;

namespace DeepNotebooks.Models;

/// <summary>
/// A variational autoencoder: the encoder gives each x a normal distribution q(z | x) = N(μ, σ²) of codes, the decoder a distribution
/// p(x | z), and training raises a lower bound of ln p(x) = ln ∫ p(x | z) N(z; 0, 1) dz, so that decoded normal noise looks like the
/// data. Kingma and Welling, 2013; Rezende, Mohamed and Wierstra, 2014.
/// </summary>
public sealed class VariationalAutoencoder : Layer
{
    private readonly Rng _rng;
    private (Tensor Mean, Tensor LogVariance)? _last;

    /// <summary>Joins an encoder that puts out [batch, 2k], k means μ and k logarithms ln σ², to a decoder of codes [batch, k].</summary>
    /// <param name="encoder">From inputs to μ and ln σ².</param>
    /// <param name="decoder">From codes to what <see cref="Reconstruction"/> takes: unless set, logits of pixels.</param>
    /// <param name="rng">Where the noise in training comes from.</param>
    public VariationalAutoencoder(Layer encoder, Layer decoder, Rng rng) =>
        (Encoder, Decoder, _rng) = (Child("encoder", encoder), Child("decoder", decoder), rng);

    /// <summary>What turns inputs into μ and ln σ² side by side.</summary>
    public Layer Encoder { get; }

    /// <summary>What turns codes into outputs. New examples: <c>model.Decoder.Predict(rng.Normal([count, k]))</c>.</summary>
    public Layer Decoder { get; }

    /// <summary>
    /// −ln p(x | z) for each element of an output and its target: of pixels in [0, 1] from logits unless set. With a normal p of
    /// standard deviation s it is <c>(y, x) => (y - x).Square() / (2 * s * s)</c>, up to a constant.
    /// </summary>
    public Func<Tensor, Tensor, Tensor> Reconstruction { get; init; } =
        (logits, x) => Losses.Loss.BinaryCrossEntropyWithLogits(logits, x, Reduce.None);

    /// <summary>The weight β of the divergence; 1 gives the bound. Higgins and others, 2017.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>μ and ln σ² of the codes of x, each [batch, k].</summary>
    /// <exception cref="ArgumentException">The encoder's output cannot be halved.</exception>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor x)
    {
        Tensor both = Encoder.Forward(x);
        if (both.Rank != 2 || both.Shape[1] % 2 != 0)
            throw new ArgumentException($"VariationalAutoencoder: the encoder put out {both.Shape}. It must be [batch, 2k]: means, then ln σ².");
        Tensor[] halves = both.Split(1, both.Shape[1] / 2, both.Shape[1] / 2);
        return (halves[0], halves[1]);
    }

    /// <summary>
    /// The decoded code: in training z = μ + σ ε with ε ~ N(0, 1) (written so, with the noise apart, the gradient reaches μ and σ), in
    /// evaluation z = μ.
    /// </summary>
    public override Tensor Forward(Tensor x)
    {
        (Tensor mean, Tensor logVariance) = Encode(x);
        _last = (mean, logVariance);
        return Decoder.Forward(Training ? mean + ((0.5 * logVariance).Exp() * _rng.Normal(mean.Shape, dtype: mean.DType).To(mean.Device)) : mean);
    }

    /// <summary>
    /// −ELBO = −E ln p(x | z) + β KL(q(z | x) ‖ N(0, 1)), in nats for an example: the mean over the batch, for the forward pass just done.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no forward pass before.</exception>
    public Tensor Loss(Tensor output, Tensor target)
    {
        (Tensor mean, Tensor logVariance) = _last ?? throw new InvalidOperationException(
            "VariationalAutoencoder.Loss: call Forward first; the loss needs the distributions of its codes.");
        return (Reconstruction(output, target).Sum() / target.Shape[0]) + (Beta * Divergence(mean, logVariance).Mean());
    }

    /// <summary>
    /// KL(N(μ, σ²) ‖ N(0, 1)) = ½ Σ μ² + σ² − 1 − ln σ² over the code, for each example: from μ and ln σ² [batch, k] to [batch].
    /// </summary>
    public static Tensor Divergence(Tensor mean, Tensor logVariance) =>
        0.5 * (mean.Square() + logVariance.Exp() - 1 - logVariance).Sum(1);
}
