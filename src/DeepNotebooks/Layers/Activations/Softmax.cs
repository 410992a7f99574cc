namespace DeepNotebooks.Layers;

/// <summary>Softmax over the last axis.</summary>
public sealed class Softmax : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softmax();
}
