using System.Text.Json;
using DeepNotebooks.Tests.Golden;
using DeepNotebooks.Tuning;

namespace DeepNotebooks.Tests.Tuning;

public class SearchTests
{
    private static Space Plane => new() { ["x"] = Dimension.Uniform(-5, 10), ["y"] = Dimension.Uniform(0, 15) };

    /// <summary>Branin's function: three minima of 0.397887.</summary>
    private static double Branin(Settings s)
    {
        (double x, double y) = (s["x"], s["y"]);
        return Math.Pow(y - (5.1 * x * x / (4 * Math.PI * Math.PI)) + (5 * x / Math.PI) - 6, 2) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10;
    }

    [Fact]
    public void DimensionsKeepTheirRanges()
    {
        var space = new Space
        {
            ["rate"] = Dimension.LogUniform(1e-4, 1),
            ["share"] = Dimension.Uniform(2, 3),
            ["width"] = Dimension.Integer(4, 6),
            ["layers"] = Dimension.Choice(1, 2),
            ["name"] = Dimension.Choice("tanh", "relu"),
        };
        SearchResult result = Search.Random(space, 1000, s => s["share"], new Rng(1));
        Assert.All(result.Trials, t => Assert.InRange(t.Settings["rate"], 1e-4, 1));
        Assert.All(result.Trials, t => Assert.InRange(t.Settings["share"], 2, 3));
        Assert.Equal(0.5, result.Trials.Average(t => t.Settings["rate"] < 0.01 ? 1.0 : 0), 0.08); // half of the orders of magnitude
        Assert.Equal([4, 5, 6], result.Trials.Select(t => (int)t.Settings["width"]).Distinct().Order());
        Assert.All(Enumerable.Range(4, 3), width =>
            Assert.Equal(1 / 3.0, result.Trials.Average(t => t.Settings["width"] == width ? 1.0 : 0), 0.08));
        Assert.Equal([1, 2], result.Trials.Select(t => (int)t.Settings["layers"]).Distinct().Order());
        Assert.Equal(["relu", "tanh"], result.Trials.Select(t => t.Settings.Get<string>("name")).Distinct().Order());
        Assert.Equal(result.Trials.Min(t => t.Score), result.Best.Score);
        Assert.Contains("name = ", result.ToString());
    }

    [Fact]
    public void GridTriesEveryCombinationWithItsEnds()
    {
        var space = new Space { ["x"] = Dimension.Uniform(0, 1), ["n"] = Dimension.Integer(1, 100), ["k"] = Dimension.Choice("a", "b", "c", "d") };
        SearchResult result = Search.Grid(space, 3, s => s["x"] + s["n"]);
        Assert.Equal(3 * 3 * 4, result.Trials.Select(t => t.Settings.ToString()).Distinct().Count());
        Assert.Equal([0, 0.5, 1], result.Trials.Select(t => t.Settings["x"]).Distinct());
        Assert.Equal([1, 51, 100], result.Trials.Select(t => t.Settings["n"]).Distinct());
        Assert.Equal((1, 36.0), (result.Best.Score, result.Cost));
        Assert.Equal([2, 3], Search.Grid(new Space { ["n"] = Dimension.Integer(2, 3) }, 5, s => s["n"]).Trials
            .Select(t => t.Settings["n"]));
    }

    [Fact]
    public void BayesianSearchNeedsFewerTrialsThanRandomInTheMedian()
    {
        double Median(Func<Rng, SearchResult> search) => Enumerable.Range(0, 5)
            .Select(seed => search(new Rng(seed)).Best.Score).Order().ElementAt(2);
        double bayesian = Median(rng => Search.Bayesian(Plane, 30, Branin, rng)), random = Median(rng => Search.Random(Plane, 30, Branin, rng));
        double evolution = Median(rng => Search.Evolution(Plane, 100, Branin, rng)), more = Median(rng => Search.Random(Plane, 100, Branin, rng));
        Assert.True(bayesian < 0.45, $"{bayesian}");
        Assert.True(bayesian < random, $"{bayesian} against {random}");
        Assert.True(evolution < more, $"{evolution} against {more}");
    }

    [Fact]
    public void TheSameSeedGivesTheSameTrials()
    {
        Func<Rng, SearchResult>[] searches =
        [
            rng => Search.Random(Plane, 8, Branin, rng), rng => Search.Bayesian(Plane, 8, Branin, rng), rng => Search.Evolution(Plane, 8, Branin, rng, 3),
            rng => Search.SuccessiveHalving(Plane, 8, (s, budget) => Branin(s) / budget, rng),
        ];
        Assert.All(searches, search =>
            Assert.Equal(search(new Rng(2)).Trials.Select(t => t.Score), search(new Rng(2)).Trials.Select(t => t.Score)));
        Assert.All(searches[..3], search => Assert.Equal(8, search(new Rng(2)).Trials.Count));
    }

    [Fact]
    public void BayesianSearchHandlesChoicesWholeNumbersAndFailures()
    {
        var space = new Space { ["kind"] = Dimension.Choice("a", "b", "c"), ["n"] = Dimension.Integer(0, 20) };
        double Score(Settings s) => s["n"] > 18 ? double.NaN : s.Get<string>("kind") == "b" ? Math.Pow(s["n"] - 7, 2) : 200;
        SearchResult result = Search.Bayesian(space, 30, Score, new Rng(3));
        Assert.Equal(("b", 7), (result.Best.Settings.Get<string>("kind"), (int)result.Best.Settings["n"]));
        Assert.Equal(5, Search.Bayesian(Plane, 5, _ => 1, new Rng(1), initial: 2).Trials.Count); // a flat objective
        SearchResult failed = Search.Bayesian(Plane, 4, _ => double.NaN, new Rng(1));
        Assert.Contains("NaN", Assert.Throws<InvalidOperationException>(() => failed.Best).Message);
    }

    [Fact]
    public void SuccessiveHalvingSpendsOnTheBest()
    {
        SearchResult result = Search.SuccessiveHalving(Plane, 9, (s, budget) => s["x"] + (1 / budget), new Rng(1), budget: 2);
        Assert.Equal([2, 2, 2, 2, 2, 2, 2, 2, 2, 6, 6, 6, 18], result.Trials.Select(t => t.Budget));
        double[] first = [.. result.Trials.Take(9).Select(t => t.Settings["x"]).Order()];
        Assert.Equal(first[..3], result.Trials.Skip(9).Take(3).Select(t => t.Settings["x"]));
        Assert.Equal((18, first[0]), (result.Best.Budget, result.Best.Settings["x"]));
        Assert.Equal(54, result.Cost);
    }

    [Fact]
    public void ResultsChartTheBestSoFar()
    {
        SearchResult result = Search.Random(Plane, 20, Branin, new Rng(1));
        Assert.Equal(result.BestSoFar.OrderDescending(), result.BestSoFar);
        Assert.Equal(result.Best.Score, result.BestSoFar[^1]);
        Assert.Contains("best so far", result.ToFigure().ToSvg());
    }

    [Fact]
    public void GaussianProcessAgreesWithScikitLearn()
    {
        JsonElement golden = GoldenFile.Groups("metrics.json").GetProperty("gaussian_process");
        double[][] x = [.. golden.GetProperty("x").Numbers().Chunk(2)], at = [.. golden.GetProperty("at").Numbers().Chunk(2)];
        var process = new GaussianProcess(x, golden.GetProperty("y").Numbers(), golden.GetProperty("lengths").Numbers(), golden.GetProperty("noise").GetDouble(), standardize: false);
        Assert.All(at.Zip(golden.GetProperty("mean").Numbers()), pair => Assert.Equal(pair.Second, process.Predict(pair.First).Mean, 1e-9));
        Assert.All(at.Zip(golden.GetProperty("deviation").Numbers()), pair => Assert.Equal(pair.Second, process.Predict(pair.First).Deviation, 1e-9));
        Assert.Equal(golden.GetProperty("log_likelihood").GetDouble(), process.LogLikelihood, 1e-9);
    }

    [Fact]
    public void ExpectedImprovementIsTheMeanGain()
    {
        var process = new GaussianProcess([[0.0], [1.0]], [3, 5], [0.5]);
        (double mean, double deviation) = process.Predict([0.4]);
        var rng = new Rng(1);
        double gain = Enumerable.Range(0, 200_000).Average(_ => Math.Max(0, 3.5 - rng.NextNormal(mean, deviation)));
        Assert.Equal(gain, process.ExpectedImprovement([0.4], 3.5), 0.01);
        Assert.Equal(3, process.Predict([0.0]).Mean, 0.001);
        Assert.InRange(process.Predict([0.0]).Deviation, 0, 0.01);
    }

    [Fact]
    public void LengthScalesFindTheCoordinateThatMatters()
    {
        var rng = new Rng(1);
        double[][] x = [.. Enumerable.Range(0, 30).Select(_ => new[] { rng.NextDouble(), rng.NextDouble() })];
        GaussianProcess process = GaussianProcess.Fit(x, [.. x.Select(p => Math.Sin(6 * p[0]))]);
        double[][] fresh = [.. Enumerable.Range(0, 50).Select(_ => new[] { rng.NextDouble(), rng.NextDouble() })];
        Assert.True(fresh.Max(p => Math.Abs(process.Predict(p).Mean - Math.Sin(6 * p[0]))) < 0.1);
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Settings settings = Search.Random(Plane, 1, _ => 0, new Rng(1)).Trials[0].Settings;
        var rng = new Rng(1);
        Action[] bad =
        [
            () => Dimension.Uniform(1, 1), () => Dimension.Uniform(0, double.NaN), () => Dimension.LogUniform(0, 1),
            () => Dimension.LogUniform(2, 1),
            () => Dimension.Integer(2, 1), () => Dimension.Integer(int.MinValue, int.MaxValue), () => Dimension.Choice<string>(),
            () => _ = new Space { ["a"] = Dimension.Uniform(0, 1), ["a"] = Dimension.Uniform(0, 1) }, () => _ = settings["z"],
            () => settings.Get<string>("x"),
            () => Search.Grid([], 3, _ => 0), () => Search.Grid(Plane, 1, _ => 0), () => Search.Random([], 1, _ => 0, rng),
            () => Search.Random(Plane, 0, _ => 0, rng),
            () => Search.Bayesian(Plane, 0, _ => 0, rng), () => Search.Bayesian(Plane, 3, _ => 0, rng, initial: 0),
            () => Search.Evolution(Plane, 0, _ => 0, rng),
            () => Search.Evolution(Plane, 3, _ => 0, rng, population: 1), () => Search.SuccessiveHalving(Plane, 0, (_, _) => 0, rng),
            () => Search.SuccessiveHalving(Plane, 3, (_, _) => 0, rng, eta: 1),
            () => Search.SuccessiveHalving(Plane, 3, (_, _) => 0, rng, budget: 0),
            () => new GaussianProcess([], [], []), () => new GaussianProcess([[1.0]], [1, 2], [1]),
            () => new GaussianProcess([[1.0, 2]], [1], [1]),
            () => new GaussianProcess([[double.NaN]], [1], [1]), () => new GaussianProcess([[1.0]], [double.NaN], [1]),
            () => new GaussianProcess([[1.0]], [1], [0]),
            () => new GaussianProcess([[1.0]], [1], [1], noise: 0), () => GaussianProcess.Fit([], []),
        ];
        for (int i = 0; i < bad.Length; i++)
            Assert.True(Record.Exception(bad[i]) is ArgumentException { Message.Length: > 20 }, $"case {i}: {Record.Exception(bad[i])}");
    }
}
