namespace DeepNotebooks.Layers;

/// <summary>The mean of each map: x [batch, channels, …] → y [batch, channels]. Lin, Chen and Yan, 2013.</summary>
public sealed class GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x has no axes after the channels.</exception>
    public override Tensor Forward(Tensor x) => Maps(x, "GlobalAveragePool").Mean(-1);

    internal static Tensor Maps(Tensor x, string layer) => x.Rank >= 3
        ? x.Reshape(x.Shape[0], x.Shape[1], x.Shape.Skip(2).Aggregate(1, (a, b) => a * b))
        : throw new ArgumentException($"{layer}: the input {x.Shape} has nothing to pool. Pass [batch, channels, rows, columns].");
}

/// <summary>The largest number of each map: x [batch, channels, …] → y [batch, channels].</summary>
public sealed class GlobalMaxPool : Layer
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x has no axes after the channels.</exception>
    public override Tensor Forward(Tensor x) => GlobalAveragePool.Maps(x, "GlobalMaxPool").Max(-1);
}
