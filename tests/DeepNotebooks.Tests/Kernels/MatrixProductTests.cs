using DeepNotebooks.Kernels;

namespace DeepNotebooks.Tests.Kernels;

[Collection(nameof(ThreadLimit))]
public class MatrixProductTests
{
    [Fact]
    public void AgreesWithTheThreeLoopsAtAllSmallSizes()
    {
        foreach (int[] size in Oracle.Indices([21, 21, 21]))
        {
            Compare(size[0], size[1], size[2]);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(95)]
    [InlineData(97)]
    [InlineData(193)]
    public void AgreesWithTheThreeLoopsAroundTheBordersOfTilesAndBlocks(int rows)
    {
        foreach (int inner in (int[])[255, 256, 257, 513])
        {
            foreach (int columns in (int[])[7, 8, 9, 15, 16, 17, 33])
            {
                Compare(rows, inner, columns);
            }
        }
    }

    [Fact]
    public void TheWideTileAgreesWithTheNarrowOneAtAllSmallSizes()
    {
        foreach (int rows in Enumerable.Range(1, 26))
        {
            foreach (int inner in (int[])[1, 2, 7, 16, 321])
            {
                foreach (int columns in (int[])[4, 15, 16, 17, 31, 32, 33, 47, 64, 65])
                {
                    float[] a = Oracle.Integers([rows, inner]).ToArray<float>(), b = Oracle.Integers([inner, columns], 2).ToArray<float>();
                    float[] narrow = new float[rows * columns], wide = new float[rows * columns];
                    MatrixProduct.Multiply<float, VectorTile<float>>(a, b, narrow, rows, inner, columns);
                    MatrixProduct.Multiply<float, Vector512Tile<float>>(a, b, wide, rows, inner, columns);
                    Assert.Equal(narrow, wide); // whole numbers: exact in any order
                    double[] a64 = [.. a], b64 = [.. b], wide64 = new double[rows * columns];
                    MatrixProduct.Multiply<double, Vector512Tile<double>>(a64, b64, wide64, rows, inner, columns);
                    Assert.Equal(narrow.Select(v => (double)v), wide64);
                }
            }
        }
    }

    [Fact]
    public void AddsToWhatIsThere()
    {
        foreach ((int rows, int inner, int columns) in new[] { (1, 5, 20), (7, 400, 19), (20, 3, 2), (64, 64, 64), (2, 3, 1) })
        {
            Tensor a = Oracle.Integers([rows, inner]), b = Oracle.Integers([inner, columns], 2), y = Tensor.Ones([rows, columns], a.DType);
            Tensor.MultiplyInto(y, a, b, add: true);
            Assert.Equal((a.MatMul(b) + 1).ToArray(), y.ToArray());
        }
    }

    [Fact]
    public void BroadcastsTheAxesOfABatch()
    {
        Shape[] batches = [[], [1], [3], [2, 3], [2, 1], [1, 3], [0]];
        foreach (Shape left in batches)
        {
            foreach (Shape right in batches.Where(right => left.Concat(right).All(size => size != 0) || left.Rank + right.Rank <= 1 || left == right))
            {
                Tensor a = Oracle.Integers([.. left, 2, 3]), b = Oracle.Integers([.. right, 3, 4], 2);
                Tensor y = a.MatMul(b);
                Assert.Equal([.. Shape.Broadcast(left, right), 2, 4], y.Shape);
                foreach (int[] at in Oracle.Indices(y.Shape))
                {
                    double sum = Enumerable.Range(0, 3).Sum(p =>
                        Element(a, [.. at[..^2], at[^2], p]) * Element(b, [.. at[..^2], p, at[^1]]));
                    Assert.Equal(sum, y[at]);
                }
            }
        }

        static double Element(Tensor x, int[] index) => Oracle.Broadcast(x, index);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void GivesTheSameBitsWithAnyNumberOfThreads(DType dtype)
    {
        Tensor a = new Rng(1).Normal([400, 300], dtype: dtype), b = new Rng(2).Normal([300, 200], dtype: dtype);
        int before = Threads.Limit;
        try
        {
            Threads.Limit = 1;
            double[] alone = a.MatMul(b).ToArray();
            foreach (int limit in (int[])[2, 3, 16])
            {
                Threads.Limit = limit;
                Assert.Equal(alone, a.MatMul(b).ToArray());
            }
        }
        finally
        {
            Threads.Limit = before;
        }
    }

    [Fact]
    public void LetsNaNAndInfinityThrough()
    {
        Tensor a = Tensor.From(new double[,] { { 0, 1 }, { double.NaN, 1 }, { double.PositiveInfinity, 0 } }), b = Tensor.From(new double[,] { { double.PositiveInfinity }, { 1 } });
        Assert.Equal([double.NaN, double.NaN, double.PositiveInfinity], a.MatMul(b).ToArray());
    }

    private static void Compare(int rows, int inner, int columns)
    {
        Tensor a = Oracle.Integers([rows, inner]), b = Oracle.Integers([inner, columns], 2);
        double[] left = a.ToArray(), right = b.ToArray(), expected = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int p = 0; p < inner; p++)
            {
                for (int j = 0; j < columns; j++)
                {
                    expected[(i * columns) + j] += left[(i * inner) + p] * right[(p * columns) + j];
                }
            }
        }
        foreach (DType dtype in Enum.GetValues<DType>())
        {
            Tensor[] stored = Stored(b.To(dtype));
            foreach (Tensor first in Stored(a.To(dtype)))
            {
                foreach (Tensor second in stored)
                {
                    Assert.True(expected.AsSpan().SequenceEqual(first.MatMul(second).ToArray()),
                        $"{dtype} {first.Shape} x {second.Shape} of strides ({string.Join(", ", first.Strides)}) and ({string.Join(", ", second.Strides)}) differs.");
                }
            }
        }
    }

    /// <summary>The same matrix, stored row by row, column by column, and as a window of a larger one whose rest is NaN.</summary>
    private static Tensor[] Stored(Tensor x)
    {
        int rows = x.Shape[0], columns = x.Shape[1];
        Tensor wide = Tensor.Concat([Tensor.Full([rows, 2], double.NaN, x.DType), x, Tensor.Full([rows, 1], double.NaN, x.DType)], 1);
        Tensor window = Tensor.Concat([Tensor.Full([1, columns + 3], double.NaN, x.DType), wide]).Slice(0, 1, rows).Slice(1, 2, columns);
        return [x, x.Transpose().Clone().Transpose(), window];
    }
}
