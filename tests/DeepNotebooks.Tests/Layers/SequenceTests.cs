using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Layers;

public class SequenceTests
{
    private static readonly Rng Any = new(1);

    public static TheoryData<string> Kinds => ["RNN", "LSTM", "GRU"];

    private static Recurrent Make(string kind, int inputs, int units, int layers = 1, bool bidirectional = false) => kind switch
    {
        "RNN" => new RNN(inputs, units, Any, layers, bidirectional),
        "LSTM" => new LSTM(inputs, units, Any, layers, bidirectional),
        _ => new GRU(inputs, units, Any, layers, bidirectional),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StepByStepEqualsTheWholeSequence(string kind)
    {
        Recurrent layer = Make(kind, 2, 3, layers: 2);
        Tensor x = Any.Normal([4, 7, 2]);
        (Tensor whole, RecurrentState end) = layer.Run(x);
        RecurrentState? state = null;
        for (int t = 0; t < 7; t++)
        {
            (Tensor y, state) = layer.Run(x.Slice(1, t, 1), state);
            Assert.True((y - whole.Slice(1, t, 1)).Abs().Max().Item() < 1e-6);
        }
        Assert.True((state!.Hidden - end.Hidden).Abs().Max().Item() < 1e-6);
        Assert.Equal(kind == "LSTM", end.Cell is not null);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BothWaysSeesTheFuture(string kind)
    {
        Recurrent one = Make(kind, 1, 2), both = Make(kind, 1, 2, bidirectional: true);
        Tensor x = Any.Normal([1, 5, 1]), changed = x.Clone();
        changed[0, 4, 0] = 9;
        Assert.Equal(0, (one.Forward(x) - one.Forward(changed))[0, 0, ..].Abs().Max().Item());
        Assert.NotEqual(0, (both.Forward(x) - both.Forward(changed))[0, 0, ..].Abs().Max().Item());
        Assert.Equal([1, 5, 4], both.Forward(x).Shape);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BadInputIsRefused(string kind)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(kind, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(kind, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(kind, 1, 1, layers: 0));
        Recurrent layer = Make(kind, 2, 3);
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([4, 2])));
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([4, 5, 3])));
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([4, 0, 2])));
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([4, 5, 2], DType.Float64)));
        Assert.Throws<ArgumentException>(() => layer.Run(Tensor.Zeros([4, 5, 2]), new(Tensor.Zeros([1, 3, 3]), Tensor.Zeros([1, 3, 3]))));
    }

    [Fact]
    public void AnLstmKeepsItsCellWhereItForgetsNothing()
    {
        var layer = new LSTM(1, 1, Any);
        foreach ((string name, Tensor weight) in layer.NamedParameters)
        {
            weight.Fill(0);
        }
        Tensor bias = layer.NamedParameters.Single(p => p.Name == "bias_ih_l0").Value;
        (bias[0], bias[1]) = (-100, 100); // input 0, forget 1
        RecurrentState end = layer.Run(Any.Normal([1, 500, 1]), new(Tensor.Zeros([1, 1, 1]), Tensor.Full([1, 1, 1], 0.7))).State;
        Assert.Equal(0.7f, (float)end.Cell!.Item());
        Assert.Throws<ArgumentException>(() => layer.Run(Tensor.Zeros([1, 1, 1]), new(Tensor.Zeros([1, 1, 1]))));
    }

    [Fact]
    public void InitializersWorkOnEachGate()
    {
        var lstm = new LSTM(2, 3, Any, forgetBias: 2, recurrentInitializer: Initializer.Identity());
        Dictionary<string, Tensor> weights = lstm.NamedParameters.ToDictionary(p => p.Name, p => p.Value);
        Assert.Equal(["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"], weights.Keys);
        Assert.Equal(Tensor.Eye(3).ToArray(), weights["weight_hh_l0"][6..9].ToArray());
        Assert.Equal([0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0], weights["bias_ih_l0"].ToArray());
        Assert.True(weights["weight_ih_l0"].Abs().Max().Item() <= 1 / Math.Sqrt(3));
        Assert.Equal(4 * 3 * (2 + 3 + 2), lstm.ParameterCount);
        Assert.Equal(3 * lstm.ParameterCount, 4 * new GRU(2, 3, Any).ParameterCount);
    }

    [Fact]
    public void ACausalStepDoesNotSeeTheFuture()
    {
        Tensor x = Any.Normal([1, 4, 6]), changed = x.Clone();
        changed[0, 3, 0] = 9;
        foreach (bool causal in new[] { true, false })
        {
            var block = new TransformerBlock(6, 2, 8, Any, causal: causal);
            double change = (block.Forward(x) - block.Forward(changed))[0, ..3].Abs().Max().Item();
            Assert.Equal(causal, change == 0);
        }
        Assert.Equal([1, 0, 0, 1, 1, 0, 1, 1, 1], MultiHeadAttention.CausalMask(3).ToArray());
    }

    [Fact]
    public void AttentionWeightsSumToOneEvenWhereNothingMayBeSeen()
    {
        (Tensor y, Tensor weights) = MultiHeadAttention.ScaledDotProduct(
            Any.Normal([2, 3, 4]), Any.Normal([2, 5, 4]), Any.Normal([2, 5, 7]), Tensor.Zeros([3, 5]));
        Assert.Equal([2, 3, 7], y.Shape);
        Assert.True((weights.Sum(-1) - 1).Abs().Max().Item() < 1e-6);
        Assert.Throws<ArgumentException>(() => new MultiHeadAttention(6, 4, Any));
        Assert.Throws<ArgumentException>(() => new MultiHeadAttention(6, 0, Any));
        var layer = new MultiHeadAttention(6, 2, Any, causal: true);
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([2, 6])));
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([2, 3, 5])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransformerBlock(4, 2, 0, Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransformerBlock(4, 2, 4, Any, dropout: 1));
    }

    [Fact]
    public void AnEmbeddingIsAOneHotProduct()
    {
        var layer = new Embedding(4, 3, Any);
        Tensor oneHot = Tensor.From(new double[,] { { 0, 0, 0, 1 }, { 1, 0, 0, 0 } });
        Assert.Equal(oneHot.MatMul(layer.Weight).ToArray(), layer.Forward(Tensor.From([3, 0])).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(Tensor.From([4])));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(Tensor.From([-1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(Tensor.From([0.5])));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(Tensor.From([double.NaN])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(0, 3, Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(3, 0, Any));
    }
}
