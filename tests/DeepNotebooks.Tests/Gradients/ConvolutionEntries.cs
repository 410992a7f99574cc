using DeepNotebooks.Layers;
using DeepNotebooks.Models;

namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    private static IEnumerable<GradientEntry> Convolutions() =>
    [
        Of("Convolve", (x, w) => x.Convolve(w), Spread([2, 3, 4, 5]), Spread([2, 3, 3, 2], 2)),
        Of("Convolve, one pixel", (x, w) => x.Convolve(w), Spread([1, 1, 1, 1]), Spread([1, 1, 1, 1], 2)),
        Of("Convolve, stride, padding, dilation", (x, w) => x.Convolve(w, (2, 3), (2, 1), (1, 2)), Spread([2, 2, 5, 7]), Spread([3, 2, 2, 3], 2)),
        Of("Convolve, same, stride 2", (x, w) => x.Convolve(w, 2, Padding.Same), Spread([1, 1, 5, 4]), Spread([2, 1, 3, 4], 2)),
        Of("Convolve, groups", (x, w) => x.Convolve(w, padding: 1, groups: 2), Spread([2, 4, 3, 2]), Spread([2, 2, 2, 3], 2)),
        new("Convolve with a bias, stride 1", inputs => inputs[0].Convolve(inputs[1], padding: 1, bias: inputs[2]),
            Spread([2, 2, 5, 6]), Spread([3, 2, 3, 3], 2), Spread([3], 3)),
        new("Convolve with a bias, stride 2, groups", inputs => inputs[0].Convolve(inputs[1], 2, groups: 2, bias: inputs[2]),
            Spread([2, 2, 5, 6]), Spread([4, 1, 3, 3], 2), Spread([4], 3)),
        Of("Convolve, stride 1, dilation, groups", (x, w) => x.Convolve(w, padding: (2, 1), dilation: (2, 1), groups: 2),
            Spread([2, 2, 6, 8]), Spread([2, 1, 3, 2], 2)),
        Of("Convolve, a kernel as large as the image", (x, w) => x.Convolve(w), Spread([3, 2, 3, 4]), Spread([2, 2, 3, 4], 2)),
        Of("Convolve, no images", (x, w) => x.Convolve(w), Spread([0, 1, 3, 3]), Spread([2, 1, 2, 2], 2)),
        Of("Convolve of views", (x, w) => x.Transpose(2, 3).Convolve(w.Transpose(0, 1)), Spread([2, 3, 4, 5]), Spread([3, 2, 3, 2], 2)),
        Of("ConvolveTransposed", (x, w) => x.ConvolveTransposed(w), Spread([2, 3, 2, 3]), Spread([3, 2, 3, 2], 2)),
        Of("ConvolveTransposed, stride, padding, extra, dilation", (x, w) => x.ConvolveTransposed(w, (2, 3), (1, 0), (1, 2), (2, 1)),
            Spread([1, 2, 3, 2]), Spread([2, 1, 2, 3], 2)),
        Of("ConvolveTransposed, groups", (x, w) => x.ConvolveTransposed(w, 2, groups: 2), Spread([2, 4, 2, 2]), Spread([4, 1, 2, 3], 2)),
    ];

    private static IEnumerable<GradientEntry> PoolingWindows() => new (Shape Shape, Extent Kernel, Extent? Stride, Padding Padding)[]
    {
        ([1, 1, 1, 1], 1, null, 0), ([2, 2, 5, 4], 2, null, 0), ([1, 2, 4, 5], (3, 2), (1, 2), (1, 0)), ([1, 1, 5, 7], 3, 2, Padding.Same), ([0, 1, 2, 2], 2, null, 0),
    }.SelectMany(c => new[]
    {
        Of($"MaxPool {c}", x => x.MaxPool(c.Kernel, c.Stride, c.Padding), Spread(c.Shape)),
        Of($"SumPool {c}", x => x.SumPool(c.Kernel, c.Stride, c.Padding).Square(), Spread(c.Shape)),
        Of($"AveragePool {c}", x => x.AveragePool(c.Kernel, c.Stride, c.Padding).Square(), Spread(c.Shape)),
    });

    private static IEnumerable<GradientEntry> ImageLayers() =>
    [
        OfLayer("Conv2d", dtype => new Conv2d(2, 3, (3, 2), new Rng(1), stride: (1, 2), padding: 1, dtype: dtype), Spread([2, 2, 3, 4])),
        OfLayer("Conv2d, reflected, same, without bias", dtype => new Conv2d(2, 2, 3, new Rng(1), padding: Padding.Same, padMode: PadMode.Reflect,
            bias: false, dtype: dtype), Spread([1, 2, 3, 4])),
        OfLayer("Conv2d, depthwise", dtype => new Conv2d(3, 6, 2, new Rng(1), groups: 3, dtype: dtype), Spread([1, 3, 3, 3])),
        OfLayer("Conv1d", dtype => new Conv1d(2, 3, 3, new Rng(1), stride: 2, padding: 2, dilation: 2, dtype: dtype), Spread([2, 2, 7])),
        OfLayer("ConvTranspose2d", dtype => new ConvTranspose2d(2, 3, 3, new Rng(1), stride: 2, padding: 1, extra: 1, dtype: dtype), Spread([2, 2, 2, 3])),
        OfLayer("MaxPool2d", _ => new MaxPool2d(2), Spread([2, 1, 5, 4])),
        OfLayer("AveragePool2d", _ => new AveragePool2d(3, 1, 1), Spread([1, 2, 3, 3])),
        OfLayer("SumPool2d", _ => new SumPool2d(2), Spread([1, 2, 4, 3])),
        OfLayer("MaxPool1d", _ => new MaxPool1d(3, 2, 1), Spread([2, 2, 5])),
        OfLayer("AveragePool1d", _ => new AveragePool1d(2), Spread([2, 2, 5])),
        OfLayer("GlobalAveragePool", _ => new GlobalAveragePool(), Spread([2, 3, 2, 2])),
        OfLayer("GlobalMaxPool of sequences", _ => new GlobalMaxPool(), Spread([2, 3, 5])),
        OfLayer("Flatten", _ => new Flatten(), Spread([2, 3, 2])),
        OfLayer("Unflatten", _ => new Unflatten(2, 3), Spread([2, 6])),
        OfLayer("Parallel", dtype => new DeepNotebooks.Layers.Parallel(new Linear(3, 2, new Rng(1), dtype: dtype), new DeepNotebooks.Layers.Tanh()), Spread([4, 3])),
        OfLayer("InceptionBlock", dtype => new InceptionBlock(2, 1, (1, 2), (0, 1), 1, new Rng(1), dtype: dtype), Spread([1, 2, 3, 4])),
        OfLayer("VggBlock", dtype => new VggBlock(1, 2, 2, new Rng(1), dtype: dtype), Spread([1, 1, 5, 4])),
        OfLayer("ResidualBlock", dtype => new ResidualBlock(2, 2, new Rng(1), dtype: dtype), Spread([2, 2, 3, 4])),
        OfLayer("ResidualBlock that halves", dtype => new ResidualBlock(1, 2, new Rng(1), stride: 2, dtype: dtype), Spread([2, 1, 5, 4])),
    ];

    private static IEnumerable<GradientEntry> FurtherNormalizingLayers() =>
    [
        OfLayer("BatchNorm1d of sequences", dtype => new BatchNorm1d(3, epsilon: 1e-3, dtype: dtype), Spread([2, 3, 5])),
        OfLayer("BatchNorm2d", dtype => new BatchNorm2d(2, epsilon: 1e-3, dtype: dtype), Spread([2, 2, 3, 2])),
        OfLayer("BatchNorm2d of one image", dtype => new BatchNorm2d(2, epsilon: 1e-3, dtype: dtype), Spread([1, 2, 3, 1])),
        OfLayer("LayerNorm", dtype => new LayerNorm([5], 1e-3, dtype), Spread([3, 5])),
        OfLayer("LayerNorm of all axes", dtype => new LayerNorm([3, 5], 1e-3, dtype), Spread([3, 5])),
        OfLayer("GroupNorm", dtype => new GroupNorm(2, 4, 1e-3, dtype), Spread([2, 4, 3])),
        OfLayer("GroupNorm without places", dtype => new GroupNorm(1, 5, 1e-3, dtype), Spread([2, 5])),
        OfLayer("InstanceNorm", _ => new InstanceNorm(2, 1e-3), Spread([2, 2, 3, 2])),
    ];

    private static IEnumerable<GradientEntry> SequenceLayers() =>
    [
        OfLayer("RNN", dtype => new RNN(2, 3, new Rng(1), dtype: dtype), Spread([2, 5, 2])),
        OfLayer("RNN with ReLU, two layers", dtype => new RNN(2, 3, new Rng(1), layers: 2, relu: true, dtype: dtype), Spread([1, 3, 2])),
        OfLayer("LSTM", dtype => new LSTM(2, 3, new Rng(1), dtype: dtype), Spread([2, 5, 2])),
        OfLayer("LSTM of one step, both ways", dtype => new LSTM(1, 1, new Rng(1), bidirectional: true, dtype: dtype), Spread([1, 1, 1])),
        OfLayer("EncoderDecoder with attention", dtype => new EncoderDecoder(5, 4, 2, 3, new Rng(1), dtype: dtype), TokenPairs(), differentiateInput: false),
        OfLayer("EncoderDecoder without", dtype => new EncoderDecoder(5, 4, 2, 3, new Rng(1), attention: false, dtype: dtype), TokenPairs(),
            differentiateInput: false),
        OfLayer("GRU, two layers, both ways", dtype => new GRU(2, 2, new Rng(1), layers: 2, bidirectional: true, dtype: dtype), Spread([2, 3, 2])),
        OfLayer("MultiHeadAttention", dtype => new MultiHeadAttention(6, 3, new Rng(1), dtype: dtype), Spread([2, 3, 6])),
        OfLayer("MultiHeadAttention of one step", dtype => new MultiHeadAttention(2, 1, new Rng(1), causal: true, dtype: dtype), Spread([1, 1, 2])),
        OfLayer("TransformerBlock, causal", dtype => new TransformerBlock(4, 2, 6, new Rng(1), causal: true, dtype: dtype), Spread([2, 3, 4])),
        OfLayer("TransformerBlock, norm last, dropout", dtype => new TransformerBlock(4, 2, 6, new Rng(1), normFirst: false, dropout: 0.3, dtype: dtype),
            Spread([1, 3, 4])),
        OfLayer("Embedding", dtype => new Embedding(5, 3, new Rng(1), dtype: dtype), Tensor.From(new double[,] { { 4, 0 }, { 2, 4 } }, DType.Float64),
            differentiateInput: false),
        OfLayer("MaskedLanguageModel", dtype => new MaskedLanguageModel(4, 3, 4, 2, 1, new Rng(1), dtype),
            Tensor.From(new double[,] { { 3, 1, 2 }, { 4, 0, 0 } }, DType.Float64), differentiateInput: false),
    ];

    private static IEnumerable<GradientEntry> OtherLayers() =>
    [
        OfLayer("RBF", dtype => new RBF(3, 4, new Rng(1), beta: 0.4, dtype: dtype), Spread([5, 3])),
        OfLayer("PReLU", dtype => new PReLU(dtype: dtype), Spread([7])),
        OfLayer("PReLU of channels", dtype => new PReLU(3, dtype: dtype), Spread([2, 3, 2])),
        OfLayer("RReLU in training", _ => new RReLU(new Rng(1)), Spread([5, 3])),
        OfLayer("Dropout, original form", _ => new Dropout(0.4, new Rng(1), inverted: false), Spread([5, 7])),
        OfLayer("DropConnect", dtype => new DropConnect(3, 5, 0.4, new Rng(1), dtype: dtype), Spread([4, 3])),
    ];

    /// <summary>Sources and targets of token numbers, some shorter than others.</summary>
    private static Tensor TokenPairs() => Tensor.From([3, 1, 4, 2, 3, 1, 2, 0, 0, 1, 0, 0], [2, 2, 3], DType.Float64);
}
