namespace DeepNotebooks.Layers;

/// <summary>The activation tanh x.</summary>
public sealed class Tanh : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Tanh();
}
