namespace DeepNotebooks.Layers;

/// <summary>The activation ln(1 + eˣ).</summary>
public sealed class Softplus : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softplus();
}
