namespace DeepNotebooks.Layers;

/// <summary>
/// The sum of each window: its mean times its area: x [batch, channels, H, W] → y [batch, channels, H′, W′], H′ = ⌊(H + 2 padding − rows) /
/// stride⌋ + 1.
/// </summary>
/// <param name="kernel">The size of the window.</param>
/// <param name="stride">How far it moves; its own size unless given.</param>
/// <param name="padding">The border; narrower than the window.</param>
public sealed class SumPool2d(Extent kernel, Extent? stride = null, Padding padding = default) : Layer
{
    internal (Extent Kernel, Extent Stride, Padding Padding) Window => (kernel, stride ?? kernel, padding);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W], or the window does not fit it.</exception>
    public override Tensor Forward(Tensor x) => x.SumPool(kernel, stride, padding);
}
