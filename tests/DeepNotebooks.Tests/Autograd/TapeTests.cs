namespace DeepNotebooks.Tests.Autograd;

public class TapeTests
{
    private readonly Tensor _x = new Rng(1).Normal([10, 4]), _w = new Rng(2).Normal([4, 3]).WithGrad();

    [Fact]
    public void ATapeKeepsWhatBackwardReadsAndEachArrayOnce()
    {
        Assert.Equal(new Tape(1, 10 * 4 * sizeof(float)), Tape.Of(_x.MatMul(_w))); // x; w is a leaf
        Tensor h = _x.MatMul(_w).Tanh();
        Assert.Equal(new Tape(2, (40 + 30) * sizeof(float)), Tape.Of(h)); // and tanh's result
        Assert.Equal(new Tape(4, (40 + 30) * sizeof(float)), Tape.Of((h * h).Sum(0))); // whose factors are the same array
        Assert.Equal(new Tape(2, 0), Tape.Of((_w + 1).Sum(0)));
        Assert.Equal(new Tape(1, 3 * sizeof(int)), Tape.Of(_w.Max(0)));
    }

    [Fact]
    public void ATapeCountsWhatACustomOperationCaptured()
    {
        Tensor kept = Tensor.Ones([5]), w = Tensor.Ones([5]).WithGrad();
        Assert.Equal(new Tape(1, 5 * sizeof(float)), Tape.Of(Tensor.Custom(w * 1, g => [g * kept], w)));
        Assert.Equal(new Tape(1, 0), Tape.Of(Tensor.Custom(w * 1, static g => [g], w)));
    }

    [Fact]
    public void NothingIsKeptAfterBackwardWithoutGradientsOrOfALeaf()
    {
        Tensor loss = _x.MatMul(_w).Square().Sum();
        Tape before = Tape.Of(loss);
        loss.Backward(keepGraph: true);
        Assert.Equal(before, Tape.Of(loss));
        loss.Backward();
        var nothing = new Tape(0, 0);
        Assert.Equal(nothing, Tape.Of(loss));
        Assert.Equal(nothing, Tape.Of(_w));
        Assert.Equal(nothing, Tape.Of(_x));
        using (Tensor.NoGrad())
            loss = _x.MatMul(_w).Square().Sum();
        Assert.Equal(nothing, Tape.Of(loss));
    }

    [Fact]
    public void ADeepGraphIsWalkedWithoutRecursion() =>
        Assert.Equal(100_000, Tape.Of(Enumerable.Range(0, 100_000).Aggregate(_w, (y, _) => y + 1)).Operations);
}
