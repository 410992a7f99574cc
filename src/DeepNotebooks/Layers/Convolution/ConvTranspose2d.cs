namespace DeepNotebooks.Layers;

/// <summary>
/// Transposed convolution, which enlarges images: x [batch, channels, H, W] → y [batch, maps, H′, W′], with a weight [channels, maps /
/// groups, rows, columns] and a bias [maps]; H′ = (H − 1) · stride − 2 padding + dilation (rows − 1) + 1 + extra. It is the gradient of a
/// convolution with respect to its input. Zeiler, Krishnan, Taylor and Fergus, 2010.
/// </summary>
public sealed class ConvTranspose2d : Layer
{
    private readonly Extent _stride, _padding, _extra, _dilation;
    private readonly int _groups;

    /// <summary>A layer of random weights and a bias of zeros.</summary>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="maps">The feature maps that go out.</param>
    /// <param name="kernel">The size of the patch that each input element paints.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="stride">How far apart the patches lie; 1 unless given.</param>
    /// <param name="padding">How much of the border is cut off.</param>
    /// <param name="extra">Rows and columns added after the last (PyTorch's output_padding).</param>
    /// <param name="dilation">The distance of the kernel's taps; 1 unless given.</param>
    /// <param name="groups">Parts that channels and maps are split into.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.XavierUniform"/> unless given.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <exception cref="ArgumentException">Channels or maps do not divide by the groups.</exception>
    public ConvTranspose2d(int channels, int maps, Extent kernel, Rng rng, Extent? stride = null, Extent padding = default, Extent extra = default,
        Extent? dilation = null, int groups = 1, Initializer? initializer = null, bool bias = true, DType dtype = DType.Float32)
    {
        (_stride, _padding, _extra, _dilation, _groups) = (stride ?? 1, padding, extra, dilation ?? 1, groups);
        Conv2d.RequireSizes("ConvTranspose2d", channels, maps, groups, kernel, _stride, _dilation);
        Weight = Parameter("weight",
            (initializer ?? Initializer.XavierUniform).Create([channels, maps / groups, kernel.Rows, kernel.Columns], rng, dtype));
        Bias = bias ? Parameter("bias", Tensor.Zeros([maps], dtype)) : null;
    }

    /// <summary>The kernels [channels, maps / groups, rows, columns].</summary>
    public Tensor Weight { get; }

    /// <summary>The bias [maps], if there is one.</summary>
    public Tensor? Bias { get; }

    internal (Extent Stride, Extent Padding, Extent Extra, Extent Dilation, int Groups) Geometry =>
        (_stride, _padding, _extra, _dilation, _groups);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W], or the output would have no size.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 4 || x.Shape[1] != Weight.Shape[0])
            throw new ArgumentException($"ConvTranspose2d: the input {x.Shape} is not [batch, {Weight.Shape[0]}, rows, columns].");
        Tensor y = x.ConvolveTransposed(Weight, _stride, _padding, _extra, _dilation, _groups);
        return Bias is null ? y : y + Bias.Reshape(-1, 1, 1);
    }
}
