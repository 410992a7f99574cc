using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Training;

public class EarlyStoppingTests
{
    private static readonly Dataset One = new(Tensor.Ones([1, 1]), Tensor.Ones([1]));

    /// <summary>The weight counts the epochs; the validation loss follows a script.</summary>
    private static (TrainingRun Run, double Weight, EarlyStopping Stopping) Fit(double[] losses, int patience, bool validation = true)
    {
        var model = new Linear(1, 1, new Rng(1), Initializer.Zeros, bias: false);
        int calls = 0;
        var stopping = new EarlyStopping(patience);
        // One pass in training and one in validation per epoch; the gradient is always −1, so each epoch adds 1 to the weight.
        Tensor Scripted(Tensor prediction, Tensor _)
        {
            int epoch = validation ? calls++ / 2 : calls++;
            return prediction.Sum() - prediction.Detach().Sum() - (2 * (prediction.Sum() - prediction.Detach().Sum())) + losses[epoch];
        }
        TrainingRun run = new Trainer(model, Scripted, new SGD(model.Parameters, 1), stopping)
            .Fit(new DataLoader(One), losses.Length, validation ? One : null);
        return (run, model.Weight.Item(), stopping);
    }

    [Theory]
    [InlineData(new double[] { 5, 4, 3, 4, 5, 6, 7 }, 2, 5, 3)]   // two epochs without improvement
    [InlineData(new double[] { 5, 4, 4, 3, 4, 2, 9 }, 2, 7, 6)]   // always improves in time; ends by itself
    [InlineData(new double[] { 5, 5, 5, 5 }, 1, 2, 1)]            // as good is not better
    [InlineData(new double[] { 3, 2, 1 }, 1, 3, 3)]
    [InlineData(new double[] { 1, double.NaN, double.NaN, 0 }, 2, 3, 1)]
    public void StopsAfterItsPatienceAndPutsTheBestWeightsBack(double[] losses, int patience, int epochs, int best)
    {
        (TrainingRun run, double weight, EarlyStopping stopping) = Fit(losses, patience);
        Assert.Equal((epochs, best, best), (run.Epoch, stopping.BestEpoch, weight));
        (run, weight, stopping) = Fit(losses, patience, validation: false); // then the training loss decides
        Assert.Equal((epochs, best, best), (run.Epoch, stopping.BestEpoch, weight));
    }

    [Fact]
    public void WithoutAnyFiniteLossItStopsAndLeavesTheWeights()
    {
        (TrainingRun run, double weight, EarlyStopping stopping) = Fit([double.NaN, double.NaN, double.NaN], 2);
        Assert.Equal((2, 0, 2), (run.Epoch, stopping.BestEpoch, weight));
    }

    [Fact]
    public void PutsRunningAveragesBackToo()
    {
        var norm = new BatchNorm1d(1);
        var means = new List<double>();
        int epoch = 0;
        Tensor Scripted(Tensor y, Tensor _)
        {
            means.Add(norm.RunningMean.Item());
            return y.Sum() + new double[] { 5, 1, 7, 8 }[epoch++];
        }
        var data = new Dataset(Tensor.From([10.0, 30], [2, 1]), Tensor.Ones([2]));
        TrainingRun run = new Trainer(norm, Scripted, new SGD(norm.Parameters, 1e-6), new EarlyStopping(2)).Fit(new DataLoader(data), epochs: 4);
        Assert.Equal(4, run.Epoch);
        Assert.Equal(means[1], norm.RunningMean.Item());
        Assert.NotEqual(means[3], norm.RunningMean.Item());
    }

    [Fact]
    public void RefusesAPatienceBelowOne() =>
        Assert.Contains("patience must be at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(0)).Message);
}
