using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Monitoring;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Monitoring;

public class HistogramsTests
{
    private static readonly Dataset Moons = Generate.Moons(50, new Rng(1));

    [Fact]
    public void HistogramsAreKeptOfWeightsGradientsAndActivations()
    {
        var model = new Sequential(new Linear(2, 8, new Rng(1)), new DeepNotebooks.Layers.Tanh(), new Linear(8, 2, new Rng(2)));
        var histograms = new Histograms(Moons.Inputs, bins: 10);
        new Trainer(model, Loss.CrossEntropy, new SGD(model.Parameters), histograms).Fit(new DataLoader(Moons, 25), 3);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], histograms.Weights.Keys);
        Assert.Equal(histograms.Weights.Keys, histograms.Gradients.Keys);
        Assert.Equal(["0 Linear", "1 Tanh", "2 Linear"], histograms.Activations.Keys);
        Assert.Equal(3, histograms.Activations["1 Tanh"].Count);
        Assert.Equal(400, histograms.Activations["1 Tanh"][0].Counts.Sum());
        Assert.InRange(histograms.Activations["1 Tanh"][0].High, 0, 1);
    }

    [Fact]
    public void AHistogramCountsEveryNumberOnce()
    {
        Histogram of = Histogram.Of(Tensor.From([0, 1, 1, 2, 4, double.NaN, double.PositiveInfinity]), 4);
        Assert.Equal([1, 2, 1, 1], of.Counts);
        Assert.Equal((0, 4, 1.6, 2), (of.Low, of.High, of.Mean, of.NotFinite));
        Assert.Equal(Math.Sqrt(1.84), of.Deviation, 1e-12);
        Assert.Equal([5, 0], Histogram.Of(Tensor.Full([5], 3), 2).Counts);
        Assert.Equal(0, Histogram.Of(Tensor.Zeros([0]), 2).Counts.Sum());
        Assert.Throws<ArgumentOutOfRangeException>(() => Histogram.Of(Tensor.Zeros([1]), 0));
    }
}
