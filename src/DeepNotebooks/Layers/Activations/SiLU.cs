namespace DeepNotebooks.Layers;

/// <summary>The activation x σ(x), also called swish. Elfwing, Uchibe and Doya, 2017.</summary>
public sealed class SiLU : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.SiLU();
}
