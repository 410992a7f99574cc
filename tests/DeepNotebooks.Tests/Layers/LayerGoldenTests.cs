using System.Text.Json;
using DeepNotebooks.Layers;
using DeepNotebooks.Tests.Golden;
using Xunit.Abstractions;

namespace DeepNotebooks.Tests.Layers;

/// <summary>Every layer against PyTorch: outputs, gradients of input and weights, running averages; see Golden/layers.py.</summary>
public class LayerGoldenTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, JsonElement> Expected =
        GoldenFile.Read("layers.json").ToDictionary(entry => entry.GetProperty("name").GetString()!);

    private static readonly Rng Any = new(1);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["Linear"] = new(t => new Linear(3, 2, Any, dtype: t), [4, 3]),
        ["Conv2d plain"] = new(t => new Conv2d(2, 3, 3, Any, dtype: t), [2, 2, 5, 6]),
        ["Conv2d 1x1"] = new(t => new Conv2d(2, 3, 1, Any, dtype: t), [2, 2, 3, 2]),
        ["Conv2d stride 2"] = new(t => new Conv2d(2, 3, 3, Any, stride: 2, dtype: t), [2, 2, 6, 7]),
        ["Conv2d stride 3x2, odd"] = new(t => new Conv2d(2, 3, (2, 3), Any, stride: (3, 2), dtype: t), [1, 2, 8, 9]),
        ["Conv2d padding 1"] = new(t => new Conv2d(2, 3, 3, Any, padding: 1, dtype: t), [2, 2, 4, 5]),
        ["Conv2d padding 2x0"] = new(t => new Conv2d(2, 3, (5, 1), Any, padding: (2, 0), dtype: t), [1, 2, 4, 3]),
        ["Conv2d padding same"] = new(t => new Conv2d(2, 3, (4, 3), Any, padding: Padding.Same, dtype: t), [1, 2, 5, 4]),
        ["Conv2d padding wider than the image"] = new(t => new Conv2d(2, 3, 2, Any, padding: 3, dtype: t), [1, 2, 1, 2]),
        ["Conv2d dilation 2"] = new(t => new Conv2d(2, 3, 3, Any, dilation: 2, padding: 1, dtype: t), [1, 2, 6, 5]),
        ["Conv2d dilation 3x2, stride 2"] =
            new(t => new Conv2d(2, 3, (2, 3), Any, stride: 2, padding: (2, 1), dilation: (3, 2), dtype: t), [1, 2, 7, 8]),
        ["Conv2d without bias"] = new(t => new Conv2d(2, 3, 2, Any, bias: false, dtype: t), [1, 2, 3, 3]),
        ["Conv2d reflected"] = new(t => new Conv2d(2, 3, 3, Any, padding: 1, padMode: PadMode.Reflect, dtype: t), [1, 2, 3, 4]),
        ["Conv2d groups 2"] = new(t => new Conv2d(4, 6, 3, Any, stride: 2, padding: 1, groups: 2, dtype: t), [2, 4, 5, 4]),
        ["Conv2d depthwise"] = new(t => new Conv2d(3, 3, 3, Any, dilation: 2, padding: 2, groups: 3, dtype: t), [1, 3, 5, 5]),
        ["Conv2d 20 images"] = new(t => new Conv2d(1, 2, 2, Any, dtype: t), [20, 1, 2, 3]),
        ["Conv1d plain"] = new(t => new Conv1d(2, 3, 3, Any, dtype: t), [2, 2, 7]),
        ["Conv1d stride 2, padding 2, dilation 3"] = new(t => new Conv1d(2, 4, 3, Any, stride: 2, padding: 2, dilation: 3, dtype: t), [2, 2, 9]),
        ["Conv1d same, groups 2"] = new(t => new Conv1d(4, 2, 4, Any, padding: Padding.Same, groups: 2, dtype: t), [1, 4, 5]),
        ["ConvTranspose2d plain"] = new(t => new ConvTranspose2d(2, 3, 3, Any, dtype: t), [2, 2, 3, 2]),
        ["ConvTranspose2d stride 2"] = new(t => new ConvTranspose2d(2, 3, 2, Any, stride: 2, dtype: t), [2, 2, 3, 2]),
        ["ConvTranspose2d stride 3x2, padding 1, extra"] =
            new(t => new ConvTranspose2d(2, 3, (4, 3), Any, stride: (3, 2), padding: 1, extra: (2, 1), dtype: t), [2, 2, 3, 2]),
        ["ConvTranspose2d dilation 2, without bias"] =
            new(t => new ConvTranspose2d(2, 3, 3, Any, padding: (0, 1), dilation: 2, bias: false, dtype: t), [2, 2, 3, 2]),
        ["ConvTranspose2d groups 2"] = new(t => new ConvTranspose2d(4, 6, 3, Any, stride: 2, groups: 2, dtype: t), [1, 4, 2, 2]),
        ["MaxPool2d 2"] = new(_ => new MaxPool2d(2), [2, 2, 5, 4]),
        ["MaxPool2d 3x2, stride 2x1, padding 1"] = new(_ => new MaxPool2d((3, 2), (2, 1), 1), [1, 2, 5, 4]),
        ["AveragePool2d 2"] = new(_ => new AveragePool2d(2), [2, 2, 5, 4]),
        ["AveragePool2d 3, stride 2, padding 1"] = new(_ => new AveragePool2d(3, 2, 1), [1, 2, 5, 4]),
        ["SumPool2d 3x2, stride 1"] = new(_ => new SumPool2d((3, 2), 1), [1, 2, 4, 3], (layer, x) => [layer.Forward(x.Exp())]),
        ["MaxPool1d 3, stride 2, padding 1"] = new(_ => new MaxPool1d(3, 2, 1), [2, 2, 6]),
        ["AveragePool1d 2"] = new(_ => new AveragePool1d(2), [2, 2, 5]),
        ["GlobalAveragePool"] = new(_ => new GlobalAveragePool(), [2, 3, 3, 2]),
        ["GlobalMaxPool"] = new(_ => new GlobalMaxPool(), [2, 3, 3, 2]),
        ["BatchNorm1d"] = new(t => new BatchNorm1d(3, dtype: t), [5, 3]),
        ["BatchNorm1d of sequences"] = new(t => new BatchNorm1d(3, momentum: 0.3, dtype: t), [2, 3, 4]),
        ["BatchNorm1d in evaluation"] = new(t => new BatchNorm1d(3, dtype: t), [5, 3], Evaluated),
        ["BatchNorm2d"] = new(t => new BatchNorm2d(2, epsilon: 1e-3, dtype: t), [3, 2, 2, 3]),
        ["LayerNorm"] = new(t => new LayerNorm([4], dtype: t), [3, 4]),
        ["LayerNorm of two axes"] = new(t => new LayerNorm([3, 2], dtype: t), [2, 2, 3, 2]),
        ["GroupNorm"] = new(t => new GroupNorm(2, 4, dtype: t), [2, 4, 3]),
        ["GroupNorm of images"] = new(t => new GroupNorm(1, 2, dtype: t), [2, 2, 2, 3]),
        ["InstanceNorm"] = new(_ => new InstanceNorm(2), [2, 2, 2, 3]),
        ["Embedding"] = new(t => new Embedding(5, 3, Any, dtype: t), [2, 2], (layer, x) =>
            [layer.Forward(Tensor.From(new double[,] { { 4, 0 }, { 2, 4 } }, x.DType))]),
        ["Sigmoid"] = new(_ => new DeepNotebooks.Layers.Sigmoid(), [3, 4, 2]),
        ["Tanh"] = new(_ => new DeepNotebooks.Layers.Tanh(), [3, 4, 2]),
        ["ReLU"] = new(_ => new DeepNotebooks.Layers.ReLU(), [3, 4, 2]),
        ["LeakyReLU"] = new(_ => new DeepNotebooks.Layers.LeakyReLU(0.2), [3, 4, 2]),
        ["ELU"] = new(_ => new DeepNotebooks.Layers.ELU(1.3), [3, 4, 2]),
        ["Softplus"] = new(_ => new DeepNotebooks.Layers.Softplus(), [3, 4, 2]),
        ["SiLU"] = new(_ => new DeepNotebooks.Layers.SiLU(), [3, 4, 2]),
        ["GELU"] = new(_ => new DeepNotebooks.Layers.GELU(), [3, 4, 2]),
        ["Softmax"] = new(_ => new DeepNotebooks.Layers.Softmax(), [3, 4, 2]),
        ["PReLU"] = new(t => new PReLU(dtype: t), [3, 4, 2]),
        ["PReLU of channels"] = new(t => new PReLU(4, dtype: t), [3, 4, 2]),
        ["RReLU in evaluation"] = new(_ => new RReLU(Any, 0.1, 0.5), [3, 4], Evaluated),
        ["RNN"] = new(t => new RNN(2, 3, Any, dtype: t), [2, 4, 2], WithState),
        ["RNN of one step"] = new(t => new RNN(1, 1, Any, dtype: t), [1, 1, 1], WithState),
        ["RNN of two layers, both ways"] = new(t => new RNN(2, 2, Any, layers: 2, bidirectional: true, dtype: t), [2, 3, 2], WithState),
        ["RNN with ReLU"] = new(t => new RNN(2, 3, Any, relu: true, dtype: t), [2, 4, 2], WithState),
        ["LSTM"] = new(t => new LSTM(2, 3, Any, dtype: t), [2, 4, 2], WithState),
        ["LSTM of one step"] = new(t => new LSTM(1, 1, Any, dtype: t), [1, 1, 1], WithState),
        ["LSTM of two layers, both ways"] = new(t => new LSTM(2, 2, Any, layers: 2, bidirectional: true, dtype: t), [2, 3, 2], WithState),
        ["LSTM from a state"] = new(t => new LSTM(2, 3, Any, dtype: t), [2, 3, 2], (layer, x) =>
        {
            (Tensor y, RecurrentState end) = ((LSTM)layer).Run(x, new(Numbers([1, 2, 3], 5, x.DType), Numbers([1, 2, 3], 6, x.DType)));
            return [y, end.Hidden, end.Cell!];
        }),
        ["GRU"] = new(t => new GRU(2, 3, Any, dtype: t), [2, 4, 2], WithState),
        ["GRU of one step"] = new(t => new GRU(1, 1, Any, dtype: t), [1, 1, 1], WithState),
        ["GRU of two layers, both ways"] = new(t => new GRU(2, 2, Any, layers: 2, bidirectional: true, dtype: t), [2, 3, 2], WithState),
        ["MultiHeadAttention"] = new(t => new MultiHeadAttention(4, 2, Any, dtype: t), [2, 3, 4], (layer, x) => Attend(layer, x, x, x)),
        ["MultiHeadAttention, causal"] = new(t => new MultiHeadAttention(4, 1, Any, dtype: t), [2, 3, 4], (layer, x) =>
            Attend(layer, x, x, x, MultiHeadAttention.CausalMask(3, x.DType))),
        ["MultiHeadAttention to a memory"] = new(t => new MultiHeadAttention(4, 2, Any, dtype: t), [2, 3, 4], (layer, x) =>
            Attend(layer, x, Numbers([2, 5, 4], 7, x.DType), Numbers([2, 5, 4], 7, x.DType) * 2)),
        ["TransformerBlock"] = new(t => new TransformerBlock(4, 2, 6, Any, dtype: t), [2, 3, 4]),
        ["TransformerBlock, causal, norm last"] = new(
            t => new TransformerBlock(4, 2, 6, Any, causal: true, normFirst: false, activation: new DeepNotebooks.Layers.ReLU(), dtype: t), [2, 3, 4]),
        ["Highway"] = new(t => new Highway(3, Any, new DeepNotebooks.Layers.Tanh(), dtype: t), [4, 3]),
        ["Residual"] = new(t => new Residual(new Linear(3, 4, Any, dtype: t), new DeepNotebooks.Layers.Tanh(), new Linear(4, 3, Any, dtype: t)), [4, 3]),
        ["RBF"] = new(t => new RBF(3, 4, Any, dtype: t), [5, 3]),
        ["InceptionBlock"] = new(t => new InceptionBlock(2, 1, (2, 1), (0, 1), 1, Any, dtype: t), [1, 2, 4, 3]),
        ["VggBlock"] = new(t => new VggBlock(1, 2, 2, Any, dtype: t), [1, 1, 5, 4]),
    };

    public static TheoryData<string> Names => [.. Expected.Keys];

    [Fact]
    public void EveryCaseOfTheFileIsCompared() => Assert.Equal(Expected.Keys.Order(), Cases.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void AgreesWithPyTorch(string name)
    {
        (double wide, _) = Deviation(name, DType.Float64);
        (double narrow, int count) = Deviation(name, DType.Float32);
        output.WriteLine($"{count} tensors, Float64 {wide:G2}, Float32 {narrow:G2}");
        Assert.True(wide < 1e-10, $"{name}: Float64 differs from PyTorch by {wide:G3}.");
        Assert.True(narrow < 1e-5, $"{name}: Float32 differs from PyTorch by {narrow:G3}.");
    }

    private static (double Deviation, int Count) Deviation(string name, DType dtype)
    {
        (Case c, JsonElement expected) = (Cases[name], Expected[name]);
        Layer layer = c.Build(dtype);
        (string Name, Tensor Value)[] parameters = [.. layer.NamedParameters.OrderBy(p => p.Name, StringComparer.Ordinal)];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i].Value.Assign(Numbers(parameters[i].Value.Shape, 10 + i, dtype) * 0.5);
        }
        Tensor x = (Numbers(c.Shape, 1, dtype) * 2).WithGrad();
        Tensor[] outputs = c.Call?.Invoke(layer, x) ?? [layer.Forward(x)];
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()), outputs[0].Shape);
        Tensor flat = Tensor.Concat([.. outputs.Select(o => o.Reshape(-1))]);
        (flat * Numbers(flat.Shape, 2, dtype)).Sum().Backward();

        var pairs = new List<(JsonElement Wanted, Tensor Found)> { (expected.GetProperty("output"), flat) };
        if (expected.GetProperty("input").GetArrayLength() > 0)
        {
            pairs.Add((expected.GetProperty("input"), x.Grad!));
        }
        foreach ((string group, IEnumerable<(string Name, Tensor Value)> found) in new[]
        {
            ("gradients", parameters.Select(p => (p.Name, p.Value.Grad!))), ("buffers", layer.NamedBuffers),
        })
        {
            Dictionary<string, Tensor> byName = found.ToDictionary(f => f.Name, f => f.Value);
            JsonProperty[] wanted = [.. expected.GetProperty(group).EnumerateObject()];
            Assert.Equal(wanted.Select(w => w.Name).Order(), byName.Keys.Order());
            pairs.AddRange(wanted.Select(w => (w.Value, byName[w.Name])));
        }
        return (pairs.Max(pair => GoldenFile.Deviation(pair.Wanted.Numbers(), pair.Found.ToArray())), pairs.Count);
    }

    /// <summary>The rule of layers.py.</summary>
    private static Tensor Numbers(Shape shape, int seed, DType dtype) => Tensor.From(
        [.. Enumerable.Range(0, shape.Size).Select(k => (((k * 7919L) + (seed * 6113L)) % 2003 / 1001.0) - 1)], shape, dtype);

    private static Tensor[] Evaluated(Layer layer, Tensor x)
    {
        layer.Eval();
        return [layer.Forward(x)];
    }

    private static Tensor[] WithState(Layer layer, Tensor x)
    {
        (Tensor y, RecurrentState end) = ((Recurrent)layer).Run(x);
        return end.Cell is null ? [y, end.Hidden] : [y, end.Hidden, end.Cell];
    }

    private static Tensor[] Attend(Layer layer, Tensor query, Tensor key, Tensor value, Tensor? mask = null)
    {
        (Tensor y, Tensor weights) = ((MultiHeadAttention)layer).Attend(query, key, value, mask);
        return [y, weights];
    }

    private sealed record Case(Func<DType, Layer> Build, Shape Shape, Func<Layer, Tensor, Tensor[]>? Call = null);
}
