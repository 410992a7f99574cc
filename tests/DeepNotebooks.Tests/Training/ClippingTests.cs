using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Training;

public class ClippingTests
{
    /// <summary>Parameters whose gradients together are (3, 4, 12), of length 13, and one without a gradient.</summary>
    private static Tensor[] Parameters()
    {
        Tensor a = Tensor.Zeros([2]).WithGrad(), b = Tensor.Zeros([1, 1]).WithGrad(), none = Tensor.Zeros([5]).WithGrad();
        (a.Grad, b.Grad) = (Tensor.From([3.0, 4]), Tensor.Full([1, 1], 12));
        return [a, none, b];
    }

    private static double[] Gradient(Tensor[] parameters) => [.. parameters.SelectMany(p => p.Grad?.ToArray() ?? [])];

    [Theory]
    [InlineData(6.5, 0.5)]
    [InlineData(13, 1)]
    [InlineData(1000, 1)]
    public void ByNormItBoundsTheLengthAndKeepsTheDirection(double limit, double factor)
    {
        Tensor[] parameters = Parameters();
        Assert.Equal(13, ClipByNorm.Apply(parameters, limit), 1e-6);
        Oracle.AssertClose([3 * factor, 4 * factor, 12 * factor], Gradient(parameters), 1e-6);
        Assert.Null(parameters[1].Grad);
    }

    [Fact]
    public void ByNormSmallGradientsStayTheSameToTheBit()
    {
        Tensor[] parameters = Parameters();
        Tensor before = parameters[0].Grad!;
        ClipByNorm.Apply(parameters, 13.1);
        Assert.Same(before, parameters[0].Grad);
    }

    [Fact]
    public void ByValueItBoundsEachElement()
    {
        Tensor[] parameters = Parameters();
        parameters[2].Grad = Tensor.Full([1, 1], -12);
        ClipByValue.Apply(parameters, 3.5);
        Assert.Equal([3, 3.5, -3.5], Gradient(parameters));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(26)]
    public void NormalizingGivesTheLengthWhateverItWas(double length)
    {
        Tensor[] parameters = Parameters();
        Assert.Equal(13, NormalizeGradient.Apply(parameters, length), 1e-6);
        Oracle.AssertClose([3 * length / 13, 4 * length / 13, 12 * length / 13], Gradient(parameters), 1e-6);
        Assert.Equal(length, GradientNorm.Total(parameters), 1e-5);
    }

    [Fact]
    public void NormalizingLeavesAGradientOfZero()
    {
        Tensor w = Tensor.Zeros([2]).WithGrad();
        w.Grad = Tensor.Zeros([2]);
        Assert.Equal(0, NormalizeGradient.Apply([w], 1));
        Assert.Equal([0, 0], w.Grad.ToArray());
    }

    [Fact]
    public void LargeFloat32GradientsDoNotOverflowTheNorm()
    {
        Tensor w = Tensor.Zeros([2]).WithGrad();
        w.Grad = Tensor.From([3e30, 4e30]);
        Assert.Equal(1, ClipByNorm.Apply([w], 1) / 5e30, 1e-6);
        Oracle.AssertClose([0.6, 0.8], w.Grad.ToArray(), 1e-6);
    }

    public static TheoryData<string, Callback, double> Callbacks => new()
    {
        { "by norm", new ClipByNorm(0.01), 0.01 },
        { "by value", new ClipByValue(0.01), 0.01 * Math.Sqrt(2) },
        { "normalized", new NormalizeGradient(0.01), 0.01 },
    };

    [Theory]
    [MemberData(nameof(Callbacks))]
    public void AsCallbacksTheyActBeforeTheStep(string name, Callback callback, double moved)
    {
        var model = new Linear(1, 1, new Rng(1), Initializer.Zeros);
        var data = new Dataset(Tensor.Full([1, 1], 10), Tensor.Full([1, 1], 1000));
        new Trainer(model, Loss.MeanSquaredError, new SGD(model.Parameters, 1), callback).Fit(new DataLoader(data), epochs: 1);
        double length = Math.Sqrt(model.Parameters.Sum(p => Math.Pow(p.Item(), 2)));
        Assert.True(Math.Abs(length - moved) < 1e-7, name);
    }

    [Fact]
    public void TheNormOfEachWeightMatrixIsListedAndBiasesAreNot()
    {
        var model = new Sequential(new Linear(2, 3, new Rng(1)), new Linear(3, 1, new Rng(2)));
        Assert.Contains("(3, 2) has no gradient", Assert.Throws<InvalidOperationException>(() => GradientNorm.PerLayer(model)).Message);
        model.Forward(Tensor.Ones([4, 2])).Sum().Backward();
        double[] expected = [.. model.Parameters.Where(p => p.Rank == 2).Select(p => Math.Sqrt(p.Grad!.ToArray().Sum(g => g * g)))];
        Oracle.AssertClose(expected, GradientNorm.PerLayer(model), 1e-6);
    }

    public static TheoryData<Action> BadLimits =>
    [
        () => _ = new ClipByNorm(0), () => _ = new ClipByNorm(double.NaN), () => _ = new ClipByValue(-1), () => _ = new NormalizeGradient(0),
        () => ClipByNorm.Apply([], -1), () => ClipByValue.Apply([], 0), () => NormalizeGradient.Apply([], double.NaN),
    ];

    [Theory]
    [MemberData(nameof(BadLimits))]
    public void LimitsMustBeAboveZero(Action request) =>
        Assert.Contains("must be above 0", Assert.Throws<ArgumentOutOfRangeException>(request).Message);
}
