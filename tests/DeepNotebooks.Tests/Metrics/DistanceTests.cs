using DeepNotebooks.Metrics;

namespace DeepNotebooks.Tests.Metrics;

public class DistanceTests
{
    private static IEnumerable<int[]> Permutations(int n) => n == 0
        ? [[]]
        : Permutations(n - 1).SelectMany(p => Enumerable.Range(0, n).Select(at => (int[])[.. p[..at], n - 1, .. p[at..]]));

    [Fact]
    public void TransportOfEqualMassesIsTheBestOfAllPairings()
    {
        var rng = new Rng(1);
        for (int n = 1; n <= 6; n++)
        {
            double[,] cost = new double[n, n];
            for (int i = 0; i < n * n; i++)
                cost[i / n, i % n] = rng.NextNormal(); // negative costs too
            double[] masses = [.. Enumerable.Repeat(1.0, n)];
            double best = Permutations(n).Min(p => Enumerable.Range(0, n).Sum(i => cost[i, p[i]]));
            Assert.Equal(best, OptimalTransport.Solve(cost, masses, masses).Cost, 1e-12);
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 1)]
    [InlineData(7, 5)]
    [InlineData(23, 40)]
    public void PlansKeepTheMassesAndPricesProveThem(int n, int m)
    {
        var rng = new Rng(n);
        double[] Masses(int count)
        {
            double[] raw = [.. Enumerable.Range(0, count).Select(i => i == 1 ? 0 : rng.NextDouble())];
            return [.. raw.Select(mass => mass / raw.Sum())];
        }
        double[] from = Masses(n), to = Masses(m);
        double[,] cost = new double[n, m];
        for (int i = 0; i < n * m; i++)
            cost[i / m, i % m] = rng.NextDouble();
        OptimalTransport best = OptimalTransport.Solve(cost, from, to);
        for (int i = 0; i < n; i++)
            Assert.Equal(from[i], Enumerable.Range(0, m).Sum(j => best.Plan[i, j]), 1e-10);
        for (int j = 0; j < m; j++)
            Assert.Equal(to[j], Enumerable.Range(0, n).Sum(i => best.Plan[i, j]), 1e-10);
        Assert.All(best.Plan.Cast<double>(), mass => Assert.True(mass >= 0));
        for (int i = 0; i < n * m; i++)
            Assert.True(best.FromPrices[i / m] + best.ToPrices[i % m] <= cost[i / m, i % m] + 1e-12);
        double dual = from.Zip(best.FromPrices, (a, u) => a * u).Sum() + to.Zip(best.ToPrices, (b, v) => b * v).Sum();
        Assert.Equal(best.Cost, dual, 1e-10);
    }

    [Theory]
    [InlineData(6, 6)]
    [InlineData(1, 9)]
    [InlineData(8, 5)]
    public void OnALineSortingGivesTheTransportPlansCost(int n, int m)
    {
        var rng = new Rng(7);
        Tensor x = rng.Normal([n, 1], dtype: DType.Float64), y = rng.Normal([m, 1], mean: 1, std: 2, dtype: DType.Float64);
        Assert.Equal(OptimalTransport.Between(x, y).Cost, Metric.Wasserstein1D(x, y), 1e-10);
    }

    [Fact]
    public void WassersteinGrowsWithTheDistanceWhereJensenShannonStaysAtLn2()
    {
        Tensor x = Tensor.From([0.0, 1, 2, 4], DType.Float64);
        foreach (double shift in new double[] { 0, 0.5, 10, 1000 })
            Assert.Equal(shift, Metric.Wasserstein1D(x, x + shift), 1e-12);
        Tensor p = Tensor.From([0.5, 0.5, 0, 0], DType.Float64);
        double JensenShannon(params double[] q) => Metric.JensenShannon(p, Tensor.From(q, DType.Float64));
        Assert.Equal(Math.Log(2), JensenShannon(0, 0, 0.5, 0.5), 1e-15);
        Assert.Equal(Math.Log(2), JensenShannon(0, 0, 0, 1), 1e-15);
        Assert.Equal(0, JensenShannon(0.5, 0.5, 0, 0));
        Assert.Equal((0.5 * Math.Log(2) / 2) + (0.5 * Math.Log(2) / 2), JensenShannon(0.5, 0, 0.5, 0), 1e-15);
    }

    [Fact]
    public void BadArgumentsAreExplained()
    {
        Tensor half = Tensor.From([0.5, 0.5]);
        Assert.Throws<ArgumentException>(() => Metric.JensenShannon(half, Tensor.From([1.0])));
        Assert.Throws<ArgumentException>(() => Metric.JensenShannon(half, Tensor.From([0.5, 0.6])));
        Assert.Throws<ArgumentException>(() => Metric.JensenShannon(half, Tensor.From([1.5, -0.5])));
        Assert.Throws<ArgumentException>(() => Metric.Wasserstein1D(half, Tensor.Zeros([0])));
        Assert.Throws<ArgumentException>(() => Metric.Wasserstein1D(half, Tensor.From([double.NaN])));
        Assert.Throws<ArgumentException>(() => OptimalTransport.Between(Tensor.Zeros([3, 2]), Tensor.Zeros([3, 1])));
        Assert.Throws<ArgumentException>(() => OptimalTransport.Solve(new double[1, 1], [1], [2]));
        Assert.Throws<ArgumentException>(() => OptimalTransport.Solve(new double[1, 2], [1], [1]));
        Assert.Throws<ArgumentException>(() => OptimalTransport.Solve(new double[1, 1], [-1], [-1]));
        Assert.Throws<ArgumentException>(() => OptimalTransport.Solve(new[,] { { double.PositiveInfinity } }, [1], [1]));
    }
}
