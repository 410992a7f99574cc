using System.Diagnostics;
using System.Numerics;

namespace DeepNotebooks.Benchmarks;

/// <summary>
/// The matrix product C = A B of [n, n] matrices, step by step from the definition to all processors; each step gives the same result.
/// The library's own product, which packs and keeps a tile of C in registers, is the last.
/// </summary>
internal static class Ladder
{
    private const int Block = 64; // three blocks of 64 × 64 floats fill half of a second-level cache of 96 KB

    /// <summary>The steps by name.</summary>
    public static IReadOnlyList<(string Name, Action<float[], float[], float[], int> Multiply)> Steps { get; } =
    [
        ("naive", Naive), ("reordered", Reordered), ("blocked", Blocked), ("vector", Vectors), ("parallel", InParallel), ("library", Library),
    ];

    /// <summary>Prints the GFLOP/s of each step; fails where one differs from the first.</summary>
    public static void Run(int n)
    {
        var random = new Random(1);
        float[] Draw() => [.. Enumerable.Range(0, n * n).Select(_ => (float)random.Next(-4, 5))]; // whole numbers: exact in any order
        float[] a = Draw(), b = Draw(), first = new float[n * n];
        Naive(a, b, first, n);
        foreach ((string name, Action<float[], float[], float[], int> multiply) in Steps)
        {
            var c = new float[n * n];
            double best = double.PositiveInfinity;
            for (int i = 0; i < (name == "naive" ? 2 : 10); i++)
            {
                Array.Clear(c);
                long start = Stopwatch.GetTimestamp();
                multiply(a, b, c, n);
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            if (!c.AsSpan().SequenceEqual(first))
                throw new InvalidOperationException($"{name}: the result differs from the naive product's.");
            Console.WriteLine($"{name,-10}{2.0 * n * n * n / best / 1e9,8:0.0} GFLOP/s");
        }
    }

    /// <summary>cᵢⱼ = Σₚ aᵢₚ bₚⱼ, as it is written: b is read down its columns, a cache line for each number.</summary>
    private static void Naive(float[] a, float[] b, float[] c, int n)
    {
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = 0;
                for (int p = 0; p < n; p++)
                    sum += a[(i * n) + p] * b[(p * n) + j];
                c[(i * n) + j] = sum;
            }
        }
    }

    /// <summary>The loops over p and j exchanged: all arrays are read along their rows.</summary>
    private static void Reordered(float[] a, float[] b, float[] c, int n)
    {
        for (int i = 0; i < n; i++)
        {
            for (int p = 0; p < n; p++)
            {
                float factor = a[(i * n) + p];
                for (int j = 0; j < n; j++)
                    c[(i * n) + j] += factor * b[(p * n) + j];
            }
        }
    }

    /// <summary>Block by block: what was read is used again while it is in the cache.</summary>
    private static void Blocked(float[] a, float[] b, float[] c, int n)
    {
        foreach ((int i0, int p0, int j0) in Blocks(n, 0, n))
        {
            for (int i = i0; i < Math.Min(i0 + Block, n); i++)
            {
                for (int p = p0; p < Math.Min(p0 + Block, n); p++)
                {
                    float factor = a[(i * n) + p];
                    for (int j = j0; j < Math.Min(j0 + Block, n); j++)
                        c[(i * n) + j] += factor * b[(p * n) + j];
                }
            }
        }
    }

    /// <summary>The innermost loop by vectors.</summary>
    private static void Vectors(float[] a, float[] b, float[] c, int n) => VectorRows(a, b, c, n, 0, n);

    /// <summary>Rows shared out among processors: each element of C is the work of one, so nothing has to be joined.</summary>
    private static void InParallel(float[] a, float[] b, float[] c, int n)
    {
        int stripes = (n + Block - 1) / Block;
        System.Threading.Tasks.Parallel.For(0, stripes, s => VectorRows(a, b, c, n, s * Block, Math.Min(n, (s + 1) * Block)));
    }

    private static void VectorRows(float[] a, float[] b, float[] c, int n, int first, int end)
    {
        foreach ((int i0, int p0, int j0) in Blocks(n, first, end))
        {
            int width = Math.Min(Block, n - j0);
            for (int i = i0; i < Math.Min(i0 + Block, end); i++)
            {
                Span<float> sum = c.AsSpan((i * n) + j0, width);
                for (int p = p0; p < Math.Min(p0 + Block, n); p++)
                    AddMultiple(a[(i * n) + p], b.AsSpan((p * n) + j0, width), sum);
            }
        }
    }

    private static void AddMultiple(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        int j = 0;
        for (; j <= x.Length - Vector<float>.Count; j += Vector<float>.Count)
            (new Vector<float>(y[j..]) + (factor * new Vector<float>(x[j..]))).CopyTo(y[j..]);
        for (; j < x.Length; j++)
            y[j] += factor * x[j];
    }

    private static void Library(float[] a, float[] b, float[] c, int n) =>
        Kernels.MatrixProduct.Multiply<float>(a, new(0, n, 1), b, new(0, n, 1), c, n, n, n);

    private static IEnumerable<(int I, int P, int J)> Blocks(int n, int first, int end)
    {
        for (int i = first; i < end; i += Block)
        {
            for (int p = 0; p < n; p += Block)
            {
                for (int j = 0; j < n; j += Block)
                    yield return (i, p, j);
            }
        }
    }
}
