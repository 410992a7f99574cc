namespace DeepNotebooks.Layers;

/// <summary>The reverse of <see cref="Flatten"/>: x [batch, n] → y [batch, a, b, …] with a · b · … = n.</summary>
/// <param name="sizes">The sizes a, b, … of one example.</param>
public sealed class Unflatten(params int[] sizes) : Layer
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is a scalar, or its examples have another size.</exception>
    public override Tensor Forward(Tensor x) => x.Rank >= 1
        ? x.Reshape([x.Shape[0], .. sizes])
        : throw new ArgumentException("Unflatten: a scalar has no batch axis. Pass [batch, n].");
}
