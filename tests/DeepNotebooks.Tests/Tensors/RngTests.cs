using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace DeepNotebooks.Tests.Tensors;

public class RngTests
{
    [Fact]
    public void TheFirstNumbersOfASeedNeverChange()
    {
        var rng = new Rng(7);
        // The first four were also computed by a separate implementation of xoshiro256** seeded by splitmix64.
        Assert.Equal([0.7005764821796896, 0.2787512294737843, 0.8396274618764198, 0.9810977250149351], Enumerable.Range(0, 4).Select(_ => rng.NextDouble()));
        Assert.Equal([-0.3039301238656567, -1.0989693210013467, 0.30479435832638674], rng.Normal([3], dtype: DType.Float64).ToArray());
        Assert.Equal([6, 5, 0, 1, 2, 4, 3, 7], rng.Permutation(8));
        Assert.Equal(179753, rng.Next(1_000_000));
        Assert.Equal(0.06909663654218745, rng.Split().NextDouble());
    }

    [Fact]
    public void TheSameSeedGivesTheSameBitsAndAnotherGivesOthers()
    {
        Assert.Equal(Draw(new Rng(1)), Draw(new Rng(1)));
        Assert.NotEqual(Draw(new Rng(1)), Draw(new Rng(2)));

        static double[] Draw(Rng rng) =>
        [
            .. rng.Uniform([10]).ToArray(), .. rng.Normal([10], dtype: DType.Float64).ToArray(), rng.NextDouble(), rng.NextNormal(),
            rng.Next(1000), .. rng.Permutation(10), .. rng.Split().Uniform([3]).ToArray(), rng.AsRandom().NextDouble(),
        ];
    }

    [Fact]
    public void UniformNumbersHaveTheirMomentsAndStayInTheirRange()
    {
        double[] x = new Rng(1).Uniform([100_000], -1, 3, DType.Float64).ToArray();
        Assert.InRange(x.Min(), -1, -0.999);
        Assert.InRange(x.Max(), 2.999, 3);
        Assert.Equal(1, x.Mean(), 0.02);
        Assert.Equal(16 / 12.0, x.Variance(), 0.02);
        Assert.InRange(ChiSquaredP(x.Select(v => (int)((v + 1) * 5)), 20), 0.001, 0.999);
    }

    [Fact]
    public void NormalNumbersHaveTheirMoments()
    {
        double[] x = new Rng(1).Normal([100_000], mean: 2, std: 3, DType.Float64).ToArray();
        Assert.Equal(2, x.Mean(), 0.04);
        Assert.Equal(3, x.StandardDeviation(), 0.03);
        Assert.Equal(0, x.Skewness(), 0.03);
        Assert.Equal(0, x.Kurtosis(), 0.06);
        Assert.InRange(ChiSquaredP(x.Select(v => (int)(Normal.CDF(2, 3, v) * 20)), 20), 0.001, 0.999);
    }

    [Fact]
    public void EveryPermutationIsEquallyLikely()
    {
        var rng = new Rng(1);
        int[] counts = new int[24];
        for (int i = 0; i < 24_000; i++)
        {
            int[] order = rng.Permutation(4);
            Assert.Equal([0, 1, 2, 3], order.Order());
            counts[(order[0] * 6) + (order[1..].Count(v => v < order[1]) * 2) + (order[2] > order[3] ? 1 : 0)]++;
        }
        Assert.InRange(ChiSquaredP(counts), 0.001, 0.999);
        Assert.Empty(rng.Permutation(0));
    }

    [Fact]
    public void WholeNumbersAreEquallyLikely()
    {
        var rng = new Rng(1);
        Assert.InRange(ChiSquaredP(Enumerable.Range(0, 20_000).Select(_ => rng.Next(13)), 13), 0.001, 0.999);
    }

    [Fact]
    public void SplitGeneratorsAreIndependent()
    {
        var rng = new Rng(1);
        double[][] streams = [.. Enumerable.Range(0, 6).Select(_ => rng.Split().Normal([10_000], dtype: DType.Float64).ToArray()), rng.Normal([10_000], dtype: DType.Float64).ToArray()];
        for (int i = 0; i < streams.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.InRange(Correlation.Pearson(streams[i], streams[j]), -0.04, 0.04);
            }
        }
    }

    public static TheoryData<string, Action> BadRequests => new()
    {
        { "Rng.Uniform: 2 to 1 is no range", () => new Rng(1).Uniform([2], 2, 1) },
        { "Rng.Uniform", () => new Rng(1).Uniform([2], double.NaN, 1) },
        { "Rng.Uniform", () => new Rng(1).Uniform([2], 0, double.PositiveInfinity) },
        { "deviation -1 make", () => new Rng(1).Normal([2], 0, -1) },
        { "Rng.Normal", () => new Rng(1).Normal([2], double.NaN) },
        { "Rng.Normal", () => new Rng(1).NextNormal(0, double.NaN) },
        { "below 0", () => new Rng(1).Next(0) },
        { "-3 numbers cannot be ordered", () => new Rng(1).Permutation(-3) },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void BadRequestsAreRefused(string message, Action request) =>
        Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(request).Message);

    private static double ChiSquaredP(IEnumerable<int> values, int cells)
    {
        int[] counts = new int[cells];
        foreach (int value in values)
        {
            counts[value]++;
        }
        return ChiSquaredP(counts);
    }

    /// <summary>The share of χ² distributions below the statistic of these counts, expected to be equal.</summary>
    private static double ChiSquaredP(int[] counts)
    {
        double expected = counts.Average();
        return ChiSquared.CDF(counts.Length - 1, counts.Sum(count => Math.Pow(count - expected, 2) / expected));
    }
}
