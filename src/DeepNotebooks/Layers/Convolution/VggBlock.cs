namespace DeepNotebooks.Layers;

/// <summary>
/// A VGG block: some 3×3 convolutions that keep the size, each followed by ReLU, then 2×2 max pooling:
/// x [batch, channels, H, W] → y [batch, maps, ⌊H / 2⌋, ⌊W / 2⌋]. Simonyan and Zisserman, 2014.
/// </summary>
public sealed class VggBlock : Layer
{
    private readonly Sequential _layers;

    /// <summary>A block of random weights.</summary>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="maps">The maps of every convolution.</param>
    /// <param name="convolutions">How many there are.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.HeNormal"/> unless given.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public VggBlock(int channels, int maps, int convolutions, Rng rng, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(convolutions, 1);
        _layers = Child("layers", new Sequential([
            .. Enumerable.Range(0, convolutions).SelectMany(IEnumerable<Layer> (i) =>
            [
                new Conv2d(i == 0 ? channels : maps, maps, 3, rng, padding: 1, initializer: initializer ?? Initializer.HeNormal, dtype: dtype),
                new ReLU(),
            ]),
            new MaxPool2d(2)]));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W] of at least 2 by 2.</exception>
    public override Tensor Forward(Tensor x) => _layers.Forward(x);
}
