namespace DeepNotebooks.Layers;

/// <summary>The activation x Φ(x). Hendrycks and Gimpel, 2016.</summary>
public sealed class GELU : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.GELU();
}
