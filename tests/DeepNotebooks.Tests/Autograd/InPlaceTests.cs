using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Tests.Autograd;

/// <summary>A backward pass that would read numbers changed since its forward pass says so; every other change in place is free.</summary>
public class InPlaceTests
{
    public static TheoryData<string> Changes => ["Assign", "Fill", "index", "view", "step"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void AChangeAfterTheForwardPassIsAnError(string change)
    {
        Tensor w = Tensor.From([1.0, 2]).WithGrad(), x = Tensor.From([3.0, 4]).WithGrad(), old = Tensor.From([0.5, 0.5]);
        x.Grad = old;
        w.Grad = Tensor.Ones([2]);
        Tensor loss = (x * w).Sum();
        switch (change)
        {
            case "Assign": w.Assign(x.Detach()); break;
            case "Fill": w.Fill(5); break;
            case "index": w[1] = 5; break;
            case "view": w.Detach()[0..1].Fill(5); break;
            default: new SGD([w], 0.1).Step(); break;
        }
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => loss.Backward());
        Assert.Contains("Multiply", error.Message);
        Assert.Contains("Clone()", error.Message);
        Assert.Equal([0.5, 0.5], x.Grad!.ToArray()); // as it was
        Assert.Equal([1.0, 1], w.Grad!.ToArray());

        (x * w).Sum().Backward(); // computed again
        Assert.Equal(w.ToArray(), (x.Grad! - 0.5).ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void WhatNoBackwardPassReadsMayChange()
    {
        Tensor b = Tensor.From([1.0, 2]).WithGrad(), x = Tensor.From([3.0, 4]).WithGrad();
        Tensor loss = ((x + b) * 2).Sum();
        b.Fill(9);
        x[0] = 9;
        loss.Backward();
        Assert.Equal([2.0, 2], b.Grad!.ToArray());
        Assert.Equal([2.0, 2], x.Grad!.ToArray());
    }

    [Fact]
    public void AKeptGraphNoticesAStepBetweenItsPasses()
    {
        var rng = new Rng(1);
        var layer = new Linear(3, 2, rng);
        Tensor loss = layer.Forward(rng.Normal([4, 3]).WithGrad()).Square().Sum();
        loss.Backward(keepGraph: true);
        loss.Backward(keepGraph: true);
        new Adam(layer.Parameters).Step();
        Assert.Contains("Linear", Assert.Throws<InvalidOperationException>(() => loss.Backward()).Message);
    }

    [Fact]
    public void TheGradientToStartFromMayBeAsFreshAsOneLikes()
    {
        Tensor x = Tensor.From([3.0, 4]).WithGrad(), y = x.Square(), start = Tensor.Zeros([2]);
        start.Fill(2);
        y.Backward(start);
        Assert.Equal([12.0, 16], x.Grad!.ToArray());
    }

    [Fact]
    public void GradientsMayBeChangedAndAddedTo()
    {
        Tensor w = Tensor.From([1.0, 2]).WithGrad(), loss = w.Square().Sum();
        w.Grad = Tensor.Zeros([2]);
        w.Grad.Fill(10);
        loss.Backward();
        Assert.Equal([12.0, 14], w.Grad.ToArray());
    }

    [Fact]
    public void AnOperationOfOnesOwnMayChangeTensorsInItsBackwardPass()
    {
        Tensor calls = Tensor.Zeros([1]), x = Tensor.From([3.0, 4]).WithGrad();
        Tensor Twice(Tensor input) => Tensor.Custom(input * 2, gradient =>
        {
            calls[0] += 1;
            Tensor result = Tensor.Zeros(gradient.Shape);
            result.Assign(gradient * 2);
            return [result];
        }, input);
        Twice(Twice(x)).Sum().Backward();
        Assert.Equal([4.0, 4], x.Grad!.ToArray());
        Assert.Equal(2, calls[0]);
    }

    [Fact]
    public void StepsWithinAWorkspaceGoOnAsBefore()
    {
        var rng = new Rng(1);
        var model = new Sequential(new Linear(3, 4, rng), new BatchNorm1d(4), new DeepNotebooks.Layers.Tanh(), new Linear(4, 1, rng));
        var optimizer = new Adam(model.Parameters);
        var workspace = new Workspace();
        Tensor x = rng.Normal([8, 3]), y = rng.Normal([8, 1]);
        double first = 0, last = 0;
        for (int i = 0; i < 20; i++)
        {
            optimizer.ZeroGrad();
            using (workspace.Step())
            {
                Tensor loss = Loss.MeanSquaredError(model.Forward(x), y);
                loss.Backward();
                last = loss.Item();
            }
            first = i == 0 ? last : first;
            optimizer.Step();
        }
        Assert.True(last < first);
    }
}
