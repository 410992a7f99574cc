namespace DeepNotebooks.Layers;

/// <summary>The activation x for x &gt; 0, else slope · x. Maas, Hannun and Ng, 2013.</summary>
public sealed class LeakyReLU(double slope = 0.01) : Layer
{
    internal double Slope { get; } = double.IsFinite(slope) ? slope
        : throw new ArgumentOutOfRangeException(nameof(slope), slope, "LeakyReLU: slope must be finite.");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LeakyReLU(Slope);
}
