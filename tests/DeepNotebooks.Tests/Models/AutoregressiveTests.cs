using DeepNotebooks.Layers;
using DeepNotebooks.Models;

namespace DeepNotebooks.Tests.Models;

public class AutoregressiveTests
{
    /// <summary>All black and white images of a size.</summary>
    private static Tensor All(int rows, int columns) => Tensor.From(
        [.. Enumerable.Range(0, 1 << (rows * columns)).SelectMany(n => Enumerable.Range(0, rows * columns).Select(i => (double)((n >> i) & 1)))],
        [1 << (rows * columns), 1, rows, columns], DType.Float64);

    private static PixelCNN Random(int seed)
    {
        var model = new PixelCNN(4, 2, new Rng(seed), dtype: DType.Float64);
        foreach (Tensor weight in model.Parameters)
            weight.Assign(new Rng(seed).Normal(weight.Shape, std: 0.5, dtype: DType.Float64));
        return model;
    }

    /// <summary>Which outputs depend on which inputs: |∂y/∂x| summed over models, since a ReLU may close a path of a single one.</summary>
    private static Tensor Footprint(Func<int, Func<Tensor, Tensor>> model, Shape shape) => Enumerable.Range(1, 8)
        .Select(seed => Derivatives.Jacobian(model(seed), new Rng(seed).Normal(shape, dtype: DType.Float64)).Abs())
        .Aggregate((sum, jacobian) => sum + jacobian);

    [Theory]
    [InlineData(3, 3)]
    [InlineData(2, 4)]
    [InlineData(1, 1)]
    public void TheLikelihoodsOfAllImagesSumToOne(int rows, int columns) =>
        Assert.Equal(1, Random(rows).LogLikelihood(All(rows, columns)).Exp().Sum().Item(), 1e-12);

    [Fact]
    public void SamplesComeAsOftenAsTheirLikelihoodSays()
    {
        PixelCNN model = Random(5);
        const int Count = 20_000;
        double[] p = model.LogLikelihood(All(2, 2)).Exp().ToArray(), counts = new double[16];
        double[] samples = model.Sample(Count, 2, new Rng(6)).ToArray();
        foreach (double[] image in samples.Chunk(4))
            counts[(int)(image[0] + (2 * image[1]) + (4 * image[2]) + (8 * image[3]))]++;
        double chiSquared = p.Zip(counts, (q, n) => (n - (Count * q)) * (n - (Count * q)) / (Count * q)).Sum();
        Assert.True(chiSquared < 45, $"χ² = {chiSquared} at 15 degrees of freedom");
    }

    [Fact]
    public void PixelsSeeOnlyWhatComesBefore()
    {
        Tensor jacobian = Footprint(seed => Random(seed).Forward, [1, 1, 4, 5]);
        for (int i = 0; i < 20; i++)
        {
            for (int j = i; j < 20; j++)
                Assert.Equal(0, jacobian[i, j]);
            if (i % 5 > 0)
                Assert.NotEqual(0, jacobian[i, i - 1]);
            if (i >= 5)
                Assert.NotEqual(0, jacobian[i, i - 5]);
        }
    }

    [Theory]
    [InlineData(2, 8, 1, 2, 4)]
    [InlineData(3, 9, 1, 3)]
    [InlineData(2, 7, 1, 2, 1, 2)]
    public void AnOutputSeesItsReceptiveFieldAndNothingElse(int kernel, int field, params int[] dilations)
    {
        var model = new WaveNet(1, 3, 1, dilations, new Rng(1), kernel, DType.Float64);
        Assert.Equal(field, model.ReceptiveField);
        Tensor jacobian = Footprint(seed => new WaveNet(1, 3, 1, dilations, new Rng(seed), kernel, DType.Float64).Forward, [1, 1, 12]);
        for (int t = 0; t < 12; t++)
        {
            for (int s = 0; s < 12; s++)
                Assert.Equal(s <= t && s > t - field, jacobian[t, s] != 0);
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(5, false)]
    public void RowsThatOnlyLookAheadAreLeftOutAndChangeNothing(int kernel, bool itself)
    {
        var rng = new Rng(3);
        var layer = new MaskedConv2d(3, 4, kernel, itself, rng);
        Tensor x = rng.Normal([2, 3, 7, 6]).WithGrad(), mask = Tensor.Range(kernel * kernel) < (kernel * kernel / 2) + (itself ? 1 : 0);
        (double[] Y, double[] Slopes, double[] OfImages) Passes(Func<Tensor> forward)
        {
            (x.Grad, layer.Weight.Grad) = (null, null);
            Tensor y = forward();
            y.Square().Sum().Backward();
            return (y.ToArray(), layer.Weight.Grad!.ToArray(), x.Grad!.ToArray());
        }
        Assert.Equivalent(
            Passes(() => x.Convolve(layer.Weight * mask.Reshape(kernel, kernel), padding: Padding.Same, bias: layer.Bias)),
            Passes(() => layer.Forward(x)), strict: true);
    }

    [Fact]
    public void KernelsNeedAMiddle() =>
        Assert.Throws<ArgumentException>(() => new MaskedConv2d(1, 1, 4, itself: true, new Rng(1)));
}
