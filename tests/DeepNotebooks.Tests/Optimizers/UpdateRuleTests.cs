using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Tests.Optimizers;

public class UpdateRuleTests
{
    private static readonly double[] Start = [1, -2, 0.5];
    private static readonly double[][] Gradients = [[0.1, -3, 0], [0.2, 5, 1e-3], [-0.7, 0.3, 20], [1e-8, -1, 0.4]];

    /// <summary>The weights after each gradient.</summary>
    private static double[][] Run(Func<Tensor[], Optimizer> create, DType dtype = DType.Float64)
    {
        Tensor w = Tensor.From(Start, dtype).WithGrad();
        Optimizer optimizer = create([w]);
        return [.. Gradients.Select(gradient =>
        {
            w.Grad = Tensor.From(gradient, dtype);
            optimizer.Step();
            return w.ToArray();
        })];
    }

    private static double[][] ByHand(Func<int, double, double, double> update)
    {
        double[] w = [.. Start];
        return [.. Gradients.Select((gradient, t) => w = [.. w.Select((weight, i) => update((t * w.Length) + i, weight, gradient[i]))])];
    }

    private static void AssertEqual(double[][] expected, double[][] actual, double tolerance) =>
        Oracle.AssertClose(expected.SelectMany(w => w), actual.SelectMany(w => w), tolerance);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.9, 0)]
    [InlineData(0, 0.2)]
    [InlineData(0.5, 0.2)]
    public void SgdFollowsItsFormula(double momentum, double weightDecay)
    {
        double[] velocity = new double[3];
        double[][] expected = ByHand((at, w, g) => w - (0.1 * (velocity[at % 3] = (momentum * velocity[at % 3]) + g + (weightDecay * w))));
        AssertEqual(expected, Run(p => new SGD(p, 0.1, momentum, weightDecay: weightDecay)), 1e-13);
        AssertEqual(expected, Run(p => new SGD(p, 0.1, momentum, weightDecay: weightDecay), DType.Float32), 1e-6);
    }

    [Theory]
    [InlineData(0.9, 0.999, 1e-8)]
    [InlineData(0, 0.5, 0.1)]
    public void AdamFollowsItsFormula(double beta1, double beta2, double epsilon)
    {
        double[] m = new double[3], v = new double[3];
        double[][] expected = ByHand((at, w, g) =>
        {
            (int i, int t) = (at % 3, (at / 3) + 1);
            m[i] = (beta1 * m[i]) + ((1 - beta1) * g);
            v[i] = (beta2 * v[i]) + ((1 - beta2) * g * g);
            return w - (0.1 * (m[i] / (1 - Math.Pow(beta1, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, t))) + epsilon));
        });
        AssertEqual(expected, Run(p => new Adam(p, 0.1, beta1, beta2, epsilon)), 1e-12);
        AssertEqual(expected, Run(p => new Adam(p, 0.1, beta1, beta2, epsilon), DType.Float32), 1e-6);
    }

    public static TheoryData<string, Func<IEnumerable<Tensor>, Optimizer>> Optimizers => new()
    {
        { "SGD", p => new SGD(p, 0.1, momentum: 0.9) },
        { "Adam", p => new Adam(p, 0.1) },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void OnlyParametersWithAGradientChange(string name, Func<IEnumerable<Tensor>, Optimizer> create)
    {
        Tensor a = Tensor.Ones([2]).WithGrad(), b = Tensor.Ones([2]).WithGrad();
        Optimizer optimizer = create([a, b]);
        (a * 3).Sum().Backward();
        optimizer.Step();
        Assert.True(a[0] < 1, name);
        Assert.Equal([1, 1], b.ToArray());
        Assert.Equal(1, optimizer.Steps);
        Assert.Equal([3, 3], a.Grad!.ToArray()); // gradients are read, not changed
        optimizer.ZeroGrad();
        Assert.Null(a.Grad);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void ARateOfZeroChangesNothingAndTheRateMayChange(string name, Func<IEnumerable<Tensor>, Optimizer> create)
    {
        Tensor w = Tensor.Ones([1]).WithGrad();
        Optimizer optimizer = create([w]);
        (w * 3).Backward();
        optimizer.LearningRate = 0;
        optimizer.Step();
        Assert.Equal(1, w.Item());
        optimizer.LearningRate = 0.5;
        optimizer.Step();
        Assert.True(w.Item() < 0.6, name);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void BadParametersAndRatesAreRefused(string name, Func<IEnumerable<Tensor>, Optimizer> create)
    {
        Tensor w = Tensor.Ones([2, 2]).WithGrad();
        Assert.StartsWith($"{name}: there are no parameters", Assert.Throws<ArgumentException>(() => create([])).Message);
        Assert.StartsWith($"{name}: a parameter (3) does not require a gradient", Assert.Throws<ArgumentException>(() => create([w, Tensor.Ones([3])])).Message);
        Assert.StartsWith($"{name}: a parameter is named twice", Assert.Throws<ArgumentException>(() => create([w, w])).Message);
        Assert.StartsWith($"{name}: a parameter (2, 2) is a view", Assert.Throws<ArgumentException>(() => create([Tensor.Ones([2, 2]).Transpose().WithGrad()])).Message);
        Optimizer optimizer = create([w]);
        foreach (double rate in (double[])[-1, double.NaN, double.PositiveInfinity])
        {
            Assert.Contains("the learning rate must be finite", Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = rate).Message);
            Assert.Equal(0.1, optimizer.LearningRate);
        }
    }

    public static TheoryData<Func<Tensor[], Optimizer>> OutOfRange =>
    [
        p => new SGD(p, double.NaN), p => new SGD(p, 0.1, momentum: 1), p => new SGD(p, 0.1, momentum: -0.1), p => new SGD(p, 0.1, weightDecay: -1),
        p => new SGD(p, 0.1, weightDecay: double.NaN), p => new Adam(p, -1), p => new Adam(p, 0.1, beta1: 1), p => new Adam(p, 0.1, beta2: double.NaN),
        p => new Adam(p, 0.1, epsilon: 0),
    ];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void NumbersOutOfRangeAreRefused(Func<Tensor[], Optimizer> create) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => create([Tensor.Ones([1]).WithGrad()]));
}
