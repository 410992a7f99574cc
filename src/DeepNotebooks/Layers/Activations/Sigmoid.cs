namespace DeepNotebooks.Layers;

/// <summary>The activation σ(x) = 1 / (1 + e⁻ˣ).</summary>
public sealed class Sigmoid : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Sigmoid();
}
