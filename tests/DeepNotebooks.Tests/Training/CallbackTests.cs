using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Training;

public class CallbackTests
{
    private static readonly Dataset Moons = Generate.Moons(50, new Rng(1));

    private static Sequential Model(DType dtype = DType.Float32) =>
        new(new Linear(2, 8, new Rng(1), dtype: dtype), new DeepNotebooks.Layers.Tanh(), new Linear(8, 2, new Rng(2), dtype: dtype));

    [Fact]
    public void AccumulatedBatchesGiveTheStepOfTheLargeBatch()
    {
        var data = new Dataset(Moons.Inputs.To(DType.Float64), Moons.Targets.To(DType.Float64));
        Sequential large = Model(DType.Float64), small = Model(DType.Float64);
        TrainingRun a = new Trainer(large, Loss.CrossEntropy, new Adam(large.Parameters)).Fit(new DataLoader(data, 20), 3);
        TrainingRun b = new Trainer(small, Loss.CrossEntropy, new Adam(small.Parameters)) { Accumulate = 4 }
            .Fit(new DataLoader(data, 5), 3);
        Assert.Equal(a.BatchLoss.Count, b.BatchLoss.Count);
        Assert.All(a.BatchLoss.Zip(b.BatchLoss), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(large.Parameters.Zip(small.Parameters), pair => Assert.Equal(0, (pair.First - pair.Second).Abs().Max().Item(), 1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(small, Loss.CrossEntropy, new SGD([small.Parameters[0]])) { Accumulate = 0 });
    }

    [Fact]
    public void EvaluationInBatchesIsTheMeanOverAll()
    {
        Sequential model = Model();
        var trainer = new Trainer(model, Loss.CrossEntropy, new SGD(model.Parameters));
        Assert.Equal(trainer.Evaluate(Moons), trainer.Evaluate(Moons, 7), 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Evaluate(Moons, 0));
    }

    [Fact]
    public void TheTrainerServesMethodsThatNeedTheLoss()
    {
        var data = new Dataset(Moons.Inputs.To(DType.Float64), Moons.Targets.To(DType.Float64));
        foreach (int accumulate in new[] { 1, 5 })
        {
            Sequential model = Model(DType.Float64);
            TrainingRun run = new Trainer(model, Loss.CrossEntropy, new LBFGS(model.Parameters)) { Accumulate = accumulate }
                .Fit(new DataLoader(data, 50 / accumulate), 5);
            Assert.True(run.Loss[^1] < 0.1);
        }
    }

    [Fact]
    public void RatesFollowTheScheduleAndComeBack()
    {
        Sequential model = Model();
        var optimizer = new SGD(model.Parameters, 0.2);
        RateSchedule byEpoch = new(Schedule.Steps(1, 0.5)), byBatch = new(Schedule.Steps(1, 0.5), everyBatch: true);
        var history = new History(everyBatch: true) { { "rate", run => run.Optimizer.LearningRate } };
        foreach ((RateSchedule schedule, double[] rates) in new[] { (byEpoch, new[] { 0.2, 0.1 }), (byBatch, [0.2, 0.1, 0.05, 0.025]) })
        {
            new Trainer(model, Loss.CrossEntropy, optimizer, schedule, history).Fit(new DataLoader(Moons, 25), 2);
            Assert.Equal(rates, schedule.Rates);
            Assert.Equal(0.2, optimizer.LearningRate);
        }
        Assert.Equal(byBatch.Rates, history["rate"]);
    }

    [Fact]
    public void APlateauLowersTheRateToItsMinimum()
    {
        Sequential model = Model();
        var optimizer = new SGD(model.Parameters, 0);
        var rates = new History { { "rate", run => run.Optimizer.LearningRate } };
        new Trainer(model, (p, t) => Loss.CrossEntropy(p, t) * 0, optimizer, new SetRate(1), new ReduceOnPlateau(0.5, 1, 0.3), rates)
            .Fit(new DataLoader(Moons, 50), 7);
        Assert.Equal([1, 1, 0.5, 0.5, 0.3, 0.3, 0.3], rates["rate"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(0.1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceOnPlateau(0.1, 1, double.NaN));
    }

    private sealed class SetRate(double rate) : Callback
    {
        public override void OnStart(TrainingRun run) => run.Optimizer.LearningRate = rate;
    }

    [Fact]
    public void HistoryMeasuresEveryEpochOrEveryBatch()
    {
        Sequential model = Model();
        History epochs = new() { { "epoch", run => run.Epoch } }, batches = new(everyBatch: true)
        {
            { "norm", run => GradientNorm.Total(run.Optimizer.Parameters) },
            { "one", _ => 1 },
        };
        var trainer = new Trainer(model, Loss.CrossEntropy, new SGD(model.Parameters), epochs, batches);
        trainer.Fit(new DataLoader(Moons, 10), 3);
        trainer.Fit(new DataLoader(Moons, 10), 2);
        Assert.Equal([1, 2], epochs["epoch"]);
        Assert.Equal(10, batches["norm"].Count);
        Assert.All(batches["norm"], norm => Assert.True(norm > 0));
        Assert.Equal(["norm", "one"], batches.Select(figure => figure.Key));
        Assert.Throws<KeyNotFoundException>(() => batches["two"]);
        Assert.Throws<ArgumentException>(() => batches.Add("one", _ => 2));
    }

    [Fact]
    public void TheRangeTestFindsTheUsefulRatesAndLeavesEverythingAsItWas()
    {
        Sequential model = Model();
        var optimizer = new SGD(model.Parameters, 0.123, 0.9);
        double[] before = [.. model.Parameters.SelectMany(p => p.ToArray())];
        RangeTest test = RangeTest.Run(model, Loss.CrossEntropy, optimizer, new DataLoader(Moons, 10), 1e-5, 1e4, 80);
        Assert.True(test.Losses.Count < 80, "a rate of 10,000 must blow up");
        Assert.Equal(test.Rates.Count, test.Losses.Count);
        Assert.Equal(1e-5, test.Rates[0], 1e-12);
        Assert.InRange(test.Suggested, 1e-3, 10);
        Assert.Equal(before, model.Parameters.SelectMany(p => p.ToArray()));
        Assert.Equal((0.123, 0), (optimizer.LearningRate, optimizer.Steps));
        Assert.Equal(80, RangeTest.Run(model, Loss.CrossEntropy, optimizer, new DataLoader(Moons, 10), 1e-5, 1e-4, 80).Losses.Count);
        Assert.Throws<ArgumentException>(() => RangeTest.Run(model, Loss.CrossEntropy, optimizer, new DataLoader(Moons, 10), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => RangeTest.Run(model, Loss.CrossEntropy, optimizer, new DataLoader(Moons), 1, 2, 1));
    }

    [Fact]
    public void ACancelledRunLeavesTheModelBetweenTwoSteps()
    {
        Sequential model = Model(), same = Model();
        using var source = new CancellationTokenSource();
        var cancel = new CancelAt(source, 7);
        Assert.Throws<OperationCanceledException>(() => new Trainer(model, Loss.CrossEntropy, new SGD(model.Parameters, 0.1),
            new RateSchedule(Schedule.Constant), cancel).Fit(new DataLoader(Moons, 10), 5, null, source.Token));
        var stop = new CancelAt(null, 7) { Weights = same };
        new Trainer(same, Loss.CrossEntropy, new SGD(same.Parameters, 0.1), stop).Fit(new DataLoader(Moons, 10), 5);
        Assert.Equal(stop.Seen, model.Parameters.SelectMany(p => p.ToArray()));
    }

    private sealed class CancelAt(CancellationTokenSource? source, int step) : Callback
    {
        public Layer? Weights { get; init; }

        public double[] Seen { get; private set; } = [];

        public override void OnBatch(TrainingRun run)
        {
            if (run.BatchLoss.Count == step)
            {
                source?.Cancel();
                Seen = [.. Weights?.Parameters.SelectMany(p => p.ToArray()) ?? []];
            }
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        double[] Train()
        {
            var rng = new Rng(5);
            var model = new Sequential(new Linear(2, 64, rng), new Dropout(0.3, rng), new Linear(64, 2, rng));
            var optimizer = new AdaHessian(model.Parameters, rng.Split(), 0.01, weightDecay: 0.1);
            return [.. new Trainer(model, Loss.CrossEntropy, optimizer).Fit(new DataLoader(Moons, 10, rng), 3).BatchLoss,
                .. model.Parameters.SelectMany(p => p.ToArray())];
        }
        Assert.Equal(Train(), Train());
    }
}
