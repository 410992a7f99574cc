namespace DeepNotebooks.Layers;

/// <summary>
/// Convolution of images: x [batch, channels, H, W] → y [batch, maps, H′, W′], with a weight [maps, channels / groups, rows, columns] and
/// a bias [maps]; H′ = ⌊(H + 2 padding − dilation (rows − 1) − 1) / stride⌋ + 1. With groups = channels it is depthwise, with a kernel of
/// 1 a dense layer for each pixel. LeCun et al., 1989; dilation: Yu and Koltun, 2015.
/// </summary>
public sealed class Conv2d : Layer
{
    /// <summary>A layer of random weights and a bias of zeros.</summary>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="maps">The feature maps that go out.</param>
    /// <param name="kernel">The size of the window: <c>3</c> or <c>(1, 3)</c>.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="stride">How far the window moves; 1 unless given.</param>
    /// <param name="padding">The border: a width, <see cref="Padding.Valid"/> (none, the default) or <see cref="Padding.Same"/>.</param>
    /// <param name="dilation">The distance of the kernel's taps; 1 unless given.</param>
    /// <param name="groups">Parts that channels and maps are split into.</param>
    /// <param name="padMode">What the border holds.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.XavierUniform"/> unless given.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <exception cref="ArgumentException">Channels or maps do not divide by the groups.</exception>
    public Conv2d(int channels, int maps, Extent kernel, Rng rng, Extent? stride = null, Padding padding = default, Extent? dilation = null,
        int groups = 1, PadMode padMode = PadMode.Constant, Initializer? initializer = null, bool bias = true, DType dtype = DType.Float32)
    {
        (Kernel, Stride, Padding, Dilation, Groups, PadMode) = (kernel, stride ?? 1, padding, dilation ?? 1, groups, padMode);
        RequireSizes("Conv2d", channels, maps, groups, kernel, Stride, Dilation);
        Weight = Parameter("weight",
            (initializer ?? Initializer.XavierUniform).Create([maps, channels / groups, kernel.Rows, kernel.Columns], rng, dtype));
        Bias = bias ? Parameter("bias", Tensor.Zeros([maps], dtype)) : null;
    }

    /// <summary>The kernels [maps, channels / groups, rows, columns].</summary>
    public Tensor Weight { get; }

    /// <summary>The bias [maps], if there is one.</summary>
    public Tensor? Bias { get; }

    internal Extent Kernel { get; }

    internal Extent Stride { get; }

    internal Padding Padding { get; }

    internal Extent Dilation { get; }

    internal int Groups { get; }

    internal PadMode PadMode { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W], or the kernel does not fit it.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 4 || x.Shape[1] != Weight.Shape[1] * Groups)
            throw new ArgumentException($"Conv2d: the input {x.Shape} is not [batch, {Weight.Shape[1] * Groups}, rows, columns].");
        Padding padding = Padding;
        if (PadMode == PadMode.Reflect)
        {
            x = x.Pad([
                Padding.Widths(rows: true, x.Shape[2], Kernel.Rows, Stride.Rows, Dilation.Rows),
                Padding.Widths(rows: false, x.Shape[3], Kernel.Columns, Stride.Columns, Dilation.Columns)], PadMode.Reflect);
            padding = Padding.Valid;
        }
        return x.Convolve(Weight, Stride, padding, Dilation, Groups, Bias);
    }

    internal static void RequireSizes(string layer, int channels, int maps, int groups, params ReadOnlySpan<Extent> extents)
    {
        foreach (Extent extent in extents)
        {
            if (Math.Min(extent.Rows, extent.Columns) < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(extents),
                    $"{layer}: kernel, stride and dilation must be at least 1; one is {extent}.");
            }
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (channels % groups != 0 || maps % groups != 0)
            throw new ArgumentException($"{layer}: {channels} channels and {maps} maps must both divide by {groups} groups.");
    }
}
