namespace DeepNotebooks.Tests.Autograd;

public class BackwardTests
{
    private static Tensor Leaf(params double[] values) => Tensor.From(values, DType.Float64).WithGrad();

    [Fact]
    public void AChainOfAHundredThousandOperationsIsDifferentiated()
    {
        Tensor x = Leaf(1, 2), y = x;
        for (int i = 0; i < 100_000; i++)
        {
            y = i % 2 == 0 ? y + 1 : -y;
        }
        y.Sum().Backward();
        Assert.Equal([1, 1], x.Grad!.ToArray()); // 50,000 changes of sign
    }

    [Fact]
    public void ADiamondOfManyLevelsIsWalkedOnceAndNotOncePerPath()
    {
        Tensor x = Leaf(1), y = x;
        for (int level = 0; level < 60; level++)
        {
            y = (y * 0.5) + (y * 0.5); // 2⁶⁰ paths
        }
        y.Backward();
        Assert.Equal([1], x.Grad!.ToArray());
    }

    [Fact]
    public void ATensorUsedManyTimesGetsTheSumOfItsGradients()
    {
        Tensor x = Leaf(2, 3);
        Tensor[] terms = [.. Enumerable.Range(1, 100).Select(k => x * k)];
        terms.Aggregate((sum, term) => sum + term).Sum().Backward();
        Assert.Equal([5050, 5050], x.Grad!.ToArray());
    }

    [Fact]
    public void GradientsAddUpOverPassesUntilForgotten()
    {
        Tensor x = Leaf(3);
        x.Square().Backward();
        x.Square().Backward();
        Assert.Equal(12, x.Grad!.Item());
        x.Grad = null;
        x.Square().Backward();
        Assert.Equal(6, x.Grad!.Item());
    }

    [Fact]
    public void OneLeafServesTwoGraphs()
    {
        Tensor x = Leaf(3), first = x.Square(), second = x * 5;
        second.Backward();
        first.Backward();
        Assert.Equal(11, x.Grad!.Item());
    }

    [Fact]
    public void AKeptGraphCanBeWalkedAgainAndAnotherCannot()
    {
        Tensor x = Leaf(3), y = x.Square();
        y.Backward(keepGraph: true);
        y.Backward();
        Assert.Equal(12, x.Grad!.Item());
        string message = Assert.Throws<InvalidOperationException>(() => y.Backward()).Message;
        Assert.Contains("keepGraph: true", message);
        Tensor later = (y * 2) + x;
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => later.Backward()).Message);
        Assert.Equal(12, x.Grad!.Item());
        (x * 2).Backward();
        Assert.Equal(14, x.Grad!.Item());
    }

    [Fact]
    public void TheGradientOfALeafWithRespectToItselfIsOne()
    {
        Tensor x = Leaf(3);
        x.Backward();
        x.Backward();
        Assert.Equal(2, x.Grad!.Item());
    }

    [Fact]
    public void AGivenGradientIsWhereThePassStarts()
    {
        Tensor x = Leaf(1, 2), given = Tensor.From([10.0, 100], DType.Float64);
        (x * 3).Backward(given);
        Assert.Equal([30, 300], x.Grad!.ToArray());
        Assert.Equal([10, 100], given.ToArray());
    }

    [Fact]
    public void GradientsThatOperationsShareAreNotSharedByTensors()
    {
        Tensor x = Leaf(1, 2), y = Leaf(3, 4), given = Tensor.Ones([2], DType.Float64);
        (x + y).Backward(given);
        x.Grad!.Fill(7);
        Assert.Equal([1, 1], y.Grad!.ToArray());
        Assert.Equal([1, 1], given.ToArray());

        (x + x + y + y.Reshape(2, 1).Reshape(2)).Backward(given);
        Assert.Equal([9, 9], x.Grad!.ToArray());
        Assert.Equal([3, 3], y.Grad!.ToArray());
        Assert.Equal([1, 1], given.ToArray());
    }

    [Fact]
    public void ThroughViewsTheGradientReachesTheirPlacesAndNoOther()
    {
        Tensor x = Tensor.Zeros([3, 4], DType.Float64).WithGrad();
        Tensor window = x.Slice(0, 1, 2).Transpose().Slice(0, 1, 2).Reshape(4); // x[1,1], x[2,1], x[1,2], x[2,2]
        (window * Tensor.From([1, 2, 3, 4], DType.Float64)).Sum().Backward();
        Assert.Equal([0, 0, 0, 0, 0, 1, 3, 0, 0, 2, 4, 0], x.Grad!.ToArray());
    }

    [Fact]
    public void OverlappingViewsAddUp()
    {
        Tensor x = Leaf(1, 2, 3, 4);
        (x[..3] + x[1..]).Sum().Backward();
        Assert.Equal([1, 2, 2, 1], x.Grad!.ToArray());
    }

    [Fact]
    public void DetachStopsTheGradientAndSharesTheNumbers()
    {
        Tensor x = Leaf(3), same = x.Detach();
        (x * same).Backward();
        Assert.Equal(3, x.Grad!.Item());
        Assert.False(same.RequiresGrad);
        same.Fill(5);
        Assert.Equal(5, x.Item());
    }

    [Fact]
    public void ScopesWithoutRecordingNest()
    {
        Tensor x = Leaf(3);
        using (Tensor.NoGrad())
        {
            using (Tensor.NoGrad())
            {
                Assert.False((x * 2).RequiresGrad);
            }
            Assert.False((x * 2).RequiresGrad);
        }
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void ScopesWithoutRecordingEndWhenAnExceptionLeavesThem()
    {
        Tensor x = Leaf(3);
        Assert.Throws<ArgumentException>(() =>
        {
            using NoGradScope scope = Tensor.NoGrad();
            x.Clamp(1, 0);
        });
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void ScopesWithoutRecordingHoldForTheirThreadAlone()
    {
        Tensor x = Leaf(3);
        bool elsewhere = false;
        using (Tensor.NoGrad())
        {
            var thread = new Thread(() => elsewhere = (x * 2).RequiresGrad);
            thread.Start();
            thread.Join();
        }
        Assert.True(elsewhere);
    }

    [Fact]
    public void BackwardWorksInsideAScopeWithoutRecordingAndRecordsNothingItself()
    {
        Tensor x = Leaf(3), y = x.Square();
        using (Tensor.NoGrad())
        {
            y.Backward();
        }
        Assert.Equal(6, x.Grad!.Item());
        Assert.False(x.Grad!.RequiresGrad);
    }

    [Fact]
    public void OnlyLeavesKeepGradientsUnlessAsked()
    {
        Tensor x = Leaf(3), y = x * 2, z = (y * 5).RetainGrad();
        (z * 7).Backward();
        Assert.Null(y.Grad);
        Assert.Equal(7, z.Grad!.Item());
        Assert.Equal(70, x.Grad!.Item());
    }

    [Fact]
    public void BackwardRefusesWhatHasNoGradient()
    {
        Assert.Contains("nothing was recorded", Assert.Throws<InvalidOperationException>(() => Tensor.Scalar(1).Backward()).Message);
        Tensor y = Leaf(1, 2) * 2;
        Assert.Contains("(2) is no scalar", Assert.Throws<InvalidOperationException>(() => y.Backward()).Message);
        Assert.Contains("they must agree", Assert.Throws<ArgumentException>(() => y.Backward(Tensor.Ones([3], DType.Float64))).Message);
        Assert.Contains("they must agree", Assert.Throws<ArgumentException>(() => y.Backward(Tensor.Ones([2]))).Message);
        y.Backward(Tensor.Ones([2], DType.Float64)); // nothing was used up by the refusals
    }

    [Fact]
    public void RequiresGradIsAPropertyOfLeaves()
    {
        Tensor x = Leaf(3), y = x * 2;
        Assert.Contains("Detach", Assert.Throws<InvalidOperationException>(() => y.RequiresGrad = false).Message);
        x.RequiresGrad = false;
        Assert.False((x * 2).RequiresGrad);
    }

    [Fact]
    public void AGradientMustFitItsTensor()
    {
        Tensor x = Leaf(1, 2);
        Assert.Contains("(3) Float64 does not fit", Assert.Throws<ArgumentException>(() => x.Grad = Tensor.Ones([3], DType.Float64)).Message);
        Assert.Throws<ArgumentException>(() => x.Grad = Tensor.Ones([2]));
        Assert.Null(x.Grad);
        x.Grad = Tensor.From(new double[,] { { 1, 9 }, { 2, 9 } }, DType.Float64).Slice(1, 0, 1).Reshape(2);
        (x * 10).Sum().Backward();
        Assert.Equal([11, 12], x.Grad!.ToArray());
    }
}
