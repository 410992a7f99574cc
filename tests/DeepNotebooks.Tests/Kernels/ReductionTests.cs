namespace DeepNotebooks.Tests.Kernels;

public class ReductionTests
{
    public static TheoryData<string, DType> Reductions => Cases.Of(Functions.Keys, Enum.GetValues<DType>());

    private static readonly Dictionary<string, (Func<Tensor, int, bool, Tensor> Fast, Func<double[], double> Slow)> Functions = new()
    {
        ["Sum"] = ((x, axis, keep) => x.Sum(axis, keep), terms => terms.Sum()),
        ["Mean"] = ((x, axis, keep) => x.Mean(axis, keep), terms => terms.Sum() / terms.Length),
        ["Variance"] = ((x, axis, keep) => x.Variance(axis, 0, keep), terms => Deviations(terms).Sum() / terms.Length),
        ["Max"] = ((x, axis, keep) => x.Max(axis, keep), terms => terms.Max()),
        ["Min"] = ((x, axis, keep) => x.Min(axis, keep), terms => terms.Min()),
    };

    [Theory]
    [MemberData(nameof(Reductions))]
    public void AgreesWithOneElementAtATimeOverEveryAxis(string name, DType dtype)
    {
        (Func<Tensor, int, bool, Tensor> fast, Func<double[], double> slow) = Functions[name];
        foreach (Shape shape in Oracle.Shapes(maxRank: 3, maxSize: 5).Where(shape => shape.Rank > 0))
        {
            Tensor x = Oracle.Integers(shape, 1, dtype);
            for (int axis = 0; axis < shape.Rank; axis++)
            {
                if (shape[axis] == 0 && name is "Max" or "Min" && shape[axis] == 0)
                {
                    Assert.Throws<InvalidOperationException>(() => fast(x, axis, false));
                    continue;
                }
                int[] sizes = shape.ToArray(), kept = shape.ToArray();
                kept[axis] = 1;
                double[] expected = [.. Oracle.Indices(kept).Select(at => slow([.. Enumerable.Range(0, sizes[axis]).Select(k => x[[.. at[..axis], k, .. at[(axis + 1)..]]])]))];
                Oracle.AssertClose(expected, fast(x, axis, false).ToArray(), dtype == DType.Float32 ? 1e-6 : 1e-14);
                Oracle.AssertClose(expected, fast(x, axis - shape.Rank, true).ToArray(), dtype == DType.Float32 ? 1e-6 : 1e-14);
                Assert.Equal(kept, fast(x, axis, true).Shape);
                Assert.Equal([.. sizes[..axis], .. sizes[(axis + 1)..]], fast(x, axis, false).Shape);
            }
        }
    }

    [Fact]
    public void ArgMaxIsTheFirstOfEqualsAndNaNWins()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 3, 3 }, { double.NaN, 9, 1 }, { 2, double.NaN, double.NaN } });
        Assert.Equal([1, 0, 1], x.ArgMax());
        Assert.Equal([1, 2, 2], x.ArgMax(0));
        Assert.Equal([3, double.NaN, double.NaN], x.Max(1).ToArray());
        Assert.Equal([1, double.NaN, double.NaN], x.Min(1).ToArray());
        Assert.True(double.IsNaN(x.Max().Item()));
    }

    [Fact]
    public void SumsOverSeveralAxes()
    {
        Tensor x = Oracle.Integers([2, 3, 4, 5]);
        foreach (int[] axes in (int[][])[[], [0], [0, 1], [1, 3], [3, 0], [-1, 0, 1], [0, 1, 2, 3]])
        {
            int[] resolved = [.. axes.Select(axis => axis < 0 ? axis + 4 : axis)];
            var expected = Oracle.Indices(x.Shape)
                .GroupBy(at => string.Join(',', at.Where((_, axis) => !resolved.Contains(axis))))
                .Select(group => group.Sum(at => x[at]));
            Assert.Equal(expected, x.Sum(axes).ToArray());
            Assert.Equal(x.Sum(axes).ToArray(), x.Sum(axes, keepDims: true).ToArray());
            Oracle.AssertClose(x.Sum(axes).ToArray(), (x.Mean(axes) * (120 / Math.Max(x.Sum(axes).Size, 1))).ToArray(), 1e-12);
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void SumsDoNotDependOnWhereInMemoryTheNumbersLie(DType dtype)
    {
        foreach (int count in (int[])[1, 7, 16, 33, 100, 1000])
        {
            Tensor numbers = new Rng(1).Normal([count], dtype: dtype);
            double[] sums = [.. Enumerable.Range(0, 17).SelectMany(shift =>
            {
                Tensor moved = Tensor.Concat([Tensor.Zeros([shift], dtype), numbers]).Slice(0, shift, count);
                return new[] { moved.Sum().Item(), moved.Norm().Item(), moved.Softmax()[0] };
            })];
            for (int i = 3; i < sums.Length; i++)
            {
                Assert.Equal(sums[i % 3], sums[i]);
            }
        }
    }

    [Fact]
    public void TheNormIsTheRootOfTheSumOfSquares()
    {
        Assert.Equal(13, Tensor.From([3.0, -4, 12]).Norm().Item());
        Assert.Equal(0, Tensor.Zeros([0]).Norm().Item());
        Assert.Equal(5, Tensor.From(new double[,] { { 3, 9 }, { 4, 9 } }).Slice(1, 0, 1).Norm().Item());
    }

    private static IEnumerable<double> Deviations(double[] terms) => terms.Select(term => Math.Pow(term - terms.Average(), 2));
}
