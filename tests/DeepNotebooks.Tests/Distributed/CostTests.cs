using DeepNotebooks.Distributed;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;

namespace DeepNotebooks.Tests.Distributed;

public class CostTests
{
    [Fact]
    public void ADenseNetworkCostsItsWeightsAndActivations()
    {
        var rng = new Rng(1);
        Cost cost = Cost.Of(new Sequential(new Linear(20, 30, rng), new DeepNotebooks.Layers.Tanh(), new Linear(30, 5, rng)), 20);
        Assert.Equal(new Cost(4 * (630 + 155), 4 * (20 + 30), 600 + 150), cost); // input, and tanh's output once for both its readers
        Assert.Equal((4 * 4 * 785) + (64 * 4 * 50), cost.TrainingBytes(64));
        Assert.Equal(3.0 * 750 * 1e6 / 1e9, cost.TrainingTime(1_000_000, 1e9).TotalSeconds, 1e-6);
    }

    [Fact]
    public void ConvolutionsAttentionAndRecurrenceAreCounted()
    {
        var rng = new Rng(1);
        Assert.Equal(9 * 3 * 8 * 12 * 12, Cost.Of(new Conv2d(3, 8, 3, rng, padding: 1), 3, 12, 12).Multiplications);
        Assert.Equal(3 * 8 * 4 * 5 * 5, Cost.Of(new ConvTranspose2d(3, 8, 2, rng, stride: 2), 3, 5, 5).Multiplications);
        Assert.Equal(7 * 4 * 6 * (5 + 6), Cost.Of(new LSTM(5, 6, rng), 7, 5).Multiplications);
        // Four projections, the products of queries and keys, and of weights and values.
        Assert.Equal((4 * 10 * 16 * 16) + (2 * 10 * 10 * 16), Cost.Of(new MultiHeadAttention(16, 2, rng), 10, 16).Multiplications);
    }

    [Fact]
    public void TheModelIsAsBefore()
    {
        var norm = new BatchNorm1d(4);
        Cost.Of(norm, 4);
        Assert.Equal([0.0, 0, 0, 0], norm.RunningMean.ToArray());
        Assert.Equal([1.0, 1, 1, 1], norm.RunningVariance.ToArray());
    }

    [Fact]
    public void TheTapeOfALargeBatchIsAsEstimated()
    {
        var rng = new Rng(1);
        var net = new Sequential(new Linear(20, 30, rng), new BatchNorm1d(30), new DeepNotebooks.Layers.ReLU(), new Linear(30, 5, rng));
        long estimated = 500 * Cost.Of(net, 20).ActivationBytes;
        long measured = Tape.Of(Loss.CrossEntropy(net.Forward(rng.Normal([500, 20])), Tensor.Zeros([500]))).Bytes;
        Assert.InRange((double)measured / estimated, 0.95, 1.15);
    }
}
