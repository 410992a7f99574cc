using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Metrics;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;
using DeepNotebooks.Tuning;

namespace DeepNotebooks.Tests.Tuning;

public class EnsembleTests
{
    /// <summary>A decision stump: the best split of one feature, with the mean target on either side.</summary>
    private static Func<Tensor, Tensor> Stump(Dataset train, Rng rng)
    {
        double[] y = train.Targets.ToArray();
        (double Error, int Feature, double At, double Low, double High) best = (double.PositiveInfinity, 0, 0, 0, 0);
        for (int feature = 0; feature < train.Inputs.Shape[1]; feature++)
        {
            double[] x = train.Inputs.Slice(1, feature, 1).ToArray();
            foreach (double at in x.Distinct().Order().SkipLast(1))
            {
                double low = y.Where((_, i) => x[i] <= at).Average(), high = y.Where((_, i) => x[i] > at).Average();
                double error = y.Select((v, i) => Math.Pow(v - (x[i] <= at ? low : high), 2)).Sum();
                if (error < best.Error)
                    best = (error, feature, at, low, high);
            }
        }
        return input => Tensor.From([.. input.Slice(1, best.Feature, 1).ToArray()
            .Select(v => v <= best.At ? best.Low : best.High)], [input.Shape[0], 1]);
    }

    /// <summary>The stump as a classifier: a logit whose sign decides.</summary>
    private static Func<Tensor, Tensor> Classifier(Dataset train, Rng rng)
    {
        Func<Tensor, Tensor> stump = Stump(train, rng);
        return input => stump(input) - 0.5;
    }

    private static double Error(Func<Tensor, Tensor> predictor, Dataset data) => (predictor(data.Inputs) - data.Targets).Square().Mean().Item();

    private static Dataset Wave(int seed) => Generate.Sine(120, new Rng(seed), noise: 0.3);

    [Fact]
    public void AveragingIsTheMean()
    {
        Ensemble ensemble = Ensemble.Averaging(x => x, x => x * 3);
        Assert.Equal([2, 4], ensemble.Predict(Tensor.From([1, 2])).ToArray());
        Assert.Equal(2, ensemble.Members.Count);
    }

    [Fact]
    public void BaggingErrsLessThanItsMembersDoInTheMean()
    {
        Dataset train = Wave(1), test = Wave(2);
        Ensemble bagged = Ensemble.Bagging(Stump, train, 25, new Rng(3));
        Assert.Equal(25, bagged.Members.Count);
        Assert.True(Error(bagged.Predict, test) < bagged.Members.Average(member => Error(member, test)));
        Assert.Equal(bagged.Predict(test.Inputs).ToArray(), Ensemble.Bagging(Stump, train, 25, new Rng(3)).Predict(test.Inputs).ToArray());
    }

    [Fact]
    public void GradientBoostingFitsWhatOneMemberCannot()
    {
        Dataset train = Wave(1), test = Wave(2);
        double one = Error(Stump(train, new Rng(1)), test);
        double boosted = Error(Ensemble.GradientBoosting(Stump, train, 40, new Rng(1)).Predict, test);
        Assert.True(boosted < 0.6 * one, $"{boosted} against {one}");
        Ensemble exact = Ensemble.GradientBoosting((data, _) => _ => data.Targets, train, 1, new Rng(1), rate: 1);
        Assert.Equal(0, Error(exact.Predict, train), 1e-10);
    }

    [Fact]
    public void AdaBoostClassifiesWhatOneMemberCannot()
    {
        Dataset train = Generate.Blobs(100, new Rng(1), classes: 4, std: 0.3);
        var diagonal = new Dataset(train.Inputs, Tensor.From(train.Inputs.ToArray().Chunk(2).Select(p => p[0] + p[1] > 0 ? 1 : 0)));
        double one = Metric.Accuracy(Classifier(diagonal, new Rng(1))(diagonal.Inputs), diagonal.Targets);
        Ensemble boosted = Ensemble.AdaBoost(Classifier, diagonal, 20, new Rng(1));
        double all = Metric.Accuracy(boosted.Predict(diagonal.Inputs), diagonal.Targets);
        Assert.True(all > one + 0.03 && all > 0.93, $"{all} against {one}");
        Assert.Equal([100, 2], boosted.Predict(diagonal.Inputs).Shape);
        Ensemble perfect = Ensemble.AdaBoost((data, _) => x => x.Slice(1, 0, 1), new Dataset(Tensor.From(new double[,] { { -1 }, { 1 } }), Tensor.From([0, 1])), 9, new Rng(1));
        Assert.Single(perfect.Members);
    }

    [Fact]
    public void StackingTrainsTheFinalLearnerOnOutputsForUnseenExamples()
    {
        Dataset data = new(Tensor.Range(20).Reshape(20, 1), Tensor.Range(20).Reshape(20, 1));
        // The first learner knows by heart and says −1 of what it has not seen; the second is right.
        Learner memory = (train, _) => x => Tensor.From([.. x.ToArray().Select(v => train.Inputs.ToArray().Contains(v) ? v : -1)], x.Shape);
        Dataset? seen = null;
        Ensemble stacked = Ensemble.Stacking([memory, (_, _) => x => x], (train, _) =>
        {
            seen = train;
            return x => x.Slice(1, 1, 1);
        }, data, new Rng(1), folds: 4);
        Assert.Equal([20, 2], seen!.Inputs.Shape);
        Assert.All(seen.Inputs.Slice(1, 0, 1).ToArray(), v => Assert.Equal(-1, v));
        Assert.Equal(seen.Targets.ToArray(), seen.Inputs.Slice(1, 1, 1).ToArray());
        Assert.Equal(data.Targets.ToArray(), stacked.Predict(data.Inputs).ToArray());
    }

    [Fact]
    public void SnapshotsPredictTogetherAndAverageWeights()
    {
        Dataset data = Wave(1);
        var model = new Linear(1, 1, new Rng(1));
        var snapshots = new Snapshots(every: 2);
        var weights = new List<double>();
        new Trainer(model, Loss.MeanSquaredError, new SGD(model.Parameters, 0.1), snapshots, new Watch(() => weights.Add(model.Weight.Item())))
            .Fit(new DataLoader(data), epochs: 5);
        Assert.Equal(2, snapshots.Count);
        Tensor together = snapshots.Predict(data.Inputs), each = (snapshots.Predict(data.Inputs, 0) + snapshots.Predict(data.Inputs, 1)) * 0.5;
        Assert.Equal(each.ToArray(), together.ToArray());
        Assert.Equal(weights[4], model.Weight.Item()); // as it was
        snapshots.AverageWeights();
        Assert.Equal((weights[1] + weights[3]) / 2, model.Weight.Item(), 1e-6);
        Assert.All(together.ToArray().Zip(model.Predict(data.Inputs).ToArray()), pair =>
            Assert.Equal(pair.First, pair.Second, 1e-5)); // linear
    }

    private sealed class Watch(Action action) : Callback
    {
        public override void OnEpoch(TrainingRun run) => action();
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Dataset data = Wave(1), classes = Generate.Xor(8, new Rng(1));
        var rng = new Rng(1);
        Action[] bad =
        [
            () => Ensemble.Averaging(), () => Ensemble.Bagging(Stump, data, 0, rng), () => Ensemble.GradientBoosting(Stump, data, 0, rng),
            () => Ensemble.GradientBoosting(Stump, data, 1, rng, rate: 0),
            () => Ensemble.GradientBoosting(Stump, data, 1, rng, rate: double.NaN),
            () => Ensemble.GradientBoosting(Stump, new Dataset(data.Inputs, data.Targets.Reshape(-1)), 1, rng),
            () => Ensemble.Averaging(x => x, x => x.Reshape(-1)).Predict(data.Inputs),
            () => Ensemble.AdaBoost(Classifier, data, 3, rng), () => Ensemble.AdaBoost(Classifier, classes, 0, rng),
            () => Ensemble.AdaBoost((_, _) => x => x.Slice(1, 0, 1) * 0, classes, 3, rng), () => Ensemble.Stacking([], Stump, data, rng),
            () => Ensemble.Stacking([Stump], Stump, data, rng, folds: 1), () => new Snapshots(0),
            () => new Snapshots(1).Predict(data.Inputs, 0),
        ];
        for (int i = 0; i < bad.Length; i++)
            Assert.True(Record.Exception(bad[i]) is ArgumentException { Message.Length: > 20 }, $"case {i}: {Record.Exception(bad[i])}");
        Assert.Throws<InvalidOperationException>(() => new Snapshots(1).Predict(data.Inputs));
        Assert.Throws<InvalidOperationException>(() => new Snapshots(1).AverageWeights());
    }
}
