using DeepNotebooks.Benchmarks;
using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Gpu.Tests;

/// <summary>Training on a device goes as on the processor.</summary>
[Collection(nameof(OnDevice))]
public class TrainingOnDeviceTests
{
    // The emulated device would take an hour in full: there the networks are the same, with few examples and steps.
    private static readonly bool s_brief = OnDevice.IsEmulated && Environment.GetEnvironmentVariable("DEEPNOTEBOOKS_FULL") is not { Length: > 0 };

    public static TheoryData<string> Trained => [.. Workloads.All.Select(workload => workload.Name).Where(Workloads.Trains)];

    [Theory]
    [MemberData(nameof(Trained))]
    public void LossesAreThoseOfTheProcessor(string name)
    {
        bool small = name == "mlp_small";
        Func<Device, bool, Func<Tensor>> make = Workloads.All.Single(workload => workload.Name == name).Make;
        Func<Tensor> here = make(Device.Cpu, s_brief && !small), there = make(OnDevice.Device, s_brief && !small);
        for (int step = 0; step < (s_brief && !small ? 2 : 50); step++) // the second loss is that of updated weights
        {
            double expected = here().Item(), actual = there().Item();
            Assert.True(Math.Abs(actual - expected) <= 1e-4 * Math.Max(1, Math.Abs(expected)),
                $"{name}, step {step}: the loss is {actual:G9} on {OnDevice.Device.Name}, {expected:G9} on the processor.");
        }
    }

    public static TheoryData<string> Optimizers => ["SGD", "momentum", "Nesterov", "averaged", "Adam", "AdamW", "AMSGrad", "L1", "proximal L1", "L2"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void OptimizersStepAsOnTheProcessor(string name)
    {
        Tensor[] here = Train(Device.Cpu), there = Train(OnDevice.Device);
        for (int i = 0; i < here.Length; i++)
            OnDevice.AssertNear(here[i], there[i], 1e-9);

        Tensor[] Train(Device device)
        {
            var rng = new Rng(1);
            var model = new Sequential(new Linear(3, 4, rng, dtype: DType.Float64), new Layers.Tanh(), new Linear(4, 2, rng, dtype: DType.Float64));
            Optimizer optimizer = Make(name, model.Parameters); // before the move: what it remembers must follow
            model.To(device);
            Tensor x = rng.Normal([8, 3], dtype: DType.Float64).To(device), y = rng.Normal([8, 2], dtype: DType.Float64).To(device);
            for (int step = 0; step < 10; step++)
            {
                optimizer.ZeroGrad();
                Loss.MeanSquaredError(model.Forward(x), y).Backward();
                optimizer.Step();
            }
            return [.. model.Parameters];
        }
    }

    private static Optimizer Make(string name, IReadOnlyList<Tensor> w) => name switch
    {
        "SGD" => new SGD(w, 0.1),
        "momentum" => new SGD(w, 0.1, 0.9),
        "Nesterov" => new SGD(w, 0.1, 0.9, nesterov: true),
        "averaged" => new SGD(w, 0.1, 0.9, averaged: true),
        "Adam" => new Adam(w, 0.05),
        "AdamW" => new AdamW(w, 0.05, weightDecay: 0.1),
        "AMSGrad" => new AMSGrad(w, 0.05),
        "L1" => new SGD(w, 0.1) { Penalty = Penalty.L1(0.05) },
        "proximal L1" => new SGD(w, 0.1) { Penalty = Penalty.ProximalL1(0.5) },
        _ => new Adam(w, 0.05) { Penalty = Penalty.L2(0.1) },
    };

    [Fact]
    public void ANotebooksCellNeedsOneCallForTheModelAndOneForTheData()
    {
        double[] Run(Device device)
        {
            var rng = new Rng(7);
            var data = new Dataset(rng.Normal([24, 5]), Tensor.From(Enumerable.Range(0, 24).Select(_ => rng.Next(3)))).To(device);
            var model = new Sequential(new Linear(5, 8, rng), new BatchNorm1d(8), new Layers.ReLU(), new Linear(8, 3, rng));
            model.To(device);
            TrainingRun run = new Trainer(model, Loss.CrossEntropy, new SGD(model.Parameters, 0.05, 0.9), new ClipByNorm(1))
                .Fit(new DataLoader(data, 8, rng), epochs: 3, data);
            return [.. run.Loss, .. run.ValidationLoss, .. model.Predict(data.Inputs).ToArray()];
        }
        double[] here = Run(Device.Cpu), there = Run(OnDevice.Device);
        Assert.All(here.Zip(there), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void OptimizersWithoutAKernelSaySo()
    {
        Tensor w = Tensor.Ones([3]).To(OnDevice.Device).WithGrad();
        var optimizer = new RMSProp([w]);
        w.Sum().Backward();
        NotSupportedException error = Assert.Throws<NotSupportedException>(optimizer.Step);
        Assert.Contains("RMSProp", error.Message);
        Assert.Contains("To(Device.Cpu)", error.Message);
        Assert.Equal([1.0, 1, 1], w.ToArray());
    }
}
