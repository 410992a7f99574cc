namespace DeepNotebooks.Layers;

/// <summary>
/// The largest number in each window: x [batch, channels, H, W] → y [batch, channels, H′, W′], H′ = ⌊(H + 2 padding − rows) / stride⌋ + 1.
/// Zhou and Chellappa, 1988.
/// </summary>
/// <param name="kernel">The size of the window.</param>
/// <param name="stride">How far it moves; its own size unless given.</param>
/// <param name="padding">The border; narrower than the window.</param>
public sealed class MaxPool2d(Extent kernel, Extent? stride = null, Padding padding = default) : Layer
{
    internal (Extent Kernel, Extent Stride, Padding Padding) Window => (kernel, stride ?? kernel, padding);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W], or the window does not fit it.</exception>
    public override Tensor Forward(Tensor x) => x.MaxPool(kernel, stride, padding);
}

/// <summary>The largest number in each window of a sequence: x [batch, channels, length] → y [batch, channels, length′].</summary>
/// <param name="kernel">The length of the window.</param>
/// <param name="stride">How far it moves; its own length unless given.</param>
/// <param name="padding">The border; narrower than the window.</param>
public sealed class MaxPool1d(int kernel, int? stride = null, Padding padding = default) : Layer
{
    internal (Extent Kernel, Extent Stride, Padding Padding) Window => ((1, kernel), (1, stride ?? kernel), padding.AlongColumns());

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, length], or the window does not fit it.</exception>
    public override Tensor Forward(Tensor x) =>
        x.Unsqueeze(-2).MaxPool((1, kernel), (1, stride ?? kernel), padding.AlongColumns()).Squeeze(-2);
}
