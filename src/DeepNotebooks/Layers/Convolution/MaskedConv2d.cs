namespace DeepNotebooks.Layers;

/// <summary>
/// A convolution that sees only what comes before in reading order: rows above, and to the left in its own row, with the place itself
/// (mask B) or without it (mask A, for the first layer). x [batch, channels, H, W] → y [batch, maps, H, W]; the weights that look
/// ahead are multiplied by 0. Van den Oord, Kalchbrenner and Kavukcuoglu, 2016.
/// </summary>
public sealed class MaskedConv2d : Layer
{
    private readonly Tensor _mask;

    /// <summary>A layer of random weights and a bias of zeros.</summary>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="maps">The feature maps that go out.</param>
    /// <param name="kernel">The width of the window, odd.</param>
    /// <param name="itself">Whether a place sees itself: mask B, otherwise mask A.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.XavierUniform"/> unless given.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentException">The kernel is not odd.</exception>
    public MaskedConv2d(int channels, int maps, int kernel, bool itself, Rng rng, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        if (kernel < 1 || kernel % 2 == 0)
            throw new ArgumentException($"MaskedConv2d: the kernel is {kernel}. It must be odd, so that it has a middle.", nameof(kernel));
        Weight = Parameter("weight", (initializer ?? Initializer.XavierUniform).Create([maps, channels, kernel, kernel], rng, dtype));
        Bias = Parameter("bias", Tensor.Zeros([maps], dtype));
        int seen = (kernel * kernel / 2) + (itself ? 1 : 0); // in reading order
        _mask = (Tensor.Range(kernel * kernel, dtype) < seen).Reshape(kernel, kernel);
    }

    /// <summary>The kernels [maps, channels, kernel, kernel]; the weights that look ahead have no effect.</summary>
    public Tensor Weight { get; }

    /// <summary>The bias [maps].</summary>
    public Tensor Bias { get; }

    internal Tensor Seeing
    {
        get
        {
            _mask.MoveTo(Weight.Device);
            return Weight * _mask;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W].</exception>
    public override Tensor Forward(Tensor x)
    {
        int middle = Weight.Shape[2] / 2; // the rows below it only look ahead
        return x.Convolve(Seeing[.., .., ..(middle + 1), ..], padding: Padding.Above(middle), bias: Bias);
    }
}
