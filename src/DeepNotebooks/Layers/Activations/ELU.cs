namespace DeepNotebooks.Layers;

/// <summary>The activation x for x &gt; 0, else α(eˣ − 1). Clevert, Unterthiner and Hochreiter, 2015.</summary>
public sealed class ELU(double alpha = 1) : Layer
{
    internal double Alpha { get; } = double.IsFinite(alpha) ? alpha
        : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "ELU: α must be finite.");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.ELU(Alpha);
}
