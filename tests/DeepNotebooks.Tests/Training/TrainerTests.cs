using DeepNotebooks.Data;
using DeepNotebooks.Kernels;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Training;

[Collection(nameof(Kernels.ThreadLimit))]
public class TrainerTests
{
    private static readonly Dataset Line = new(Tensor.Range(10).Reshape(10, 1) * 0.1, Tensor.Range(10).Reshape(10, 1) * 0.3);

    private sealed class Recorder(List<string> calls, string name = "") : Callback
    {
        public Action<TrainingRun> AtBatch { get; init; } = _ => { };

        public Action<TrainingRun> AtEpoch { get; init; } = _ => { };

        public override void OnStart(TrainingRun run) => calls.Add($"start{name}");

        public override void OnGradients(TrainingRun run)
        {
            Assert.All(run.Model.Parameters, p => Assert.NotNull(p.Grad));
            calls.Add($"gradients{name}");
        }

        public override void OnBatch(TrainingRun run)
        {
            calls.Add($"batch{name}");
            AtBatch(run);
        }

        public override void OnEpoch(TrainingRun run)
        {
            calls.Add($"epoch{name}");
            AtEpoch(run);
        }

        public override void OnEnd(TrainingRun run) => calls.Add($"end{name}");
    }

    private static (Linear Model, SGD Optimizer) Slope(double learningRate = 0.1)
    {
        var model = new Linear(1, 1, new Rng(1), Initializer.Zeros);
        return (model, new SGD(model.Parameters, learningRate));
    }

    [Fact]
    public void CallsItsCallbacksInOrder()
    {
        var calls = new List<string>();
        (Linear model, SGD optimizer) = Slope();
        new Trainer(model, Loss.MeanSquaredError, optimizer, new Recorder(calls, " 1"), new Recorder(calls, " 2")).Fit(new DataLoader(Line, 5), epochs: 2);
        string[] batch = ["gradients 1", "gradients 2", "batch 1", "batch 2"], epoch = [.. batch, .. batch, "epoch 1", "epoch 2"];
        Assert.Equal(["start 1", "start 2", .. epoch, .. epoch, "end 1", "end 2"], calls);
    }

    [Fact]
    public void MakesOneUpdateForEachBatchAndRecordsItsLoss()
    {
        (Linear model, SGD optimizer) = Slope();
        TrainingRun run = new Trainer(model, Loss.MeanSquaredError, optimizer).Fit(new DataLoader(Line, 4), epochs: 3, Line);
        Assert.Equal((9, 9, 3, 3, 3, 3), (optimizer.Steps, run.BatchLoss.Count, run.Epoch, run.Epochs, run.Loss.Count, run.ValidationLoss.Count));
        Assert.Equal(((4 * run.BatchLoss[0]) + (4 * run.BatchLoss[1]) + (2 * run.BatchLoss[2])) / 10, run.Loss[0], 1e-12);
        Assert.Equal(Loss.MeanSquaredError(model.Forward(Line.Inputs), Line.Targets).Item(), run.ValidationLoss[^1], 1e-12);
        Assert.Equal((model, optimizer), (run.Model, run.Optimizer));
        Assert.Empty(new Trainer(model, Loss.MeanSquaredError, optimizer).Fit(new DataLoader(Line), epochs: 1).ValidationLoss);
    }

    [Fact]
    public void AStepIsTheOneByHand()
    {
        (Linear model, SGD optimizer) = Slope(0.5);
        new Trainer(model, Loss.MeanSquaredError, optimizer).Fit(new DataLoader(Line, 10), epochs: 1);
        double[] x = Line.Inputs.ToArray(), y = Line.Targets.ToArray();
        Assert.Equal(0.5 * 2 * x.Zip(y, (a, b) => a * b).Average(), model.Weight.Item(), 1e-6); // −η ∂/∂w mean (w x − y)² at w = 0
        Assert.Equal(0.5 * 2 * y.Average(), model.Bias!.Item(), 1e-6);
    }

    [Fact]
    public void EvaluatesValidationDataInEvaluationAndGoesOnInTraining()
    {
        var calls = new List<string>();
        var model = new Sequential(new Linear(1, 8, new Rng(1)), new Dropout(0.5, new Rng(2)), new Linear(8, 1, new Rng(3)));
        var recorder = new Recorder(calls) { AtBatch = run => Assert.True(run.Model.Training), AtEpoch = run => Assert.True(run.Model.Training) };
        model.Eval();
        TrainingRun run = new Trainer(model, Loss.MeanSquaredError, new SGD(model.Parameters), recorder).Fit(new DataLoader(Line), epochs: 2, Line);
        Assert.Equal(Loss.MeanSquaredError(model.Predict(Line.Inputs), Line.Targets).Item(), run.ValidationLoss[^1]);
    }

    [Fact]
    public void StopsWhenACallbackAsks()
    {
        var calls = new List<string>();
        (Linear model, SGD optimizer) = Slope();
        TrainingRun run = new Trainer(model, Loss.MeanSquaredError, optimizer, new Recorder(calls) { AtEpoch = r => r.Stop = r.Epoch == 3 })
            .Fit(new DataLoader(Line), epochs: 100);
        Assert.Equal(3, run.Epoch);
        Assert.Equal("end", calls[^1]);
    }

    [Fact]
    public void CancellationEndsBetweenTwoBatchesWithTheModelWhole()
    {
        var calls = new List<string>();
        (Linear model, SGD optimizer) = Slope();
        using var source = new CancellationTokenSource();
        var recorder = new Recorder(calls) { AtBatch = run => { if (run.BatchLoss.Count == 3) { source.Cancel(); } } };
        Assert.Throws<OperationCanceledException>(
            () => new Trainer(model, Loss.MeanSquaredError, optimizer, recorder).Fit(new DataLoader(Line, 5), epochs: 10, cancellation: source.Token));
        Assert.Equal("end", calls[^1]);
        Assert.Equal(3, optimizer.Steps);

        (Linear other, SGD same) = Slope();
        new Trainer(other, Loss.MeanSquaredError, same, new Recorder([]) { AtBatch = run => run.Stop = run.BatchLoss.Count == 3 })
            .Fit(new DataLoader(new Dataset(Tensor.Concat([Line.Inputs, Line.Inputs[..5]]), Tensor.Concat([Line.Targets, Line.Targets[..5]])), 5), epochs: 1);
        Assert.Equal(other.Weight.ToArray(), model.Weight.ToArray());
    }

    [Fact]
    public void AFailureStillEndsTheRunForTheCallbacks()
    {
        var calls = new List<string>();
        (Linear model, SGD optimizer) = Slope();
        var trainer = new Trainer(model, Loss.CrossEntropy, optimizer, new Recorder(calls));
        Assert.Throws<ArgumentException>(() => trainer.Fit(new DataLoader(Line), epochs: 1)); // targets [10, 1] are no labels
        Assert.Equal(["start", "end"], calls);
        Assert.Equal(0, model.Weight.Item());
    }

    [Fact]
    public void RefusesRunsOfNothing()
    {
        (Linear model, SGD optimizer) = Slope();
        var trainer = new Trainer(model, Loss.MeanSquaredError, optimizer);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(new DataLoader(Line), epochs: 0));
        Assert.Contains("10 examples in batches of 32", Assert.Throws<ArgumentException>(() => trainer.Fit(new DataLoader(Line, dropLast: true), 1)).Message);
    }

    [Fact]
    public void ARunGivesTheSameBitsAgainAndWithAnyNumberOfThreads()
    {
        int before = Threads.Limit;
        try
        {
            Threads.Limit = 1;
            double[] alone = Train();
            Assert.Equal(alone, Train());
            Threads.Limit = 4;
            Assert.Equal(alone, Train());
        }
        finally
        {
            Threads.Limit = before;
        }

        static double[] Train()
        {
            var rng = new Rng(7);
            var model = new Sequential(
                new Linear(2, 200, rng), new BatchNorm1d(200), new DeepNotebooks.Layers.Tanh(), new Dropout(0.2, rng),
                new Linear(200, 200, rng), new DeepNotebooks.Layers.ReLU(), new Linear(200, 3, rng)); // products large enough for several threads
            TrainingRun run = new Trainer(model, Loss.CrossEntropy, new Adam(model.Parameters, 0.01), new ClipByNorm(1))
                .Fit(new DataLoader(Generate.Blobs(600, rng), 300, rng), epochs: 2, Generate.Blobs(100, rng));
            return [.. run.BatchLoss, .. run.ValidationLoss, .. model.Parameters.SelectMany(p => p.ToArray())];
        }
    }

    [Theory]
    [InlineData(typeof(ClipByNorm))]
    [InlineData(typeof(ClipByValue))]
    [InlineData(typeof(NormalizeGradient))]
    public void ClippingIsRefusedWhereTheOptimizerComputesItsGradientsAnew(Type clipping)
    {
        var model = new Linear(1, 1, new Rng(1), dtype: DType.Float32);
        double before = model.Weight.Item();
        var callback = (Callback)Activator.CreateInstance(clipping, 1.0)!;
        var trainer = new Trainer(model, Loss.MeanSquaredError, new LBFGS(model.Parameters), callback);
        var error = Assert.Throws<InvalidOperationException>(() => trainer.Fit(new DataLoader(Line, 5), epochs: 1));
        Assert.Contains($"LBFGS computes its gradients itself, so {clipping.Name} would change nothing", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Weight.Item());
    }
}
