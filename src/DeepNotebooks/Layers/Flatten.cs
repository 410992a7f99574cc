namespace DeepNotebooks.Layers;

/// <summary>All axes after the batch as one: x [batch, a, b, …] → y [batch, a · b · …].</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is a scalar.</exception>
    public override Tensor Forward(Tensor x) => x.Rank >= 1
        ? x.Reshape(x.Shape[0], x.Shape.Skip(1).Aggregate(1, (a, b) => a * b))
        : throw new ArgumentException("Flatten: a scalar has no batch axis. Pass [batch, …].");
}
