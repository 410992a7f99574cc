namespace DeepNotebooks.Layers;

/// <summary>The activation max(0, x). Nair and Hinton, 2010.</summary>
public sealed class ReLU : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.ReLU();
}
