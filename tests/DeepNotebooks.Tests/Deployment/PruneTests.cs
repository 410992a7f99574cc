using DeepNotebooks.Data;
using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Deployment;

public class PruneTests
{
    [Fact]
    public void TheSmallestWeightsOfAllLayersBecomeZeroAndStaySoInTraining()
    {
        var rng = new Rng(1);
        var model = new Sequential(new Linear(2, 30, rng), new DeepNotebooks.Layers.Tanh(), new Linear(30, 2, rng));
        double[] before = [.. model.Parameters.Where(p => p.Rank == 2).SelectMany(p => p.ToArray())];
        PruningMask mask = Prune.ByMagnitude(model, 0.75);
        double[] after = [.. model.Parameters.Where(p => p.Rank == 2).SelectMany(p => p.ToArray())];
        double limit = before.Select(Math.Abs).Order().ElementAt(90);
        Assert.Equal(before.Select(w => Math.Abs(w) >= limit ? w : 0), after);
        Assert.Equal(0.75, mask.Sparsity);
        new Trainer(model, Loss.CrossEntropy, new Adam(model.Parameters), mask).Fit(new DataLoader(Generate.Moons(64, rng), 16, rng), epochs: 2);
        double[] trained = [.. model.Parameters.Where(p => p.Rank == 2).SelectMany(p => p.ToArray())];
        Assert.Equal(90, trained.Zip(after).Count(pair => pair is (0, 0)));
    }

    [Fact]
    public void UnitsThatDoNothingAreRemovedWithoutATrace()
    {
        var rng = new Rng(2);
        var model = new Sequential(
            new Conv2d(1, 4, 3, rng, padding: 1), new BatchNorm2d(4), new DeepNotebooks.Layers.ReLU(), new MaxPool2d(2), new Conv2d(4, 6, 3, rng),
            new DeepNotebooks.Layers.ReLU(), new Flatten(), new Linear(24, 8, rng, bias: false), new BatchNorm1d(8), new DeepNotebooks.Layers.Tanh(), new Linear(8, 3, rng));
        for (int i = 0; i < 3; i++)
            model.Forward(rng.Normal([8, 1, 8, 8])); // running averages that differ
        Silence(0, 1, 3);
        Silence(4, 0, 2, 5);
        Silence(7, 1, 3, 4, 6);
        Sequential smaller = Prune.Units(model, 0.5);
        Assert.Equal([[2, 1, 3, 3], [3, 2, 3, 3], [4, 12], [3, 4]], smaller.Parameters.Where(p => p.Rank >= 2).Select(p => p.Shape.ToArray()));
        Tensor x = rng.Normal([5, 1, 8, 8]);
        Assert.True((model.Predict(x) - smaller.Predict(x)).Abs().Max().Item() < 1e-5);

        void Silence(int layer, params int[] units)
        {
            foreach (Tensor parameter in model[layer].Parameters.Concat(model[layer + 1].Parameters))
            {
                foreach (int unit in units)
                    parameter.Detach().Slice(0, unit, 1).Fill(0);
            }
        }
    }

    [Fact]
    public void AtLeastOneUnitStaysAndTheOutputsAll()
    {
        var model = new Sequential(new Linear(3, 4, new Rng(1)), new Linear(4, 5, new Rng(2)));
        Assert.Equal([1, 5], Prune.Units(model, 0.99).Parameters.Where(p => p.Rank == 2).Select(p => p.Shape[0]));
    }

    [Fact]
    public void ErrorsNameTheRemedy()
    {
        var rng = new Rng(1);
        var residual = new Sequential(new Linear(3, 4, rng), new Residual(new Linear(4, 4, rng)), new Linear(4, 2, rng));
        Assert.Contains("Residual", Assert.Throws<ArgumentException>(() => Prune.Units(residual, 0.5)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Prune.ByMagnitude(residual, 1));
    }
}
