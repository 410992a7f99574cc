using DeepNotebooks.Layers;
using DeepNotebooks.Losses;

namespace DeepNotebooks.Models;

/// <summary>
/// InfoGAN: a part of G's input, the code c, is held to show in what G makes, by a network Q that reads it back. Minimizing −ln Q(c | x)
/// raises a lower bound of the mutual information, I(c; G(z, c)) ≥ H(c) + E ln Q(c | x). Chen and others, 2016, where Q shares D's
/// layers; here it is a network of its own, whose parameters G's optimizer trains too.
/// </summary>
public static class InfoGAN
{
    /// <summary>
    /// Inputs [count, noise + categories + continuous]: normal noise, a category as a one-hot row, and numbers uniform in [−1, 1).
    /// </summary>
    public static Tensor Inputs(int count, int noise, int categories, int continuous, Rng rng)
    {
        int kinds = Math.Max(categories, 1);
        Tensor category = Tensor.Eye(kinds, categories).Rows([.. Enumerable.Range(0, count).Select(_ => rng.Next(kinds))]);
        return Tensor.Concat([rng.Normal([count, noise]), category, rng.Uniform([count, continuous], -1)], axis: 1);
    }

    /// <summary>
    /// A <see cref="GAN.Tie"/>: weight · −ln Q(c | x), for a category −ln of its softmax probability, for numbers ½(c − μ)², the logarithm
    /// of a normal density but for a constant. Q gives [batch, categories + continuous]: logits, then means μ.
    /// </summary>
    public static Func<Tensor, Tensor, Tensor> Information(Layer q, int categories, int continuous, double weight = 1) => (input, made) =>
    {
        int noise = input.Shape[1] - categories - continuous;
        Tensor read = q.Forward(made), code = input[.., noise..];
        Tensor loss = (code[.., categories..] - read[.., categories..]).Square().Sum() / (2.0 * input.Shape[0]);
        return weight * (categories == 0 ? loss : loss + Loss.CrossEntropy(read[.., ..categories], code[.., ..categories]));
    };
}
