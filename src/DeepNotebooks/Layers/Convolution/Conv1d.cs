namespace DeepNotebooks.Layers;

/// <summary>
/// Convolution of sequences: x [batch, channels, length] → y [batch, maps, length′], with a weight [maps, channels / groups, kernel] and a
/// bias [maps]; length′ = ⌊(length + 2 padding − dilation (kernel − 1) − 1) / stride⌋ + 1. Waibel et al., 1989 (time-delay networks).
/// </summary>
public sealed class Conv1d : Layer
{
    private readonly int _stride, _dilation, _groups;
    private readonly Padding _padding;

    /// <summary>A layer of random weights and a bias of zeros; the parameters are those of <see cref="Conv2d"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <exception cref="ArgumentException">Channels or maps do not divide by the groups.</exception>
    public Conv1d(int channels, int maps, int kernel, Rng rng, int stride = 1, Padding padding = default, int dilation = 1, int groups = 1,
        Initializer? initializer = null, bool bias = true, DType dtype = DType.Float32)
    {
        Conv2d.RequireSizes("Conv1d", channels, maps, groups, kernel, stride, dilation);
        (_stride, _padding, _dilation, _groups) = (stride, padding.AlongColumns(), dilation, groups);
        Weight = Parameter("weight", (initializer ?? Initializer.XavierUniform).Create([maps, channels / groups, kernel], rng, dtype));
        Bias = bias ? Parameter("bias", Tensor.Zeros([maps], dtype)) : null;
    }

    /// <summary>The kernels [maps, channels / groups, kernel].</summary>
    public Tensor Weight { get; }

    /// <summary>The bias [maps], if there is one.</summary>
    public Tensor? Bias { get; }

    internal (Extent Stride, Padding Padding, Extent Dilation, int Groups) Geometry => ((1, _stride), _padding, (1, _dilation), _groups);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, length], or the kernel does not fit it.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 3 || x.Shape[1] != Weight.Shape[1] * _groups)
            throw new ArgumentException($"Conv1d: the input {x.Shape} is not [batch, {Weight.Shape[1] * _groups}, length].");
        return x.Unsqueeze(2).Convolve(Weight.Unsqueeze(2), (1, _stride), _padding, (1, _dilation), _groups, Bias).Squeeze(2);
    }
}
