using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Tests.Tensors;

public class WorkspaceTests
{
    [Fact]
    public void ATensorOfAnEndedStepIsAnErrorAndItsMemoryIsUsedAgain()
    {
        var workspace = new Workspace();
        Tensor first, view, outside = Tensor.Ones([8]);
        using (workspace.Step())
        {
            first = outside + 1;
            view = first[2..4];
        }
        Assert.Equal(2, first[0]); // until the next step begins
        using (workspace.Step())
        {
            var error = Assert.Throws<InvalidOperationException>(() => first.Sum());
            Assert.Contains("Clone()", error.Message);
            Assert.Throws<InvalidOperationException>(() => view[0]);
            Assert.Throws<InvalidOperationException>(() => first[0] = 1);
            Assert.Equal(24, (outside + 2).Sum().Item());
        }
        Assert.Equal(8, outside.Sum().Item());
    }

    [Fact]
    public void WhatIsMadeOutsideAStepStays()
    {
        var workspace = new Workspace();
        using (workspace.Step())
            _ = Tensor.Zeros([4]);
        Tensor kept = Tensor.Full([4], 3);
        using (workspace.Step())
            _ = Tensor.Full([4], 5) * 2;
        Assert.Equal(12, kept.Sum().Item());
    }

    [Fact]
    public void ACloneOutlivesItsStepAndAGradientOfAnEndedStepCountsAsNone()
    {
        var workspace = new Workspace();
        Tensor leaf = Tensor.Ones([2]).WithGrad();
        Tensor clone;
        using (workspace.Step())
        {
            clone = (leaf * 3).Clone();
            (leaf * 3).Sum().Backward();
        }
        using (workspace.Step())
        {
            Assert.Equal(6, clone.Sum().Item());
            (leaf * 2).Sum().Backward();
            (leaf * 2).Sum().Backward();
            Assert.Equal([4, 4], leaf.Grad!.ToArray());
        }
    }

    [Fact]
    public void ZerosAreZerosAlsoInUsedMemory()
    {
        var workspace = new Workspace();
        using (workspace.Step())
            _ = Tensor.Full([5], 7);
        using (workspace.Step())
            Assert.Equal(0, Tensor.Zeros([5]).Sum().Item());
    }

    [Fact]
    public void StepsInAWorkspaceGiveTheSameWeightsAsWithout()
    {
        Assert.Equal(Train(new Workspace()), Train(null));

        static double[] Train(Workspace? workspace)
        {
            var rng = new Rng(1);
            var model = new Sequential(new Conv2d(1, 3, 3, rng), new BatchNorm2d(3), new DeepNotebooks.Layers.ReLU(), new MaxPool2d(2), new Flatten(), new Linear(12, 3, rng));
            var optimizer = new Adam(model.Parameters, 0.01, weightDecay: 0.1);
            Tensor x = rng.Normal([4, 1, 6, 6]), y = Tensor.From([0, 1, 2, 1]);
            for (int i = 0; i < 5; i++)
            {
                using WorkspaceScope step = workspace is null ? default : workspace.Step();
                optimizer.ZeroGrad();
                Loss.CrossEntropy(model.Forward(x), y).Backward();
                optimizer.Step();
            }
            return [.. model.Parameters.SelectMany(p => p.ToArray())];
        }
    }

    [Fact]
    public void ASteadyStepAllocatesLittle()
    {
        var rng = new Rng(1);
        var model = new Sequential(new Linear(784, 256, rng), new DeepNotebooks.Layers.ReLU(), new Linear(256, 10, rng));
        var optimizer = new SGD(model.Parameters, 0.01, momentum: 0.9);
        Tensor x = rng.Normal([64, 784]), y = Tensor.From(Enumerable.Range(0, 64).Select(i => i % 10));
        var workspace = new Workspace();
        void Step()
        {
            optimizer.ZeroGrad();
            using (workspace.Step())
                Loss.CrossEntropy(model.Forward(x), y).Backward();
            optimizer.Step();
        }
        for (int i = 0; i < 5; i++)
            Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public void AnotherThreadHasMemoryOfItsOwn()
    {
        var workspace = new Workspace();
        Tensor? other = null;
        using (workspace.Step())
        {
            var thread = new Thread(() => other = Tensor.Full([3], 2));
            thread.Start();
            thread.Join();
        }
        using (workspace.Step())
            Assert.Equal(6, other!.Sum().Item());
    }
}
