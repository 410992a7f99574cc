using DeepNotebooks.Layers;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;

namespace DeepNotebooks.Tests.Layers;

public class InitializerTests
{
    // fan in 300 · 6 and fan out 200 · 6 for the convolution
    public static TheoryData<string, Initializer, int[], double, double> Draws => new()
    {
        { "Xavier uniform", Initializer.XavierUniform, [200, 300], Math.Sqrt(2.0 / 500), Math.Sqrt(6.0 / 500) },
        { "Xavier uniform, convolution", Initializer.XavierUniform, [200, 300, 2, 3], Math.Sqrt(2.0 / 3000), Math.Sqrt(6.0 / 3000) },
        { "Xavier normal", Initializer.XavierNormal, [200, 300], Math.Sqrt(2.0 / 500), double.PositiveInfinity },
        { "He uniform", Initializer.HeUniform, [200, 300], Math.Sqrt(2.0 / 300), Math.Sqrt(6.0 / 300) },
        { "He uniform, convolution", Initializer.HeUniform, [200, 300, 2, 3], Math.Sqrt(2.0 / 1800), Math.Sqrt(6.0 / 1800) },
        { "He normal", Initializer.HeNormal, [200, 300], Math.Sqrt(2.0 / 300), double.PositiveInfinity },
        { "normal", Initializer.Normal(0.3), [200, 300], 0.3, double.PositiveInfinity },
        { "uniform", Initializer.Uniform(0.3), [200, 300], 0.3 / Math.Sqrt(3), 0.3 },
    };

    [Theory]
    [MemberData(nameof(Draws))]
    public void DrawsHaveTheirMomentsAndLimits(string name, Initializer initializer, int[] sizes, double deviation, double limit)
    {
        double[] w = initializer.Create(Shape.Create(sizes), new Rng(1)).ToArray();
        Assert.True(Math.Abs(w.Mean()) < 4 * deviation / Math.Sqrt(w.Length), name);
        Assert.Equal(1, w.StandardDeviation() / deviation, 0.02);
        Assert.InRange(w.MaximumAbsolute(), double.IsFinite(limit) ? 0.999 * limit : 4 * deviation, limit);
    }

    [Theory]
    [InlineData(new[] { 5, 7 }, 7, 5)]
    [InlineData(new[] { 16, 3, 5, 5 }, 75, 400)]
    [InlineData(new[] { 4, 2, 3 }, 6, 12)]
    public void FansCountTheKernel(int[] sizes, int fanIn, int fanOut) => Assert.Equal((fanIn, fanOut), Initializer.Fans(Shape.Create(sizes)));

    [Theory]
    [InlineData(new[] { 4, 4 }, 1)]
    [InlineData(new[] { 3, 7 }, 1)]
    [InlineData(new[] { 7, 3 }, 2)]
    [InlineData(new[] { 4, 3, 2, 2 }, 1.5)]
    public void OrthogonalRowsOrColumnsHaveTheGainAsLengthAndRightAngles(int[] sizes, double gain)
    {
        Matrix<double> w = Initializer.Orthogonal(gain).Create(Shape.Create(sizes), new Rng(1), DType.Float64).Reshape(sizes[0], -1).ToMatrix();
        Matrix<double> product = w.RowCount <= w.ColumnCount ? w * w.Transpose() : w.Transpose() * w;
        Matrix<double> expected = Matrix<double>.Build.DenseIdentity(product.RowCount) * gain * gain;
        Assert.True((product - expected).L2Norm() < 1e-12);
    }

    [Fact]
    public void OrthogonalMatricesAreNotBiasedToOneSide()
    {
        var rng = new Rng(1);
        double mean = Enumerable.Range(0, 400).Average(_ => Initializer.Orthogonal().Create([3, 3], rng, DType.Float64)[0, 0]);
        Assert.InRange(mean, -0.1, 0.1); // the deviation of a mean of 400 is 0.03; without the signs of R it would be −0.5
    }

    [Fact]
    public void ConstantsAreConstant()
    {
        Assert.Equal([0, 0], Initializer.Zeros.Create([2], new Rng(1)).ToArray());
        Assert.Equal([3, 3], Initializer.Constant(3).Create([2], new Rng(1), DType.Float64).ToArray());
        Assert.Equal([2, 0, 0, 0, 2, 0], Initializer.Identity(2).Create([2, 3], new Rng(1)).ToArray());
        Assert.Equal(DType.Float64, Initializer.HeNormal.Create([2, 2], new Rng(1), DType.Float64).DType);
    }

    public static TheoryData<string, Action> BadRequests => new()
    {
        { "(5) has no fan in and fan out", () => Initializer.HeNormal.Create([5], new Rng(1)) },
        { "() has no fan in", () => Initializer.Fans([]) },
        { "Initializer.Identity: (2, 2, 2) is no matrix", () => Initializer.Identity().Create([2, 2, 2], new Rng(1)) },
        { "Initializer.Orthogonal: () has", () => Initializer.Orthogonal().Create([], new Rng(1)) },
        { "Initializer.Orthogonal: (0, 3) has", () => Initializer.Orthogonal().Create([0, 3], new Rng(1)) },
        { "deviation -1", () => Initializer.Normal(-1).Create([2], new Rng(1)) },
        { "Rng.Uniform: 1 to -1", () => Initializer.Uniform(-1).Create([2], new Rng(1)) },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void BadRequestsAreRefused(string message, Action request) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(request).Message);
}
