namespace DeepNotebooks.Layers;

/// <summary>
/// The activation x for x &gt; 0, else α x, with α drawn afresh for each element from U(lower, upper) in training and fixed at their mean
/// in evaluation: noise, not a trained slope. Xu, Wang, Chen and Li, 2015.
/// </summary>
public sealed class RReLU : Layer
{
    private readonly double _lower, _upper;
    private readonly Rng _rng;

    /// <summary>A layer whose slopes come from [lower, upper).</summary>
    /// <exception cref="ArgumentException">lower exceeds upper, or one is not finite.</exception>
    public RReLU(Rng rng, double lower = 1.0 / 8, double upper = 1.0 / 3)
    {
        if (!(lower <= upper && double.IsFinite(upper - lower)))
            throw new ArgumentException($"RReLU: slopes from {lower} to {upper}: the lower must not exceed the upper, both finite.");
        (_rng, _lower, _upper) = (rng, lower, upper);
    }

    internal double MeanSlope => (_lower + _upper) / 2;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Training
        ? Tensor.Where(x > 0, x, x * _rng.Uniform(x.Shape, _lower, _upper, x.DType).To(x.Device))
        : x.LeakyReLU(MeanSlope);
}
