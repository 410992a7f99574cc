using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using ILGPU;
using ILGPU.Runtime.CPU;

namespace DeepNotebooks.Gpu.Tests;

[Collection(nameof(OnDevice))]
public class DeviceTests
{
    private static Device Device => OnDevice.Device;

    [Fact]
    public void AllBeginsWithTheProcessorAndHasTheEmulatedDevice()
    {
        Assert.Same(Device.Cpu, Device.All[0]);
        Assert.Contains(Device.All, device => device.Kind == DeviceKind.Emulated);
        Assert.Equal(Device.All.Min(device => device.Kind == DeviceKind.Cpu ? DeviceKind.Emulated : device.Kind), Device.Gpu().Kind);
        Assert.All(Device.All, device => Assert.True(device.Memory > 0 && device.Name.Length > 0));
    }

    [Theory]
    [InlineData(null, DeviceKind.Cpu)]
    [InlineData("CPU", DeviceKind.Cpu)]
    [InlineData("emulated", DeviceKind.Emulated)]
    [InlineData(" Emulated0 ", DeviceKind.Emulated)]
    public void TheEnvironmentVariableChooses(string? value, DeviceKind kind) => Assert.Equal(kind, Device.Named(value).Kind);

    [Theory]
    [InlineData("abacus")]
    [InlineData("emulated7")]
    [InlineData("gpu99")]
    public void AChoiceThatIsNotThereNamesWhatIs(string value)
    {
        PlatformNotSupportedException error = Assert.Throws<PlatformNotSupportedException>(() => Device.Named(value));
        Assert.Contains(value == "gpu99" ? "99" : value, error.Message);
    }

    [Fact]
    public void TransfersAreCountedAndOnlyThoseAskedForHappen()
    {
        Tensor x = new Rng(1).Normal([10, 10]);
        Transfers before = Device.Transfers;
        Tensor there = x.To(Device);
        Assert.Equal((before.ToDevice + 1, before.BytesToDevice + 400), (Device.Transfers.ToDevice, Device.Transfers.BytesToDevice));
        Tensor y = ((there.MatMul(there) + 1).ReLU().Softmax() * 3).Sum();
        Assert.Equal(before.FromDevice, Device.Transfers.FromDevice);
        Assert.Equal(before.ToDevice + 1, Device.Transfers.ToDevice);
        y.Item();
        Assert.Equal((before.FromDevice + 1, before.BytesFromDevice + 4), (Device.Transfers.FromDevice, Device.Transfers.BytesFromDevice));
    }

    [Fact]
    public async Task CopiesArriveWhileTheCollectorMovesArrays()
    {
        using var done = new CancellationTokenSource();
        Task collector = Task.Run(() =>
        {
            for (; !done.IsCancellationRequested; Thread.Sleep(1))
                GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
        });
        try
        {
            Tensor work = new Rng(1).Normal([64, 64]).To(Device);
            for (int i = 0; i < 300; i++)
            {
                Tensor three = Tensor.From([i, i + 1, i + 2]).To(Device);
                work.MatMul(work); // what the copy waits for
                Assert.Equal([i, i + 1.0, i + 2.0], three.ToArray());
            }
        }
        finally
        {
            done.Cancel();
            await collector;
        }
    }

    [Fact]
    public void ATrainingStepMovesNothing()
    {
        var rng = new Rng(1);
        var model = new Sequential(new Linear(4, 8, rng), new Dropout(0.2, rng), new Linear(8, 3, rng));
        var optimizer = new Adam(model.Parameters);
        model.To(Device);
        Tensor x = rng.Normal([6, 4]).To(Device), y = Tensor.From([0, 1, 2, 0, 1, 2]).To(Device);
        Step();
        Transfers before = Device.Transfers;
        Step();
        Assert.Equal(before, Device.Transfers);

        void Step()
        {
            optimizer.ZeroGrad();
            Loss.CrossEntropy(model.Forward(x), y).Backward();
            optimizer.Step();
        }
    }

    [Fact]
    public void ValuesReadAndWriteAsOnTheProcessor()
    {
        Tensor here = new Rng(2).Normal([3, 4]), there = here.To(Device);
        Assert.Equal(Device, there.Device);
        Assert.Equal(here.ToArray(), there.ToArray());
        Assert.Equal(here.Transpose().ToArray(), there.Transpose().ToArray());
        Assert.Equal(here[1..3].Slice(1, 1, 2).ToArray(), there[1..3].Slice(1, 1, 2).To(Device.Cpu).ToArray());
        Assert.Equal(here[2, -1], there[2, -1]);
        Assert.Equal(here.ToString(), there.ToString());
        there[0, 1] = 5;
        Assert.Equal(5, there[0, 1]);
        there[1..2].Reshape(4).Fill(7);
        Assert.Equal([7.0, 7, 7, 7], there[1..2].ToArray());
        there.Assign(here * 2);
        Assert.Equal((here * 2).ToArray(), there.ToArray());
        Assert.Equal(here.ArgMax(), there.ArgMax());
        Assert.Equal(here.To(DType.Float64).ToArray(), there.To(DType.Float64).Clone().ToArray().Select(v => v / 2));
        Assert.Equal(0, Tensor.Zeros([0, 3]).To(Device).Sum().Item());
    }

    [Fact]
    public void MixedDevicesNameBothAndTheRemedy()
    {
        Tensor here = Tensor.Ones([2, 3]), there = here.To(Device);
        foreach (Action mixed in new Action[] { () => { _ = here + there; }, () => there.MatMul(here.Transpose()), () => there.Linear(here),
            () => Tensor.Where(here, there, there) })
        {
            ArgumentException error = Assert.Throws<ArgumentException>(mixed);
            Assert.Contains(Device.Name, error.Message);
            Assert.Contains("To(device)", error.Message);
        }
        Assert.Equal([4.0, 4, 4], (there[0, ..] + Tensor.Scalar(3)).ToArray()); // a single number follows
    }

    [Fact]
    public void ALabelThatIsNoClassIsToldAtTheNextReadAndOnlyOnce()
    {
        Tensor logits = Tensor.Zeros([2, 3]).To(Device).WithGrad();
        Tensor loss = Loss.CrossEntropy(logits, Tensor.From([1, 3]).To(Device));
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => loss.Item());
        Assert.Contains("label 3", error.Message);
        Assert.Contains("0 to 2", error.Message);
        Assert.Equal(Math.Log(3), Loss.CrossEntropy(logits, Tensor.From([1, 2]).To(Device)).Item(), 1e-6);
    }

    [Fact]
    public void AWordOutsideTheTableIsToldAtTheNextRead()
    {
        var table = new Embedding(4, 2, new Rng(1));
        table.To(Device);
        Tensor y = table.Forward(Tensor.From([1, 4]).To(Device));
        Assert.Contains("index 4", Assert.Throws<ArgumentOutOfRangeException>(() => y.ToArray()).Message);
        Tensor right = table.Forward(Tensor.From([3, 1, 3]).To(Device));
        right.Sum().Backward();
        Assert.Equal([0.0, 0, 1, 1, 0, 0, 2, 2], table.Weight.Grad!.ToArray());
    }

    [Fact]
    public void MemoryIsLentAgainAndDoesNotGrow()
    {
        var rng = new Rng(1);
        var model = new Sequential(new Linear(16, 32, rng), new Layers.ReLU(), new Linear(32, 4, rng));
        model.To(Device);
        var optimizer = new SGD(model.Parameters, 0.01, 0.9);
        Tensor x = rng.Normal([8, 16]).To(Device), y = Tensor.From([0, 1, 2, 3, 0, 1, 2, 3]).To(Device);
        var workspace = new Workspace();
        Run(5);
        long before = Device.Allocated;
        Run(50);
        Assert.Equal(before, Device.Allocated);

        void Run(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                optimizer.ZeroGrad();
                using (workspace.Step())
                    Loss.CrossEntropy(model.Forward(x), y).Backward();
                optimizer.Step();
            }
        }
    }

    [Fact]
    public void WithoutAWorkspaceTheCollectorGivesMemoryBack()
    {
        Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Device.Allocated;
        for (int i = 0; i < 20; i++)
        {
            Make();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(before, Device.Allocated);

        static void Make()
        {
            Tensor x = Tensor.Ones([10_000]).To(Device);
            x = (x + 1) * 2;
            Assert.Equal(4, x[0]);
        }
    }

    [Fact]
    public void AnOptimizersStateFollowsTheModelThereAndBack()
    {
        Tensor w = Tensor.Ones([2]).WithGrad();
        var optimizer = new Adam([w], 0.1);
        foreach (Device device in new[] { Device, Device.Cpu, Device })
        {
            w.MoveTo(device);
            optimizer.ZeroGrad();
            w.Square().Sum().Backward();
            optimizer.Step();
        }
        Assert.All(w.ToArray(), v => Assert.InRange(v, 0.65, 0.75)); // three steps of the rate, whatever the device
        Assert.Equal(Device, w.Device);
    }

    [Fact]
    public void AFullDeviceSaysWhatWasAskedForAndWhatWasFree()
    {
        Device small = Small(100_000);
        Tensor held = Tensor.Zeros([10_000]).To(small);
        InsufficientMemoryException error = Assert.Throws<InsufficientMemoryException>(() => Tensor.Zeros([20_000]).To(small));
        Assert.Contains($"{80_000:N0} bytes asked for", error.Message);
        Assert.Contains($"{100_000 - small.Allocated:N0} free of {100_000:N0}", error.Message);
        Assert.Contains("smaller batches", error.Message);
        Assert.Equal(10_001, (held + 1).Sum().Item() + 1, 1e-3); // and goes on
    }

    [Fact]
    public void WhatThePoolHoldsUnusedMakesRoomBeforeTheDeviceCountsAsFull()
    {
        Device small = Small(100_000);
        Use(small, 20_000);
        Assert.Equal(8_000, Tensor.Ones([8_000]).To(small).Sum().Item()); // fits only when the other's memory is given back
        Assert.InRange(small.Allocated, 32_000, 50_000);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Use(Device device, int count) => Assert.Equal(0, Tensor.Zeros([count]).To(device)[3]);
    }

    [Fact]
    public void ALostDeviceSaysWhatIsLostAndHowToGoOn()
    {
        Device small = Small(100_000);
        var accelerator = (IlgpuAccelerator)small.Accelerator!;
        Tensor held = Tensor.Zeros([1_000]).To(small);
        static void Fail() => throw new ILGPU.Runtime.Cuda.CudaException("unspecified launch failure");
        Action<int> launch = accelerator.Singles.Guarded<Action<int>>(_ => Fail());
        foreach (Action wait in new Action[] { () => accelerator.Guarded(Fail), () => launch(1) })
        {
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(wait);
            Assert.Contains("unspecified launch failure", error.Message);
            Assert.Contains($"held {small.Allocated:N0} bytes", error.Message);
            Assert.Contains("last checkpoint", error.Message);
        }
        GC.KeepAlive(held);
    }

    /// <summary>An emulated device with as much memory as is said.</summary>
    private static Device Small(long memory)
    {
        Context context = Context.Create(builder => builder.CPU(new CPUDevice(2, 2, 1)).EnableAlgorithms());
        return new("small", DeviceKind.Emulated, memory,
            device => new IlgpuAccelerator(context.Devices[0].CreateAccelerator(context)) { Device = device });
    }
}
