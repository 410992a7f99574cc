using DeepNotebooks.Data;
using DeepNotebooks.Distributed;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Distributed;

public class DataParallelTests
{
    private static readonly Dataset s_data = Generate.Moons(90, new Rng(1)); // batches of 32, 32 and 26 examples

    private static Sequential Net(int seed)
    {
        var rng = new Rng(seed);
        return new Sequential(new Linear(2, 16, rng), new DeepNotebooks.Layers.Tanh(), new Linear(16, 2, rng));
    }

    private static double[] Weights(Layer model) => [.. model.Parameters.SelectMany(p => p.ToArray())];

    private static Layer Train(int seed, (int, int) part, params Callback[] callbacks)
    {
        Sequential net = Net(seed);
        new Trainer(net, Loss.CrossEntropy, new SGD(net.Parameters, 0.1, momentum: 0.9), callbacks)
            .Fit(new DataLoader(s_data, 32, new Rng(5)) { Part = part }, epochs: 4);
        return net;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void WorkersMakeTheStepsOfTheWholeBatchAlthoughTheyStartApart(int workers)
    {
        Layer[] copies = Ring.Run(workers, ring =>
            Train(seed: 7 + ring.Rank, (ring.Rank, ring.Count), new AverageGradients(ring)));
        Oracle.AssertClose(Weights(Train(seed: 7, (0, 1))), Weights(copies[0]), 1e-5);
        Assert.All(copies, copy => Assert.Equal(Weights(copies[0]), Weights(copy)));
    }

    [Fact]
    public void PartsOfABatchAreTheBatch()
    {
        var whole = new DataLoader(s_data, 32, new Rng(5)).ToArray();
        var parts = Enumerable.Range(0, 3).Select(i => new DataLoader(s_data, 32, new Rng(5)) { Part = (i, 3) }.ToArray()).ToArray();
        for (int batch = 0; batch < whole.Length; batch++)
        {
            Assert.Equal(whole[batch].Inputs.ToArray(), parts.SelectMany(p => p[batch].Inputs.ToArray()));
            Assert.Equal(whole[batch].Targets.ToArray(), parts.SelectMany(p => p[batch].Targets.ToArray()));
        }
        Assert.Contains("Take fewer parts", Assert.Throws<ArgumentOutOfRangeException>(() => s_data.Part(0, 91)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_data.Part(3, 3));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(3, 7)]
    [InlineData(3, 30)]
    public void APipelineGivesLossAndGradientsOfTheWholeBatch(int stages, int microBatches)
    {
        Sequential net = Net(3), same = Net(3);
        Dataset batch = s_data.Part(0, 3);
        Tensor loss = Loss.CrossEntropy(same.Forward(batch.Inputs), batch.Targets);
        loss.Backward();
        Layer[] cut = stages switch { 1 => [net], 2 => [net[0], new Sequential(net[1], net[2])], _ => [net[0], net[1], net[2]] };
        double mean = new Pipeline(cut).Backward(batch, microBatches, Loss.CrossEntropy);
        Assert.Equal(loss.Item(), mean, 1e-6);
        Oracle.AssertClose(same.Parameters.SelectMany(p => p.Grad!.ToArray()).ToArray(),
            net.Parameters.SelectMany(p => p.Grad!.ToArray()).ToArray(), 1e-6);
    }

    [Fact]
    public void APipelineWhoseStageFailsEndsWithItsError()
    {
        var pipeline = new Pipeline(new Linear(2, 3, new Rng(1)), new Linear(4, 2, new Rng(2)));
        Assert.Contains("Linear", Assert.Throws<ArgumentException>(() => pipeline.Backward(s_data, 3, Loss.CrossEntropy)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Backward(s_data, 91, Loss.CrossEntropy));
    }
}
