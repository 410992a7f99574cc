namespace DeepNotebooks.Layers;

/// <summary>
/// Dropout: in training each element is dropped (set to 0) with the given probability p. Inverted, which is usual, the others are
/// divided by 1 − p, so that the expected value stays, and in evaluation nothing happens; in the original form they stay as they are,
/// and evaluation multiplies by 1 − p. Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014.
/// </summary>
public sealed class Dropout : Layer
{
    private readonly double _probability;
    private readonly Rng _rng;
    private readonly bool _inverted;

    /// <summary>A layer that drops with probability p from [0, 1).</summary>
    /// <param name="probability">p.</param>
    /// <param name="rng">Where the masks come from.</param>
    /// <param name="inverted">Whether training scales, or, as in the original form, evaluation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside [0, 1).</exception>
    public Dropout(double probability, Rng rng, bool inverted = true)
    {
        if (!(probability is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Dropout: the probability must lie in [0, 1).");
        (_probability, _rng, _inverted) = (probability, rng, inverted);
    }

    /// <summary>What evaluation multiplies by.</summary>
    internal double EvaluationFactor => _inverted ? 1 : 1 - _probability;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        double keep = 1 - _probability;
        if (!Training || _probability == 0)
            return _inverted ? x : x * keep;
        double kept = _inverted ? 1 / keep : 1;
        if (x.Accelerator is { } device)
        {
            Tensor drawn = x.Room(x.Shape);
            device.Mask((ulong)_rng.AsRandom().NextInt64(), keep, kept, drawn);
            return x * drawn;
        }
        var mask = new double[x.Size];
        for (int i = 0; i < mask.Length; i++)
            mask[i] = _rng.NextDouble() < keep ? kept : 0;
        return x * Tensor.From(mask, x.Shape, x.DType);
    }
}
