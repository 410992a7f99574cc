namespace DeepNotebooks.Tests.Ops;

public class IndexingTests
{
    private static readonly Tensor X = Tensor.Range(24).Reshape(2, 3, 4);

    private static void Equal(Tensor actual, Shape shape, params double[] expected)
    {
        Assert.Equal(shape, actual.Shape);
        Assert.Equal(expected, actual.ToArray());
    }

    [Fact]
    public void RangesAndIndicesTakeAPart()
    {
        Equal(X[1, .., ^1], [3], 15, 19, 23);
        Equal(X[.., 1..2, 2..], [2, 1, 2], 6, 7, 18, 19);
        Equal(X[^1, 0], [4], 12, 13, 14, 15);
        Equal(X[-1, -1, ..2], [2], 20, 21);
        Equal(X[.., 1..1], [2, 0, 4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => X[2, ..]);
        Assert.Throws<ArgumentOutOfRangeException>(() => X[.., 0..4]);
        Assert.Throws<ArgumentException>(() => X[.., .., .., ..]);
    }

    [Fact]
    public void ARangeIsAViewOfTheSameStorage()
    {
        Tensor x = Tensor.Zeros([2, 3]);
        x[1, 1..][1] = 7;
        Equal(x, [2, 3], 0, 0, 0, 0, 0, 7);
    }

    [Fact]
    public void PermuteReordersAxes()
    {
        Equal(X[.., ..2, ..2].Permute(2, 0, 1), [2, 2, 2], 0, 4, 12, 16, 1, 5, 13, 17);
        Assert.Throws<ArgumentException>(() => X.Permute(0, 1));
        Assert.Throws<ArgumentException>(() => X.Permute(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => X.Permute(0, 1, 3));
    }

    [Fact]
    public void AxesOfSizeOneComeAndGo()
    {
        Assert.Equal([1, 2, 3, 4], X.Unsqueeze(0).Shape);
        Assert.Equal([2, 3, 4, 1], X.Unsqueeze(-1).Shape);
        Assert.Equal(X.Shape, X.Unsqueeze(2).Squeeze(2).Shape);
        Assert.Throws<ArgumentException>(() => X.Squeeze(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => X.Unsqueeze(4));
    }

    [Fact]
    public void ExpandRepeatsWithoutStoring()
    {
        Tensor x = Tensor.From([1.0, 2]).Reshape(2, 1).Expand(2, 2, 3);
        Equal(x, [2, 2, 3], 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2);
        Assert.Equal([0, 1, 0], x.Strides);
        Assert.Throws<ArgumentException>(() => X.Expand(2, 3));
        Assert.Throws<ArgumentException>(() => X.Expand(2, 6, 4));
        Assert.Throws<ArgumentException>(() => X.Expand(1, 3, 4));
    }

    [Fact]
    public void GatherAndScatterAddTakeAndGive()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }), index = Tensor.From(new double[,] { { 2, 2 }, { 0, 1 } });
        Equal(x.Gather(1, index), [2, 2], 3, 3, 4, 5);
        Equal(x.ScatterAdd(1, index, Tensor.Full([2, 2], 10)), [2, 3], 1, 2, 23, 14, 15, 6);
        Equal(x, [2, 3], 1, 2, 3, 4, 5, 6);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Gather(1, index + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Gather(1, index + 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Gather(1, index * double.NaN));
        Assert.Throws<ArgumentException>(() => x.Gather(0, index));
        Assert.Throws<ArgumentException>(() => x.Gather(1, Tensor.Zeros([2])));
        Assert.Throws<ArgumentException>(() => x.ScatterAdd(1, index, Tensor.Zeros([2, 3])));
        Assert.Throws<ArgumentException>(() => x.ScatterAdd(1, index, Tensor.Zeros([2, 2], DType.Float64)));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Select(1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Select(2, 0));
    }

    [Fact]
    public void StackSplitAndPadFit()
    {
        Tensor a = Tensor.From([1.0, 2]), b = Tensor.From([3.0, 4]);
        Equal(Tensor.Stack([a, b]), [2, 2], 1, 2, 3, 4);
        Equal(Tensor.Stack([a, b], -1), [2, 2], 1, 3, 2, 4);
        Assert.Throws<ArgumentException>(() => Tensor.Stack([]));
        Assert.Throws<ArgumentException>(() => Tensor.Stack([a, Tensor.Zeros([3])]));
        Tensor[] parts = X.Split(2, 1, 3);
        Assert.Equal([2, 3, 3], parts[1].Shape);
        Assert.Equal(13, parts[1][1, 0, 0]);
        Assert.Throws<ArgumentException>(() => X.Split(2, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => X.Split(2, -1, 4));
        Equal(a.Pad([(1, 2)]), [5], 0, 1, 2, 0, 0);
        Equal(a.Pad([(1, 0)], value: 9), [3], 9, 1, 2);
        Equal(Tensor.From([1.0, 2, 3]).Pad([(2, 2)], PadMode.Reflect), [7], 3, 2, 1, 2, 3, 2, 1);
        Assert.Throws<ArgumentException>(() => a.Pad([(2, 0)], PadMode.Reflect));
        Assert.Throws<ArgumentException>(() => a.Pad([(-1, 0)]));
        Assert.Throws<ArgumentException>(() => a.Pad([(1, 0), (1, 0)]));
    }

    [Fact]
    public void ComparisonsGiveZeroAndOne()
    {
        Tensor a = Tensor.From([1.0, 2, 3, double.NaN]), b = Tensor.From([2.0, 2, 2, 2]);
        Equal(a > b, [4], 0, 0, 1, 0);
        Equal(a < b, [4], 1, 0, 0, 0);
        Equal(a >= 2, [4], 0, 1, 1, 0);
        Equal(a <= 2, [4], 1, 1, 0, 0);
        Equal(a > 2, [4], 0, 0, 1, 0);
        Equal(a < 2, [4], 1, 0, 0, 0);
        Equal(a.EqualTo(b), [4], 0, 1, 0, 0);
        Equal(a.EqualTo(3), [4], 0, 0, 1, 0);
        Assert.False((a.WithGrad() > b).RequiresGrad);
        Assert.Throws<ArgumentException>(() => a > Tensor.Zeros([3]));
    }

    [Fact]
    public void WhereLetsNothingOfTheOtherSideIn()
    {
        Tensor x = Tensor.From([0.0, 4]).WithGrad(), one = Tensor.Scalar(1);
        Tensor y = Tensor.Where(x > 0, x.Sqrt() / x, one);
        Equal(y, [2], 1, 0.5);
        Assert.Throws<ArgumentException>(() => Tensor.Where(x, x, Tensor.Scalar(1, DType.Float64)));
        Assert.Throws<ArgumentException>(() => Tensor.Where(Tensor.Zeros([3]), x, one));
    }

    [Fact]
    public void ReductionsGoOverSeveralAxes()
    {
        Equal(X.Max([0, 2]), [3], 15, 19, 23);
        Equal(X.Min([0, 2], keepDims: true), [1, 3, 1], 0, 4, 8);
        Equal(Tensor.From(new double[,] { { 3, 4 }, { 0, 0 } }).Norm([1]), [2], 5, 0);
        Equal(Tensor.From(new double[,] { { 1, 3 }, { 5, 7 } }).Variance([0, 1]), [], 5);
        Assert.Equal([1, 0], Tensor.From(new double[,] { { 3, 1 }, { 0, 0 } }).ArgMin());
        Assert.Throws<ArgumentException>(() => X.Max([0, -3]));
        Equal(X[0, ..].CumulativeSum(0)[^1, ..], [4], 12, 15, 18, 21);
    }

    [Fact]
    public void TheGradientOfANormIsZeroAtZero()
    {
        Tensor x = Tensor.From(new double[,] { { 0, 0 }, { 3, 4 } }).WithGrad();
        x.Norm([1]).Sum().Backward();
        Assert.Equal([0, 0, 0.6f, 0.8f], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void LogSumExpStaysFinite()
    {
        Assert.Equal(1000 + Math.Log(2), Tensor.From([1000.0, 1000], DType.Float64).LogSumExp().Item(), 12);
        Assert.Equal(double.NegativeInfinity, Tensor.Full([3], double.NegativeInfinity).LogSumExp().Item());
        Assert.Equal(double.PositiveInfinity, Tensor.From([1, double.PositiveInfinity]).LogSumExp().Item());
    }

    [Fact]
    public void AGradientOfPartsIsWrittenOnceForAll()
    {
        Tensor x = Tensor.Range(6).WithGrad();
        Tensor whole = x.Sum(); // shares its gradient with whoever comes later
        (whole + x[1..3].Sum() + x[2..4].Sum() + x.Rows(2, 2).Sum()).Backward();
        Equal(x.Grad!, [6], 1, 2, 5, 2, 1, 1);
    }
}
