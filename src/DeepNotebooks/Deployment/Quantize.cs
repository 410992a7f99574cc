using System.Buffers;
using DeepNotebooks.Kernels;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Deployment;

/// <summary>
/// Post-training quantization: dense layers and convolutions compute with whole numbers of 8 bits in place of Float32. A weight w is kept
/// as round(w / s), −127 to 127, with s = max |w| / 127 over the layer or over each output; an activation x as round(x / t) + z, 0 to 127,
/// with step t and zero point z from a calibration. Jacob and others, 2018. Activations use 7 of their 8 bits, so that the sum of two
/// products fits the 16 bits of AVX2's instruction; all sums are exact, and results are the same to the bit on every processor.
/// </summary>
public static class Quantize
{
    /// <summary>
    /// The model with its <see cref="Linear"/> and <see cref="Conv2d"/> layers (of one group and a border of zeros) quantized, inside
    /// <see cref="Sequential"/>, <see cref="Residual"/> and <see cref="Layers.Parallel"/>; it is for prediction, not for training. Other
    /// layers are the model's own.
    /// </summary>
    /// <param name="model">A trained Float32 model.</param>
    /// <param name="calibration">Inputs like those to come: the range of each layer's input over them sets its step.</param>
    /// <param name="perChannel">Whether each output has a step of its own, or the layer one for all.</param>
    /// <param name="coverage">The share of the calibration's numbers that must lie in the range; below 1, outliers are cut off.</param>
    /// <exception cref="ArgumentOutOfRangeException">The coverage is not in (0, 1].</exception>
    public static Layer Int8(Layer model, Tensor calibration, bool perChannel = true, double coverage = 1)
    {
        if (!(coverage is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "Quantize.Int8: the coverage must lie in (0, 1].");
        return Convert(model, calibration).Layer;

        (Layer Layer, Tensor Output) Convert(Layer layer, Tensor x)
        {
            switch (layer)
            {
                case Sequential chain:
                    var converted = new List<Layer>();
                    foreach (Layer child in chain.Children)
                    {
                        (Layer quantized, x) = Convert(child, x);
                        converted.Add(quantized);
                    }
                    return (new Sequential(converted), x);
                case Residual residual:
                    (Layer inner, Tensor f) = Convert(residual.Children.Single(), x);
                    return (new Residual(inner), x + f);
                case Layers.Parallel parallel:
                    var branches = parallel.Children.Select(branch => Convert(branch, x)).ToArray();
                    return (new Layers.Parallel(branches.Select(b => b.Layer)),
                        Tensor.Concat([.. branches.Select(b => b.Output)], axis: 1));
                case Linear linear:
                    return (new QuantizedLinear(linear, new(x, coverage), perChannel), linear.Predict(x));
                case Conv2d { Groups: 1, PadMode: PadMode.Constant } convolution:
                    return (new QuantizedConv2d(convolution, new(x, coverage), perChannel), convolution.Predict(x));
                default:
                    return (layer, layer.Predict(x));
            }
        }
    }

    /// <summary>How many bytes the numbers of a model take: 4 or 8 for each of a tensor, 1 for a quantized weight.</summary>
    public static long Bytes(Layer model) => (model as IQuantized)?.Weights.Bytes
        ?? model.Children.Sum(Bytes) + model.OwnTensors.Sum(t => (long)t.Size * (t.DType == DType.Float32 ? 4 : 8));
}

/// <summary>How an input is quantized: its step t and zero point z.</summary>
internal readonly record struct InputRange
{
    public InputRange(Tensor x, double coverage)
    {
        float[] sorted = x.ToArray<float>();
        if (sorted.Length == 0 || !x.IsFinite())
            throw new ArgumentException($"Quantize.Int8: the calibration gives {x.Shape} at a layer. Pass examples that stay finite.");
        Array.Sort(sorted);
        int cut = (int)((1 - coverage) / 2 * sorted.Length);
        float low = Math.Min(sorted[cut], 0), high = Math.Max(sorted[^(cut + 1)], 0); // 0 must have a number of its own: borders are 0
        Step = high > low ? (high - low) / 127 : 1;
        Zero = (int)MathF.Round(-low / Step);
    }

    public float Step { get; }

    public int Zero { get; }
}

/// <summary>Weights [outputs, inner] of 8 bits, ready for the kernel.</summary>
internal sealed class QuantizedWeights
{
    private readonly sbyte[] _packed;
    private readonly float[] _scale, _bias;
    private readonly int[] _correction;
    private readonly int _inner, _outputs;
    private readonly InputRange _range;

    public QuantizedWeights(Tensor weight, Tensor? bias, InputRange range, bool perChannel)
    {
        (_outputs, _inner, _range) = (weight.Shape[0], weight.Size / weight.Shape[0], range);
        ReadOnlySpan<float> w = weight.Read<float>();
        int panels = (_outputs + IntegerProduct.PanelWidth - 1) / IntegerProduct.PanelWidth * IntegerProduct.PanelWidth;
        (_scale, _bias, _correction) = (new float[panels], new float[panels], new int[panels]);
        bias?.Read<float>().CopyTo(_bias);
        Values = new sbyte[weight.Size];
        Steps = new float[_outputs];
        for (int j = 0; j < _outputs; j++)
        {
            float largest = System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(perChannel ? w.Slice(j * _inner, _inner) : w);
            float step = Math.Abs(largest) is > 0 and var most ? most / 127 : 1;
            int sum = 0;
            for (int p = j * _inner; p < (j + 1) * _inner; p++)
                sum += Values[p] = (sbyte)MathF.Round(w[p] / step);
            (Steps[j], _scale[j], _correction[j]) = (step, step * range.Step, sum * range.Zero);
        }
        _packed = IntegerProduct.Pack(Values, _outputs, _inner);
        Bytes = Values.Length + (4L * ((perChannel ? _outputs : 1) + (bias?.Size ?? 0))) + 5;
    }

    public sbyte[] Values { get; }

    public float[] Steps { get; }

    public long Bytes { get; }

    /// <summary>The numbers with which the layer computes, as Float32.</summary>
    public Tensor Dequantized(Shape shape)
    {
        var values = new double[Values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = Values[i] * Steps[i / _inner];
        return Tensor.From(values, shape);
    }

    public byte Zero => (byte)_range.Zero;

    public int Padded => IntegerProduct.Padded(_inner);

    public void Quantize(ReadOnlySpan<float> x, Span<byte> q) => IntegerProduct.Quantize(x, _range.Step, _range.Zero, q);

    public void Multiply(ReadOnlySpan<byte> a, Span<float> y, int rows) =>
        IntegerProduct.Multiply(a, _packed, _scale, _correction, _bias, y, rows, Padded, _outputs);
}

/// <summary>A layer with quantized weights.</summary>
internal interface IQuantized
{
    QuantizedWeights Weights { get; }
}

/// <summary>A <see cref="Linear"/> layer in whole numbers of 8 bits, made by <see cref="Quantize"/>.</summary>
public sealed class QuantizedLinear : Layer, IQuantized
{
    private readonly QuantizedWeights _weights;
    private readonly Shape _shape;

    internal QuantizedLinear(Linear linear, InputRange range, bool perChannel) =>
        (_shape, _weights) = (linear.Weight.Shape, new(linear.Weight, linear.Bias, range, perChannel));

    QuantizedWeights IQuantized.Weights => _weights;

    /// <summary>The weights [outputs, inputs] as they act, in Float32.</summary>
    public Tensor Weight => _weights.Dequantized(_shape);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The last axis of x is not the layer's number of inputs, or x is not Float32.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank < 2 || x.Shape[-1] != _shape[1] || x.DType != DType.Float32)
            throw new ArgumentException($"QuantizedLinear: the input {x.Shape} {x.DType} is not Float32 [batch, {_shape[1]}].");
        int rows = x.Size / _shape[1], padded = _weights.Padded;
        ReadOnlySpan<float> numbers = x.Read<float>();
        byte[] q = new byte[rows * padded];
        if (padded == _shape[1])
            _weights.Quantize(numbers, q);
        else
        {
            for (int i = 0; i < rows; i++)
                _weights.Quantize(numbers.Slice(i * _shape[1], _shape[1]), q.AsSpan(i * padded));
        }
        Tensor y = Tensor.Empty([.. x.Shape.SkipLast(1), _shape[0]], DType.Float32);
        _weights.Multiply(q, y.Span<float>(), rows);
        return y;
    }
}

/// <summary>A <see cref="Conv2d"/> layer in whole numbers of 8 bits, made by <see cref="Quantize"/>.</summary>
public sealed class QuantizedConv2d : Layer, IQuantized
{
    private const int TransposedAtOnce = 16; // places: a line of the cache for each map

    private readonly Conv2d _source;
    private readonly QuantizedWeights _weights;

    // The channels of a pixel lie side by side here, so that a window is a few copies of neighbouring bytes.
    internal QuantizedConv2d(Conv2d convolution, InputRange range, bool perChannel) => (_source, _weights) =
        (convolution, new(convolution.Weight.Detach().Permute(0, 2, 3, 1), convolution.Bias, range, perChannel));

    QuantizedWeights IQuantized.Weights => _weights;

    /// <summary>The weights [maps, channels, rows, columns] as they act, in Float32.</summary>
    public Tensor Weight
    {
        get
        {
            Shape shape = _source.Weight.Shape;
            return _weights.Dequantized([shape[0], shape[2], shape[3], shape[1]]).Permute(0, 3, 1, 2);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not Float32 [batch, channels, H, W], or the kernel does not fit it.</exception>
    public override Tensor Forward(Tensor x)
    {
        Shape weight = _source.Weight.Shape;
        if (x.Rank != 4 || x.Shape[1] != weight[1] || x.DType != DType.Float32)
            throw new ArgumentException($"QuantizedConv2d: the input {x.Shape} {x.DType} is not Float32 [batch, {weight[1]}, H, W].");
        (Window rows, Window columns) = Tensor.Windows(
            "QuantizedConv2d", x.Shape, (weight[2], weight[3]), _source.Stride, _source.Padding, _source.Dilation);
        int maps = weight[0], places = rows.Output * columns.Output;
        Tensor input = x.Contiguous(), y = Tensor.Empty([x.Shape[0], maps, rows.Output, columns.Output], DType.Float32);
        Threads.For(x.Shape[0], (long)y.Size * weight[1] * weight[2] * weight[3], n =>
        {
            byte[] windows = ArrayPool<byte>.Shared.Rent(places * _weights.Padded);
            float[] products = ArrayPool<float>.Shared.Rent(places * maps);
            Unfold(input.Read<float>().Slice(n * (x.Size / x.Shape[0]), x.Size / x.Shape[0]), weight[1], rows, columns, windows);
            _weights.Multiply(windows, products, places);
            Span<float> to = y.Span<float>().Slice(n * maps * places, maps * places);
            for (int start = 0; start < places; start += TransposedAtOnce)
            {
                int end = Math.Min(start + TransposedAtOnce, places);
                for (int map = 0; map < maps; map++)
                {
                    for (int place = start; place < end; place++)
                        to[(map * places) + place] = products[(place * maps) + map];
                }
            }
            ArrayPool<byte>.Shared.Return(windows);
            ArrayPool<float>.Shared.Return(products);
        });
        return y;
    }

    /// <summary>The quantized inputs of each output place, a row for each, in the weights' order; what fills rows up meets zeros.</summary>
    private void Unfold(ReadOnlySpan<float> image, int channels, Window rows, Window columns, byte[] windows)
    {
        int pixels = rows.Input * columns.Input, stride = channels * Covered(columns);
        byte[] plane = new byte[pixels], bordered = new byte[stride * Covered(rows)];
        bordered.AsSpan().Fill(_weights.Zero);
        for (int c = 0; c < channels; c++)
        {
            _weights.Quantize(image.Slice(c * pixels, pixels), plane);
            for (int r = 0; r < rows.Input && (r + rows.Before + 1) * stride <= bordered.Length; r++)
            {
                Span<byte> line = bordered.AsSpan((r + rows.Before) * stride, stride);
                for (int q = 0, to = (columns.Before * channels) + c; q < columns.Input && to < stride; q++, to += channels)
                    line[to] = plane[(r * columns.Input) + q];
            }
        }
        int neighbours = columns.Dilation == 1 ? columns.Kernel : 1; // how many taps of a row lie side by side
        for (int place = 0; place < rows.Output * columns.Output; place++)
        {
            Span<byte> window = windows.AsSpan(place * _weights.Padded);
            int from = (place / columns.Output * rows.Stride * stride) + (place % columns.Output * columns.Stride * channels);
            for (int i = 0; i < rows.Kernel; i++)
            {
                for (int j = 0; j < columns.Kernel; j += neighbours)
                {
                    bordered.AsSpan(from + (i * rows.Dilation * stride) + (j * columns.Dilation * channels), neighbours * channels)
                        .CopyTo(window[(((i * columns.Kernel) + j) * channels)..]);
                }
            }
        }

        static int Covered(Window w) => ((w.Output - 1) * w.Stride) + ((w.Kernel - 1) * w.Dilation) + 1;
    }
}
