namespace DeepNotebooks.Layers;

/// <summary>
/// Inverted dropout: in training each element is dropped (set to 0) with the given probability p and the others are divided by 1 − p,
/// so that the expected value stays; in evaluation nothing happens. Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014.
/// </summary>
public sealed class Dropout : Layer
{
    private readonly double _probability;
    private readonly Rng _rng;

    /// <summary>A layer that drops with probability p from [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside [0, 1).</exception>
    public Dropout(double probability, Rng rng)
    {
        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Dropout: the probability must lie in [0, 1).");
        }
        (_probability, _rng) = (probability, rng);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (!Training || _probability == 0)
        {
            return x;
        }
        double keep = 1 - _probability;
        var mask = new double[x.Size];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = _rng.NextDouble() < keep ? 1 / keep : 0;
        }
        return x * Tensor.From(mask, x.Shape, x.DType);
    }
}
