namespace DeepNotebooks.Tests;

/// <summary>The slow and obvious way: one element at a time, by its index.</summary>
internal static class Oracle
{
    /// <summary>Whole numbers from −4 to 4: sums of their products are exact in Float32 too, so results must be equal, not close.</summary>
    public static Tensor Integers(Shape shape, int seed = 1, DType dtype = DType.Float64)
    {
        var rng = new Rng(seed);
        return Tensor.From([.. Enumerable.Range(0, shape.Size).Select(_ => rng.Next(9) - 4.0)], shape, dtype);
    }

    /// <summary>All indices of a shape in row-major order.</summary>
    public static IEnumerable<int[]> Indices(IReadOnlyList<int> sizes)
    {
        IEnumerable<int[]> all = [[]];
        foreach (int size in sizes)
        {
            all = all.SelectMany(index => Enumerable.Range(0, size).Select(i => (int[])[.. index, i]));
        }
        return all;
    }

    /// <summary>The element that a shape broadcast to a larger index takes.</summary>
    public static double Broadcast(Tensor x, int[] index)
    {
        int[] tail = index[^x.Rank..];
        return x[[.. tail.Select((i, axis) => x.Shape[axis] == 1 ? 0 : i)]];
    }

    /// <summary>All shapes of up to so many axes with sizes from 0 to a largest.</summary>
    public static IEnumerable<Shape> Shapes(int maxRank, int maxSize)
    {
        for (int rank = 0; rank <= maxRank; rank++)
        {
            foreach (int[] sizes in Indices([.. Enumerable.Repeat(maxSize + 1, rank)]))
            {
                yield return Shape.Create(sizes);
            }
        }
    }

    public static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        double[] e = [.. expected], a = [.. actual];
        Assert.Equal(e.Length, a.Length);
        for (int i = 0; i < e.Length; i++)
        {
            double allowed = tolerance * Math.Max(1, Math.Abs(e[i]));
            Assert.True(Math.Abs(e[i] - a[i]) <= allowed || e[i].Equals(a[i]), $"Element {i}: expected {e[i]:R}, got {a[i]:R}.");
        }
    }
}
