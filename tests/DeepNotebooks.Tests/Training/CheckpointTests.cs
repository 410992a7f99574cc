using DeepNotebooks.Data;
using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint").FullName;

    private string File1 => Path.Combine(_folder, "a.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Sequential Model(int seed) =>
        new(new Linear(2, 5, new Rng(seed)), new BatchNorm1d(5), new DeepNotebooks.Layers.Tanh(), new Linear(5, 2, new Rng(seed + 1)));

    public static TheoryData<Func<Layer, Optimizer>> Optimizers =>
    [
        m => new SGD(m.Parameters, 0.1, 0.9), m => new Adagrad(m.Parameters), m => new Adadelta(m.Parameters),
        m => new RMSProp(m.Parameters),
        m => new Adam(m.Parameters, 0.02), m => new AMSGrad(m.Parameters), m => new AdaMax(m.Parameters), m => new Nadam(m.Parameters),
    ];

    [Theory]
    [MemberData(nameof(Optimizers), DisableDiscoveryEnumeration = true)]
    public void TrainingGoesOnFromACheckpointAsIfNeverInterrupted(Func<Layer, Optimizer> create)
    {
        var train = new DataLoader(Generate.Moons(40, new Rng(1)), 8);
        Sequential whole = Model(1), half = Model(1), resumed = Model(9);
        Optimizer wholeOptimizer = create(whole), halfOptimizer = create(half), resumedOptimizer = create(resumed);
        new Trainer(whole, Loss.CrossEntropy, wholeOptimizer).Fit(train, 4);
        new Trainer(half, Loss.CrossEntropy, halfOptimizer).Fit(train, 2);
        Checkpoint.Save(File1, half, halfOptimizer);
        resumedOptimizer.LearningRate = 77;
        Checkpoint.Load(File1, resumed, resumedOptimizer);
        Assert.Equal(halfOptimizer.LearningRate, resumedOptimizer.LearningRate);
        Assert.Equal(10, resumedOptimizer.Steps);
        new Trainer(resumed, Loss.CrossEntropy, resumedOptimizer).Fit(train, 2);
        Assert.All(whole.NamedParameters.Concat(whole.NamedBuffers).Zip(resumed.NamedParameters.Concat(resumed.NamedBuffers)),
            pair => Assert.Equal(pair.First.Value.ToArray(), pair.Second.Value.ToArray()));
    }

    [Fact]
    public void ACheckpointThatDoesNotFitChangesNothing()
    {
        Sequential saved = Model(1);
        Checkpoint.Save(File1, saved, new Adam(saved.Parameters));
        (Layer Model, Func<Layer, Optimizer>? Optimizer, string Reason)[] misfits =
        [
            (new Sequential(new Linear(2, 5, new Rng(3))), null, "1.weight is not in the model"),
            (new Sequential(Model(3), new Linear(2, 2, new Rng(3))), null, "0.0.weight is missing"),
            (new Sequential(new Linear(2, 6, new Rng(3)), new BatchNorm1d(6), new Linear(6, 2, new Rng(1))), null,
                "0.weight is (5, 2) Float32 in the file, (6, 2)"),
            (Model(3), m => new SGD(m.Parameters), "optimizer/mean.0 is not in the model"),
            (Model(3), m => new AdamW(m.Parameters), "holds the optimizer Adam at rate \"0.001\", not a AdamW"),
        ];
        foreach ((Layer model, Func<Layer, Optimizer>? create, string reason) in misfits)
        {
            double[] before = [.. model.Parameters.SelectMany(p => p.ToArray())];
            Optimizer? optimizer = create?.Invoke(model);
            Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Checkpoint.Load(File1, model, optimizer)).Message);
            Assert.Equal(before, model.Parameters.SelectMany(p => p.ToArray()));
        }
        Checkpoint.Load(File1, Model(3));
    }

    [Fact]
    public void ADamagedCheckpointChangesNothing()
    {
        Sequential model = Model(1);
        Checkpoint.Save(File1, model);
        byte[] bytes = File.ReadAllBytes(File1);
        File.WriteAllBytes(File1, bytes[..^1]);
        Sequential other = Model(5);
        double[] before = [.. other.Parameters.SelectMany(p => p.ToArray())];
        Assert.Throws<InvalidDataException>(() => Checkpoint.Load(File1, other));
        Assert.Equal(before, other.Parameters.SelectMany(p => p.ToArray()));
    }

    [Fact]
    public void TheBestEpochIsTheOneInTheFile()
    {
        Dataset data = Generate.Moons(40, new Rng(1));
        Sequential model = Model(1);
        var rising = new RateSchedule(new Schedule(epoch => epoch < 3 ? 1 : 1000)); // ruins the model after three epochs
        var best = new EarlyStopping(20);
        new Trainer(model, Loss.CrossEntropy, new SGD(model.Parameters, 0.1), rising, new Checkpoint(File1), best)
            .Fit(new DataLoader(data, 8), 6, data);
        Assert.InRange(best.BestEpoch, 1, 5);
        Assert.Equal(model.Parameters[0].ToArray(), Safetensors.Load(File1).Tensors["0.weight"].ToArray());
    }

    [Fact]
    public void AFolderThatDoesNotExistIsAnError() =>
        Assert.Throws<DirectoryNotFoundException>(() => Checkpoint.Save(Path.Combine(_folder, "no", "a"), Model(1)));
}
