using DeepNotebooks.Deployment;

namespace DeepNotebooks.Tests.Deployment;

public class DriftDetectorTests
{
    [Fact]
    public void TheDistanceIsThatOfTheDistributionFunctions()
    {
        double[] a = [1, 2, 2, 3], b = [2, 3, 4, 5, 5];
        double expected = a.Concat(b).Max(v => Math.Abs((a.Count(x => x <= v) / 4.0) - (b.Count(x => x <= v) / 5.0)));
        Assert.Equal(expected, DriftDetector.KolmogorovSmirnov(a, b), 12);
        Assert.Equal(1, DriftDetector.KolmogorovSmirnov([1, 2], [3]));
        Assert.Equal(0, DriftDetector.KolmogorovSmirnov(a, [.. a.Reverse()]));
    }

    [Theory]
    [InlineData(1.2238, 0.10)] // the distribution's tabled quantiles
    [InlineData(1.3581, 0.05)]
    [InlineData(1.6276, 0.01)]
    public void LargeSamplesHaveTheTabledQuantiles(double lambda, double p) =>
        Assert.Equal(p, DriftDetector.PValue(lambda / Math.Sqrt(5e7), 100_000_000, 100_000_000), 3);

    [Fact]
    public void RingsAsOftenAsItSaysWithoutDriftAndAtEachShiftedFeature()
    {
        var rng = new Rng(1);
        int rang = 0;
        for (int i = 0; i < 400; i++)
        {
            if (new DriftDetector(rng.Normal([100, 5]), 0.05).Check(rng.Normal([80, 5])).Any(f => f.Drifted))
                rang++;
        }
        Assert.InRange(rang / 400.0, 0.01, 0.09);

        Tensor shifted = rng.Normal([500, 3]) * Tensor.From([1.0, 1, 2]) + Tensor.From([0.0, 0.8, 0]);
        IReadOnlyList<FeatureDrift> report = new DriftDetector(rng.Normal([500, 3])).Check(shifted);
        Assert.Equal([false, true, true], report.Select(f => f.Drifted));
        Assert.True(report[0].StabilityIndex < 0.1 && report[1].StabilityIndex > 0.25 && report[2].StabilityIndex > 0.25);
    }

    [Fact]
    public void TheStabilityIndexIsThatOfItsBins()
    {
        double[] reference = [.. Enumerable.Range(0, 100).Select(i => (double)i)], sample = [.. Enumerable.Repeat(5.0, 50), .. Enumerable.Repeat(95.0, 50)];
        double expected = (2 * (((10.5 / 105) - (50.5 / 105)) * Math.Log(10.5 / 50.5))) + (8 * (((10.5 / 105) - (0.5 / 105)) * Math.Log(10.5 / 0.5)));
        Assert.Equal(expected, DriftDetector.PopulationStability(reference, sample), 10);
        Assert.Equal(0, DriftDetector.PopulationStability(reference, reference), 12);
    }

    [Fact]
    public void ErrorsNameTheRemedy()
    {
        Assert.Throws<ArgumentException>(() => new DriftDetector(Tensor.Zeros([0, 2])));
        Assert.Contains("3 features", Assert.Throws<ArgumentException>(() => new DriftDetector(Tensor.Ones([2, 2])).Check(Tensor.Ones([2, 3]))).Message);
        Assert.Throws<ArgumentException>(() => DriftDetector.KolmogorovSmirnov([], [1]));
    }
}
