using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// The convolution (cross-correlation) of images x [batch, channels, H, W] with a weight w [maps, channels / groups, rows, columns]:
    /// y[n, o, r, q] = Σ w[o, c, i, j] · x[n, c, r · stride + i · dilation − padding, …], of ⌊(H + 2 padding − dilation (rows − 1) − 1)
    /// / stride⌋ + 1 rows. Inputs that do not fill a last window are left out. LeCun et al., 1989.
    /// </summary>
    /// <param name="weight">The kernels; the output has one map for each.</param>
    /// <param name="stride">How far the window moves.</param>
    /// <param name="padding">The border of zeros.</param>
    /// <param name="dilation">The distance of the kernel's taps.</param>
    /// <param name="groups">Parts that channels and maps are split into; a map sees the channels of its part only.</param>
    /// <param name="bias">A number for each map [maps] that is added to it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other, or the kernel does not fit the image.</exception>
    public Tensor Convolve(
        Tensor weight, Extent? stride = null, Padding padding = default, Extent? dilation = null, int groups = 1, Tensor? bias = null)
    {
        RequireSameType(this, weight, "Convolve");
        RequireSameType(this, bias ?? this, "Convolve");
        if (Rank != 4 || weight.Rank != 4 || groups < 1 || Shape[1] != weight.Shape[1] * groups || weight.Shape[0] % groups != 0)
        {
            throw new ArgumentException($"Convolve: images {Shape} and weight {weight.Shape} do not fit with {groups} groups. "
                + "Pass [batch, channels, rows, columns] and [maps, channels / groups, rows, columns]; maps divide by the groups.");
        }
        if (bias is not null && bias.Shape != [weight.Shape[0]])
            throw new ArgumentException($"Convolve: a bias {bias.Shape} for {weight.Shape[0]} maps. Pass [maps].");
        (Window rows, Window columns) = Windows(
            "Convolve", Shape, (weight.Shape[2], weight.Shape[3]), stride ?? 1, padding, dilation ?? 1);
        if (groups == 1 && rows is { Output: 1, Before: 0, Dilation: 1 } && columns is { Output: 1, Before: 0, Dilation: 1 }
            && (rows.Kernel, columns.Kernel) == (rows.Input, columns.Input)) // a kernel as large as the image: a dense layer
            return Reshape(Shape[0], -1).Linear(weight.Reshape(weight.Shape[0], -1), bias).Reshape(Shape[0], -1, 1, 1);
        return Maps(this, weight, bias, new(Shape[0], Shape[1], weight.Shape[0], groups, rows, columns));
    }

    /// <summary>
    /// The transposed convolution of maps x [batch, maps, H, W] with a weight [maps, channels / groups, rows, columns]: the gradient of
    /// <see cref="Convolve"/> with respect to its images, of (H − 1) · stride − 2 padding + dilation (rows − 1) + 1 + extra rows.
    /// Zeiler, Krishnan, Taylor and Fergus, 2010.
    /// </summary>
    /// <param name="weight">The kernels, one for each map of x.</param>
    /// <param name="stride">How far apart the maps' elements land.</param>
    /// <param name="padding">How much of the border is cut off.</param>
    /// <param name="extra">Rows and columns added after the last, to reach the sizes that a convolution with this stride rounds
    /// off.</param>
    /// <param name="dilation">The distance of the kernel's taps.</param>
    /// <param name="groups">Parts that channels and maps are split into.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other, or a size falls below 1.</exception>
    public Tensor ConvolveTransposed(
        Tensor weight, Extent? stride = null, Extent padding = default, Extent extra = default, Extent? dilation = null, int groups = 1)
    {
        RequireSameType(this, weight, "ConvolveTransposed");
        if (Rank != 4 || weight.Rank != 4 || groups < 1 || Shape[1] != weight.Shape[0] || weight.Shape[0] % groups != 0)
        {
            throw new ArgumentException($"ConvolveTransposed: maps {Shape} and weight {weight.Shape} do not fit with {groups} groups. "
                + "Pass [batch, maps, rows, columns] and [maps, channels / groups, rows, columns]; maps divide by the groups.");
        }
        (Extent s, Extent d) = (stride ?? 1, dilation ?? 1);
        Window rows = Back(Shape[2], weight.Shape[2], s.Rows, padding.Rows, extra.Rows, d.Rows);
        Window columns = Back(Shape[3], weight.Shape[3], s.Columns, padding.Columns, extra.Columns, d.Columns);
        return Images(this, weight, new(Shape[0], weight.Shape[1] * groups, Shape[1], groups, rows, columns));

        static Window Back(int size, int kernel, int stride, int padding, int extra, int dilation)
        {
            long output = ((size - 1L) * stride) - (2L * padding) + ((kernel - 1L) * dilation) + 1 + extra;
            return Math.Min(stride, dilation) >= 1 && padding >= 0 && extra >= 0 && extra < Math.Max(stride, dilation)
                && output is > 0 and < int.MaxValue
                ? new((int)output, size, kernel, stride, padding, dilation)
                : throw new ArgumentException($"ConvolveTransposed: size {size}, kernel {kernel}, stride {stride}, padding {padding}, "
                    + $"dilation {dilation} and extra {extra} give the size {output}. Sizes must be at least 1, extra below stride or dilation.");
        }
    }

    private static Tensor Maps(Tensor x, Tensor weight, Tensor? bias, ConvolutionSizes sizes)
    {
        Tensor y = x.Room([sizes.Images, sizes.Maps, sizes.Rows.Output, sizes.Columns.Output]);
        if (x.Accelerator is { } device) device.Convolve(sizes, x.Contiguous(), weight.Contiguous(), bias?.Contiguous(), y);
        else if (x.DType == DType.Float32) Run<float>();
        else Run<double>();
        return x.Node is not null || weight.Node is not null || bias?.Node is not null
            ? y.From(new ConvolveNode(x.Node, weight.Node, bias?.Node, x, weight, sizes))
            : y;

        void Run<T>() where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => Convolution.Forward(
            sizes, x.ReadMemory<T>(), weight.ReadMemory<T>(), bias is null ? default : bias.ReadMemory<T>(), y.Memory<T>());
    }

    private static Tensor Images(Tensor maps, Tensor weight, ConvolutionSizes sizes)
    {
        Tensor y = maps.Room([sizes.Images, sizes.Channels, sizes.Rows.Input, sizes.Columns.Input]);
        if (maps.Accelerator is { } device)
            device.ConvolveBackwardImages(sizes, maps.Contiguous(), weight.Contiguous(), y);
        else if (maps.DType == DType.Float32)
            Convolution.BackwardImages(sizes, maps.ReadMemory<float>(), weight.ReadMemory<float>(), y.Memory<float>());
        else
            Convolution.BackwardImages(sizes, maps.ReadMemory<double>(), weight.ReadMemory<double>(), y.Memory<double>());
        return maps.Node is not null || weight.Node is not null
            ? y.From(new ConvolveTransposedNode(maps.Node, weight.Node, maps, weight, sizes))
            : y;
    }

    private static Tensor WeightGradient(Tensor x, Tensor maps, Shape weight, ConvolutionSizes sizes)
    {
        Tensor result = x.Room(weight);
        if (x.Accelerator is { } device)
            device.ConvolveBackwardWeights(sizes, x.Contiguous(), maps.Contiguous(), result);
        else if (x.DType == DType.Float32)
            Convolution.BackwardWeights(sizes, x.ReadMemory<float>(), maps.ReadMemory<float>(), result.Memory<float>());
        else
            Convolution.BackwardWeights(sizes, x.ReadMemory<double>(), maps.ReadMemory<double>(), result.Memory<double>());
        return result;
    }

    private sealed class ConvolveNode(Node? x, Node? weight, Node? bias, Tensor xValue, Tensor weightValue, ConvolutionSizes sizes)
        : Node(x, weight)
    {
        private readonly Tensor? _x = weight is null ? null : xValue.Detach(), _weight = x is null ? null : weightValue.Detach();
        private Node? _bias = bias;

        public override ReadOnlySpan<Node?> Rest => new(ref _bias);

        public override void Backward(Tensor gradient)
        {
            First?.AccumulateFresh(Images(gradient, _weight!, sizes));
            Second?.AccumulateFresh(WeightGradient(_x!, gradient, Second.Shape, sizes));
            _bias?.AccumulateFresh(gradient.Reshape(sizes.Images, sizes.Maps, sizes.Places).Sum(2).Sum(0));
        }
    }

    private sealed class ConvolveTransposedNode(Node? maps, Node? weight, Tensor mapsValue, Tensor weightValue, ConvolutionSizes sizes)
        : Node(maps, weight)
    {
        private readonly Tensor? _maps = weight is null ? null : mapsValue.Detach(), _weight = maps is null ? null : weightValue.Detach();

        public override void Backward(Tensor gradient)
        {
            First?.AccumulateFresh(Maps(gradient, _weight!, null, sizes));
            Second?.AccumulateFresh(WeightGradient(gradient, _maps!, Second.Shape, sizes));
        }
    }

    internal static (Window Rows, Window Columns) Windows(
        string operation, Shape images, Extent kernel, Extent stride, Padding padding, Extent dilation)
    {
        return (Along(2, kernel.Rows, stride.Rows, dilation.Rows), Along(3, kernel.Columns, stride.Columns, dilation.Columns));

        Window Along(int axis, int size, int step, int spread)
        {
            if (size < 1 || step < 1 || spread < 1)
                throw new ArgumentException($"{operation}: kernel {kernel}, stride {stride} and dilation {dilation} must be at least 1.");
            (int before, int after) = padding.Widths(rows: axis == 2, images[axis], size, step, spread);
            int room = images[axis] + before + after - ((size - 1) * spread) - 1;
            return room >= 0 && before >= 0
                ? new(images[axis], (room / step) + 1, size, step, before, spread)
                : throw new ArgumentException(
                    $"{operation}: the kernel {kernel} with dilation {dilation} does not fit axis {axis} of {images} with padding {padding}. "
                    + "Take a smaller kernel, more padding or larger images.");
        }
    }

    private ReadOnlyMemory<T> ReadMemory<T>() => Contiguous().Memory<T>();

    private Memory<T> Memory<T>() => ((T[])Numbers).AsMemory(_offset, Size);
}
