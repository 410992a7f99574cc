namespace DeepNotebooks.Tests.Kernels;

public class BroadcastTests
{
    public static TheoryData<string, DType> Operations => Cases.Of(Functions.Keys, Enum.GetValues<DType>());

    private static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor> Fast, Func<double, double, double> Slow)> Functions = new()
    {
        ["a + b"] = ((a, b) => a + b, (a, b) => a + b),
        ["a - b"] = ((a, b) => a - b, (a, b) => a - b),
        ["a * b"] = ((a, b) => a * b, (a, b) => a * b),
        ["a / b"] = ((a, b) => a / (b + 5), (a, b) => a / (b + 5)),
        ["Maximum"] = (Tensor.Maximum, Math.Max),
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void AgreesWithOneElementAtATimeOnAllPairsOfSmallShapes(string name, DType dtype)
    {
        (Func<Tensor, Tensor, Tensor> fast, Func<double, double, double> slow) = Functions[name];
        Shape[] shapes = [.. Oracle.Shapes(maxRank: 3, maxSize: name == "a - b" ? 3 : 2)];
        foreach (Shape left in shapes)
        {
            Tensor a = Oracle.Integers(left, 1, dtype), aView = TransposedView(a);
            foreach (Shape right in shapes)
            {
                Tensor b = Oracle.Integers(right, 2, dtype);
                if (Expected(left, right) is not { } sizes)
                {
                    Assert.Throws<ArgumentException>(() => fast(a, b));
                    continue;
                }
                Tensor y = fast(a, b), fromViews = fast(aView, TransposedView(b));
                Assert.Equal(sizes, y.Shape);
                double[] expected = [.. Oracle.Indices(sizes).Select(at => slow(Oracle.Broadcast(a, at), Oracle.Broadcast(b, at)))];
                Oracle.AssertClose(expected, y.ToArray(), dtype == DType.Float32 ? 1e-7 : 0);
                Assert.Equal(y.ToArray(), fromViews.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(17)]
    [InlineData(100)]
    public void AgreesOnLongRuns(int width)
    {
        Tensor matrix = Oracle.Integers([5, width]), row = Oracle.Integers([width], 2), column = Oracle.Integers([5, 1], 3);
        Tensor y = (column - matrix) * (row - column);
        foreach (int[] at in Oracle.Indices(y.Shape))
        {
            Assert.Equal((column[at[0], 0] - matrix[at]) * (row[at[1]] - column[at[0], 0]), y[at]);
        }
    }

    /// <summary>The same elements in a view whose axes are stored in reverse.</summary>
    private static Tensor TransposedView(Tensor x) => x.Rank < 2 ? x : x.Transpose(0, -1).Clone().Transpose(0, -1);

    private static int[]? Expected(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        int[] left = [.. Enumerable.Repeat(1, rank - a.Rank), .. a], right = [.. Enumerable.Repeat(1, rank - b.Rank), .. b];
        return left.Zip(right).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1)
            ? [.. left.Zip(right, (l, r) => l == 1 ? r : l)]
            : null;
    }
}
