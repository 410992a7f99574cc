namespace DeepNotebooks.Layers;

/// <summary>
/// A residual block of images: y = ReLU(s(x) + f(x)), f being two 3×3 convolutions with batch normalization and a ReLU between them, s the
/// shortcut without weights: x itself, or where the shape changes every stride-th pixel of it, with maps of zeros added:
/// x [batch, channels, H, W] → y [batch, maps, ⌈H / stride⌉, ⌈W / stride⌉]. He, Zhang, Ren and Sun, 2015.
/// </summary>
public sealed class ResidualBlock : Layer
{
    private readonly Sequential _inner;
    private readonly int _added, _stride;
    private readonly bool _shortcut;

    /// <summary>A block of random weights.</summary>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="maps">The maps that go out, no fewer.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="stride">How far the first convolution moves.</param>
    /// <param name="shortcut">Whether x is added; without it the block is plain.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1, or there are fewer maps than channels.</exception>
    public ResidualBlock(int channels, int maps, Rng rng, int stride = 1, bool shortcut = true, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maps, channels);
        (_added, _stride, _shortcut) = (maps - channels, stride, shortcut);
        _inner = Child("inner", new Sequential(
            Convolve(channels, stride), new BatchNorm2d(maps, dtype: dtype), new ReLU(),
            Convolve(maps, 1), new BatchNorm2d(maps, dtype: dtype)));

        Conv2d Convolve(int from, int step) => // normalization has a bias of its own
            new(from, maps, 3, rng, step, padding: 1, initializer: Initializer.HeNormal, bias: false, dtype: dtype);
    }

    internal (bool Exists, int Stride, int Added) Shortcut => (_shortcut, _stride, _added);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W].</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = _inner.Forward(x);
        if (!_shortcut)
            return y.ReLU();
        Tensor kept = _stride == 1 ? x : x.MaxPool(1, _stride); // windows of one pixel: every stride-th
        return (y + (_added == 0 ? kept : kept.Pad([(0, _added), (0, 0), (0, 0)]))).ReLU();
    }
}
