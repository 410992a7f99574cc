using DeepNotebooks.Data;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Onnx;

/// <summary>Models with inputs that fit them, together of every layer that can be written.</summary>
internal static class Models
{
    private static readonly Padding s_same = Padding.Same;

    public static IReadOnlyList<(string Name, Func<(Layer Model, Tensor Example)> Make)> All { get; } =
    [
        ("dense", () => Of([5, 7], rng => new Sequential(Scaler.Standard(rng.Normal([50, 7], 3, 2)), new Linear(7, 16, rng), new BatchNorm1d(16),
            new ReLU(), new Dropout(0.3, rng), new Residual(new Linear(16, 16, rng), new Tanh()), new Linear(16, 3, rng, bias: false), new Softmax()))),
        ("convolutional", () => Of([3, 2, 12, 11], rng => new Sequential(new Conv2d(2, 6, 3, rng, padding: 1), new BatchNorm2d(6), new ReLU(),
            new MaxPool2d(2), new Conv2d(6, 8, 3, rng, stride: 2, padding: s_same), new LeakyReLU(0.1), new Conv2d(8, 8, 3, rng, groups: 2, padding: 1),
            new Flatten(), new Linear(72, 10, rng)))),
        ("recurrent", () => Of([4, 6, 3], rng => new Sequential(new LSTM(3, 8, rng, layers: 2, bidirectional: true), new Linear(16, 2, rng)))),
        ("gru", () => Of([4, 5, 3], rng => new Sequential(new GRU(3, 6, rng, bidirectional: true), new GRU(12, 4, rng), new LayerNorm([4])))),
        ("rnn", () => Of([4, 5, 3], rng => new Sequential(new RNN(3, 6, rng, bidirectional: true, relu: true), new RNN(12, 4, rng, layers: 2)))),
        ("text", () => (new Sequential(new Embedding(20, 6, new Rng(1)), new LSTM(6, 5, new Rng(2)), new Flatten(), new Linear(20, 2, new Rng(3))),
            Tensor.From(new double[,] { { 3, 0, 19, 7 }, { 1, 1, 4, 18 } }))),
        ("activations", () => Of([6, 9], rng => new Sequential(new ELU(0.7), new PReLU(9, 0.3), new PReLU(), new GELU(), new SiLU(), new Softplus(),
            new Sigmoid(), new RReLU(rng), new LeakyReLU()))),
        ("images", () => Of([2, 4, 9, 8], rng => new Sequential(new Conv2d(4, 4, (3, 2), rng, stride: (1, 2), padding: (1, 0), dilation: (2, 1)),
            new GroupNorm(2, 4), new InstanceNorm(4), new PReLU(4), new Conv2d(4, 4, 3, rng, padding: s_same, dilation: 2),
            new Conv2d(4, 3, 3, rng, padding: 1, padMode: PadMode.Reflect),
            new ConvTranspose2d(3, 4, 3, rng, stride: 2, padding: 1, extra: (0, 1), groups: 1), new GlobalAveragePool()))),
        ("pools", () => Of([2, 2, 11, 10], _ => new Sequential(new AveragePool2d(3, 2, 1), new MaxPool2d(3, 1, s_same), new SumPool2d(2, 1),
            new AveragePool2d(2, 1, s_same), new MaxPool2d((2, 1), (1, 2), (1, 0)), new GlobalMaxPool()))),
        ("sequences", () => Of([2, 3, 12], rng => new Sequential(new Conv1d(3, 4, 3, rng, padding: 2, dilation: 2), new BatchNorm1d(4), new ReLU(),
            new MaxPool1d(2), new Conv1d(4, 4, 3, rng, stride: 2, padding: s_same, groups: 2, bias: false), new AveragePool1d(2, 1, 1),
            new GroupNorm(1, 4), new GlobalMaxPool()))),
        ("blocks", () => Of([2, 3, 8, 8], rng => new Sequential(new VggBlock(3, 4, 2, rng), new InceptionBlock(4, 2, (1, 3), (0, 2), 1, rng),
            new Layers.Parallel(new Conv2d(8, 2, 1, rng), new Sequential()), new GlobalAveragePool(), new Highway(10, rng, new Tanh()),
            new DropConnect(10, 4, 0.5, rng), new Dropout(0.2, rng, inverted: false)))),
        ("residual", () => Of([2, 3, 7, 8], rng => new Sequential(new ResidualBlock(3, 5, rng, stride: 2), new ResidualBlock(5, 5, rng),
            new ResidualBlock(5, 6, rng, shortcut: false), new GlobalAveragePool()))),
        ("masked", () => Of([3, 20], rng => new Sequential(PCA.Fit(rng.Normal([30, 20]), 18), new Unflatten(2, 3, 3), new MaskedConv2d(2, 4, 3, false, rng),
            new ReLU(), new MaskedConv2d(4, 2, 3, true, rng)))),
        ("steps", () => Of([2, 5, 6], rng => new Sequential(new Linear(6, 6, rng), new LayerNorm([5, 6]), new Residual(new Linear(6, 6, rng, bias: false))))),
        ("nothing", () => Of([2, 3], _ => new Sequential())),
    ];

    /// <summary>A model whose biases, scales and averages are not what they start with.</summary>
    private static (Layer, Tensor) Of(Shape example, Func<Rng, Layer> make)
    {
        var rng = new Rng(7);
        Layer model = make(rng);
        foreach ((string name, Tensor value) in model.NamedParameters.Concat(model.NamedBuffers))
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
                value.Assign(rng.Uniform(value.Shape, 0.5, 2));
            else if (value.Rank == 1)
                value.Assign(value.Detach() + rng.Normal(value.Shape, 0, 0.2));
        }
        return (model, rng.Normal(example));
    }
}
