using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Models;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;

namespace DeepNotebooks.Tests.Models;

public class VariationalAutoencoderTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.5, 0.3)]
    [InlineData(-0.7, 2)]
    public void DivergenceIsTheIntegral(double mean, double std)
    {
        double expected = DoubleExponentialTransformation.Integrate(
            z => Normal.PDF(mean, std, z) * (Normal.PDFLn(mean, std, z) - Normal.PDFLn(0, 1, z)), mean - (12 * std), mean + (12 * std), 1e-10);
        Tensor Row(double number) => Tensor.From(new double[,] { { number } }, DType.Float64);
        Assert.Equal(expected, VariationalAutoencoder.Divergence(Row(mean), Row(2 * Math.Log(std))).Item(), 1e-8);
    }

    [Fact]
    public void TheLossBoundsTheLikelihoodOfEveryImage()
    {
        var model = new VariationalAutoencoder(
            new Linear(3, 2, new Rng(1), dtype: DType.Float64),
            new Linear(1, 3, new Rng(2), Initializer.Normal(2), dtype: DType.Float64), new Rng(3));
        double total = 0;
        for (int image = 0; image < 8; image++)
        {
            Tensor x = Tensor.From([image & 1, (image >> 1) & 1, image >> 2], [1, 3], DType.Float64);
            double p = DoubleExponentialTransformation.Integrate(z =>
            {
                Tensor logits = model.Decoder.Predict(Tensor.From([z], [1, 1], DType.Float64));
                return Normal.PDF(0, 1, z) * Math.Exp(-Loss.BinaryCrossEntropyWithLogits(logits, x, Reduce.Sum).Item());
            }, -12, 12, 1e-9);
            Tensor copies = x.Rows(new int[4000]);
            double bound = -model.Loss(model.Forward(copies), copies).Item(); // over 4,000 draws of the code
            Assert.True(bound < Math.Log(p), $"ELBO {bound} above ln p(x) = {Math.Log(p)}");
            total += p;
        }
        Assert.Equal(1, total, 1e-6);
    }

    [Fact]
    public void CodesAreDrawnInTrainingOnly()
    {
        var encoder = new Linear(1, 2, new Rng(1), Initializer.Zeros);
        encoder.Bias!.Assign(Tensor.From([3, 2 * Math.Log(0.5)]));
        var model = new VariationalAutoencoder(encoder, new Sequential(), new Rng(1)); // puts its code out
        Tensor x = Tensor.Zeros([20_000, 1]), drawn = model.Forward(x);
        Assert.Equal(3, drawn.Mean().Item(), 0.02);
        Assert.Equal(0.25, drawn.Variance().Item(), 0.01);
        Assert.Equal(0, model.Predict(x).Variance().Item());
    }

    [Fact]
    public void BadUseIsRefused()
    {
        var model = new VariationalAutoencoder(new Linear(2, 3, new Rng(1)), new Linear(1, 2, new Rng(1)), new Rng(1));
        Assert.Throws<ArgumentException>(() => model.Forward(Tensor.Zeros([1, 2])));
        Assert.Throws<InvalidOperationException>(() => model.Loss(Tensor.Zeros([1, 2]), Tensor.Zeros([1, 2])));
    }
}
