using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Layers;

public class LayerTests
{
    private static Rng Rng => new(1);

    [Fact]
    public void LinearMultipliesByTheTransposedWeightAndAddsTheBias()
    {
        var layer = new Linear(2, 3, Rng);
        layer.Weight.Assign(Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }));
        layer.Bias!.Assign(Tensor.From([10.0, 20, 30]));
        Assert.Equal([10 + 1 + 4, 20 + 3 + 8, 30 + 5 + 12], layer.Forward(Tensor.From([1.0, 2], [1, 2])).ToArray());
        Assert.Equal([2, 5, 3], layer.Forward(Tensor.Zeros([2, 5, 2])).Shape);
        Assert.Null(new Linear(2, 3, Rng, bias: false).Bias);
    }

    [Fact]
    public void HighwayMixesItsTransformAndItsInputByTheGate()
    {
        var layer = new Highway(3, Rng, new DeepNotebooks.Layers.Tanh(), gateBias: 0.3);
        Tensor x = new Rng(2).Normal([4, 3]), gate = layer.Gate(x);
        (Tensor w, Tensor b) = (layer.Parameters[0], layer.Parameters[1]);
        Tensor transformed = (x.MatMul(w.Transpose()) + b).Tanh();
        Oracle.AssertClose(((gate * transformed) + ((1 - gate) * x)).ToArray(), layer.Forward(x).ToArray(), 1e-6);
        Assert.All(gate.ToArray(), t => Assert.InRange(t, 0, 1));
        Assert.Equal([0.3f, 0.3f, 0.3f], layer.NamedParameters.Single(p => p.Name == "gate.bias").Value.ToArray());
    }

    [Theory]
    [InlineData(-50, 0)]
    [InlineData(50, 1)]
    public void HighwayCarriesOrTransformsAtTheLimitsOfItsGate(double gateBias, double transformedShare)
    {
        var layer = new Highway(3, Rng, new DeepNotebooks.Layers.Sigmoid(), gateBias, Initializer.Zeros);
        Tensor x = new Rng(2).Normal([4, 3]);
        Oracle.AssertClose(transformedShare == 0 ? x.ToArray() : Enumerable.Repeat(0.5, 12), layer.Forward(x).ToArray(), 1e-6);
    }

    [Fact]
    public void ResidualAddsItsInput()
    {
        Tensor x = new Rng(2).Normal([4, 3]);
        var inner = new Linear(3, 3, Rng);
        Assert.Equal((x + inner.Forward(x).Tanh()).ToArray(), new Residual(inner, new DeepNotebooks.Layers.Tanh()).Forward(x).ToArray());
    }

    [Fact]
    public void SequentialAppliesItsLayersInOrder()
    {
        Linear first = new(2, 3, Rng), last = new(3, 1, Rng);
        var model = new Sequential(first, new DeepNotebooks.Layers.ReLU(), last);
        Tensor x = new Rng(2).Normal([4, 2]);
        Tensor expected = last.Forward(first.Forward(x).ReLU());
        Assert.Equal(expected.ToArray(), model.Forward(x).ToArray());
        Assert.Equal([first.Forward(x).ToArray(), first.Forward(x).ReLU().ToArray(), expected.ToArray()], model.Activations(x).Select(y => y.ToArray()));
        Assert.Equal(3, model.Count);
        Assert.Same(last, model[2]);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], model.NamedParameters.Select(p => p.Name));
        Assert.Equal(6 + 3 + 3 + 1, model.ParameterCount);
    }

    [Fact]
    public void BatchNormStandardizesEachFeatureInTraining()
    {
        var layer = new BatchNorm1d(2, epsilon: 1e-3, dtype: DType.Float64);
        layer.Gamma.Assign(Tensor.From([2.0, 3], DType.Float64));
        layer.Beta.Assign(Tensor.From([10.0, 20], DType.Float64));
        double[][] features = [[1, 2, 6], [-5, 0, 5]];
        Tensor x = Tensor.From([1, -5, 2, 0, 6, 5], [3, 2], DType.Float64), y = layer.Forward(x);
        for (int f = 0; f < 2; f++)
        {
            double mean = features[f].Average(), variance = features[f].Average(v => (v - mean) * (v - mean));
            double gamma = f + 2, beta = 10 * (f + 1);
            Oracle.AssertClose(features[f].Select(v => (gamma * (v - mean) / Math.Sqrt(variance + 1e-3)) + beta), y.Slice(1, f, 1).ToArray(), 1e-12);
        }
    }

    [Fact]
    public void BatchNormAveragesMeansAndVariancesForEvaluation()
    {
        var layer = new BatchNorm1d(1, momentum: 0.25, epsilon: 1e-3, dtype: DType.Float64);
        double mean = 0, variance = 1;
        foreach (double[] batch in (double[][])[[1, 3], [0, 4, 5], [-2, 2]])
        {
            layer.Forward(Tensor.From(batch, [batch.Length, 1], DType.Float64));
            mean = (0.75 * mean) + (0.25 * batch.Average());
            variance = (0.75 * variance) + (0.25 * batch.Sum(v => Math.Pow(v - batch.Average(), 2)) / (batch.Length - 1));
        }
        Assert.Equal(mean, layer.RunningMean.Item(), 1e-12);
        Assert.Equal(variance, layer.RunningVariance.Item(), 1e-12);
        layer.Eval();
        Assert.Equal((7 - mean) / Math.Sqrt(variance + 1e-3), layer.Forward(Tensor.From([7.0], [1, 1], DType.Float64)).Item(), 1e-12);
        Assert.Equal(mean, layer.RunningMean.Item(), 1e-12); // evaluation changes nothing
        Assert.Equal(["running_mean", "running_var"], layer.NamedBuffers.Select(b => b.Name));
        Assert.DoesNotContain(layer.RunningMean, layer.Parameters);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void DropoutDropsItsShareAndKeepsTheExpectation(double probability)
    {
        double[] y = new Dropout(probability, Rng).Forward(Tensor.Ones([100_000], DType.Float64)).ToArray();
        Assert.Equal([0, 1 / (1 - probability)], y.Distinct().Order());
        double deviation = Math.Sqrt(probability * (1 - probability) / y.Length);
        Assert.Equal(probability, y.Average(v => v == 0 ? 1.0 : 0), 4 * deviation);
    }

    [Fact]
    public void DropoutDrawsAnewEachTimeAndDoesNothingInEvaluation()
    {
        var layer = new Dropout(0.5, Rng);
        Tensor x = new Rng(2).Normal([100]);
        Assert.NotEqual(layer.Forward(x).ToArray(), layer.Forward(x).ToArray());
        layer.Eval();
        Assert.Equal(x.ToArray(), layer.Forward(x).ToArray());
        layer.Train();
        Assert.NotEqual(x.ToArray(), layer.Forward(x).ToArray());
    }

    [Fact]
    public void PredictIsEvaluationWithoutRecordingAndLeavesEveryPartAsItWas()
    {
        var frozen = new BatchNorm1d(2);
        var model = new Sequential(new Linear(2, 2, Rng), frozen, new Dropout(0.5, Rng));
        frozen.Eval();
        Tensor x = new Rng(2).Normal([4, 2]), y = model.Predict(x);
        Assert.False(y.RequiresGrad);
        Assert.Equal(y.ToArray(), model.Predict(x).ToArray());
        Assert.True(model.Training && model[0].Training && model[2].Training && !frozen.Training);
        Assert.Throws<ArgumentException>(() => model.Predict(Tensor.Zeros([4, 3])));
        Assert.True(model.Training && model[2].Training && !frozen.Training);
        model.Eval();
        model.Predict(x);
        Assert.False(model.Training || model[0].Training || model[2].Training);
    }

    [Fact]
    public void ASharedLayerIsCountedOnceAndGetsBothGradients()
    {
        var shared = new Linear(2, 2, Rng);
        var model = new Sequential(shared, new DeepNotebooks.Layers.Tanh(), shared);
        Assert.Equal(6, model.ParameterCount);
        Assert.Equal(["0.weight", "0.bias"], model.NamedParameters.Select(p => p.Name));
        model.Forward(Tensor.Ones([1, 2])).Sum().Backward();
        Assert.NotEqual([1, 1], shared.Bias!.Grad!.ToArray());
        model.ZeroGrad();
        Assert.Null(shared.Bias.Grad);
    }

    private sealed class Twins : Layer
    {
        public Twins()
        {
            Parameter("a", Tensor.Zeros([1]));
            Buffer("a", Tensor.Zeros([1]));
        }

        public override Tensor Forward(Tensor x) => x;
    }

    public static TheoryData<Layer, int[]> EmptyBatches => new()
    {
        { new Linear(3, 2, Rng), [0, 3] }, { new Conv1d(2, 3, 2, Rng), [0, 2, 3] }, { new Conv2d(2, 3, 2, Rng), [0, 2, 3, 3] },
        { new ConvTranspose2d(2, 3, 2, Rng), [0, 2, 3, 3] }, { new MaxPool2d(2), [0, 2, 4, 4] }, { new AveragePool1d(2), [0, 2, 4] },
        { new GlobalMaxPool(), [0, 2, 4, 4] }, { new LayerNorm([3]), [0, 3] }, { new GroupNorm(1, 2), [0, 2, 4] },
        { new RNN(2, 3, Rng), [0, 4, 2] }, { new LSTM(2, 3, Rng), [0, 4, 2] },
        { new GRU(2, 3, Rng, layers: 2, bidirectional: true), [0, 4, 2] },
        { new TransformerBlock(4, 2, 8, Rng, dropout: 0.1), [0, 3, 4] }, { new RBF(2, 3, Rng), [0, 2] },
        { new VggBlock(1, 2, 2, Rng), [0, 1, 4, 4] }, { new DropConnect(3, 2, 0.4, Rng), [0, 3] }, { new RReLU(Rng), [0, 3] },
    };

    [Theory]
    [MemberData(nameof(EmptyBatches))]
    public void AnEmptyBatchGivesAnEmptyOutputAndGradientsOfZero(Layer layer, int[] sizes)
    {
        Tensor x = Tensor.Zeros(Shape.Create(sizes)).WithGrad(), y = layer.Forward(x);
        y.Sum().Backward();
        Assert.Equal(0, y.Shape[0]);
        Assert.Equal(x.Shape, x.Grad!.Shape);
        Assert.All(layer.Parameters, parameter => Assert.All(parameter.Grad!.ToArray(), g => Assert.Equal(0, g)));
    }

    public static TheoryData<string, Action> BadRequests => new()
    {
        { "inputs", () => new Linear(0, 1, Rng) },
        { "outputs", () => new Linear(1, -1, Rng) },
        { "Linear: the input (4, 3) does not fit a layer of 2 inputs and 5 outputs. Pass [batch, 2]", () => new Linear(2, 5, Rng).Forward(Tensor.Zeros([4, 3])) },
        { "Linear: the input (2) does not fit", () => new Linear(2, 5, Rng).Forward(Tensor.Zeros([2])) },
        { "Linear: (1, 2) Float64 and (5, 2) Float32 differ in type", () => new Linear(2, 5, Rng).Forward(Tensor.Zeros([1, 2], DType.Float64)) },
        { "Linear: the input (1, 4)", () => new Highway(3, Rng, new DeepNotebooks.Layers.Tanh()).Forward(Tensor.Zeros([1, 4])) },
        { "Residual: the inner layers turn (1, 3) into (1, 2)", () => new Residual(new Linear(3, 2, Rng)).Forward(Tensor.Zeros([1, 3])) },
        { "LeakyReLU: slope must be finite", () => new DeepNotebooks.Layers.LeakyReLU(double.NaN) },
        { "ELU: α must be finite", () => new DeepNotebooks.Layers.ELU(double.PositiveInfinity) },
        { "features", () => new BatchNorm1d(0) },
        { "momentum 0 must lie in (0, 1]", () => new BatchNorm1d(1, momentum: 0) },
        { "momentum NaN", () => new BatchNorm1d(1, momentum: double.NaN) },
        { "epsilon 0 above 0", () => new BatchNorm1d(1, epsilon: 0) },
        { "BatchNorm1d: the input (4, 3) is not [batch, 2]", () => new BatchNorm1d(2).Forward(Tensor.Zeros([4, 3])) },
        { "BatchNorm1d: a training batch with 1 value", () => new BatchNorm1d(2).Forward(Tensor.Zeros([1, 2])) },
        { "probability must lie in [0, 1)", () => new Dropout(1, Rng) },
        { "probability must lie in [0, 1)", () => new Dropout(double.NaN, Rng) },
        { "probability must lie in [0, 1)", () => new Dropout(-0.1, Rng) },
        { "Twins: the name \"a\" is taken", () => new Twins() },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void BadRequestsNameTheLayerTheValuesAndTheRemedy(string message, Action request) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(request).Message);

    [Fact]
    public void ARefusedBatchLeavesTheRunningAveragesAlone()
    {
        var layer = new BatchNorm1d(2);
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Ones([4, 2], DType.Float64)));
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Ones([1, 2])));
        Assert.Equal([0, 0, 1, 1], layer.NamedBuffers.SelectMany(b => b.Value.ToArray()));
    }
}
