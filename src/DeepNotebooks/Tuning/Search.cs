using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks.Tuning;

/// <summary>One try of a search.</summary>
/// <param name="Settings">What was tried.</param>
/// <param name="Score">What came out; lower is better, NaN is worst.</param>
/// <param name="Budget">What it cost, in the units of the objective; 1 where no budget was given.</param>
public sealed record Trial(Settings Settings, double Score, double Budget = 1);

/// <summary>All trials of a search in their order. A notebook shows how the best score fell.</summary>
[TypeFormatterSource(typeof(ChartedFormats<SearchResult>))]
public sealed class SearchResult : ICharted
{
    internal SearchResult(IReadOnlyList<Trial> trials) => Trials = trials;

    /// <summary>The trials.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The trial with the lowest score, among those with the largest budget.</summary>
    /// <exception cref="InvalidOperationException">Every score is NaN.</exception>
    public Trial Best => Trials.Where(t => !double.IsNaN(t.Score)).OrderByDescending(t => t.Budget).ThenBy(t => t.Score).FirstOrDefault()
        ?? throw new InvalidOperationException(
            $"Search: all of {Trials.Count} trials scored NaN. Lower the largest learning rate, or let the objective return infinity.");

    /// <summary>The lowest score up to each trial.</summary>
    public IReadOnlyList<double> BestSoFar =>
        [.. Trials.Select((_, i) => Trials.Take(i + 1).Min(t => double.IsNaN(t.Score) ? double.PositiveInfinity : t.Score))];

    /// <summary>What all trials cost together.</summary>
    public double Cost => Trials.Sum(t => t.Budget);

    /// <summary>The score of each trial and the best so far.</summary>
    public Figure ToFigure() => Chart.Point(Enumerable.Range(1, Trials.Count), Trials.Select(t => t.Score), "score")
        .And(Chart.Line(Enumerable.Range(1, Trials.Count), BestSoFar, "best so far")).WithAxes("trial", "score");

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Best.Score:G4} after {Trials.Count} trials: {Best.Settings}");
}

/// <summary>
/// Strategies that look for the hyperparameters with the lowest score. A trial that returns NaN counts as the worst. An empty space and
/// numbers too small throw an <see cref="ArgumentException"/>.
/// </summary>
public static class Search
{
    /// <summary>Every combination of evenly spaced values: steps of each continuous range (ends included), all of a choice.</summary>
    public static SearchResult Grid(Space space, int steps, Func<Settings, double> objective)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        Require(space, 1);
        IEnumerable<double[]> points = [[]];
        foreach (Dimension dimension in space.Dimensions)
        {
            int count = dimension is { Count: { } all } && (!dimension.Ordered || all <= steps) ? all : steps;
            double[] values = [.. Enumerable.Range(0, count).Select(i => count == dimension.Count ? (i + 0.5) / count : i / (count - 1.0))];
            points = points.SelectMany(point => values.Select(u => (double[])[.. point, u]));
        }
        return new SearchResult([.. points.Select(point => Try(space, point, objective))]);
    }

    /// <summary>Independent random points. Bergstra and Bengio, 2012.</summary>
    public static SearchResult Random(Space space, int trials, Func<Settings, double> objective, Rng rng)
    {
        Require(space, trials);
        return new SearchResult([.. Enumerable.Range(0, trials).Select(_ => Try(space, space.Sample(rng), objective))]);
    }

    /// <summary>
    /// Bayesian optimization: after some random trials, a Gaussian process is fitted to all scores so far, and the next trial is where it
    /// expects the largest improvement on the best. Mockus, 1975; Snoek, Larochelle and Adams, 2012.
    /// </summary>
    /// <param name="space">What is searched.</param>
    /// <param name="trials">How many trials in all.</param>
    /// <param name="objective">The score of settings.</param>
    /// <param name="rng">Draws the first trials and the candidates.</param>
    /// <param name="initial">Random trials at the beginning.</param>
    public static SearchResult Bayesian(Space space, int trials, Func<Settings, double> objective, Rng rng, int initial = 5)
    {
        Require(space, trials);
        ArgumentOutOfRangeException.ThrowIfLessThan(initial, 1);
        List<Trial> done = [.. Random(space, Math.Min(initial, trials), objective, rng).Trials];
        while (done.Count < trials)
        {
            double[] finite = [.. done.Select(t => t.Score).Where(double.IsFinite)];
            if (finite.Length < 2 || finite.Min() == finite.Max())
            {
                done.Add(Try(space, space.Sample(rng), objective));
                continue;
            }
            double[] scores = [.. done.Select(t => double.IsFinite(t.Score) ? t.Score : finite.Max())];
            GaussianProcess process = GaussianProcess.Fit([.. done.Select(t => space.Coordinates(t.Settings.Point))], scores);
            double[] best = done[Array.IndexOf(scores, scores.Min())].Settings.Point;
            IEnumerable<double[]> candidates = Enumerable.Range(0, 1000)
                .Select(i => i < 800 ? space.Sample(rng) : Mutate(best, i % 2 == 0 ? 0.02 : 0.1, rng)).ToArray();
            double[] next = candidates.MaxBy(point => process.ExpectedImprovement(space.Coordinates(point), scores.Min()))!;
            done.Add(Try(space, next, objective));
        }
        return new SearchResult(done);
    }

    /// <summary>
    /// Evolution: a random population breeds child after child, whose every coordinate comes from one of two parents (each the better of two
    /// drawn at random) and is moved by a normal step that shrinks over the trials; each child takes the place of the worst if it is better.
    /// </summary>
    public static SearchResult Evolution(Space space, int trials, Func<Settings, double> objective, Rng rng, int population = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 2);
        Require(space, trials);
        List<Trial> done = [.. Random(space, Math.Min(population, trials), objective, rng).Trials], alive = [.. done];
        double[] Parent() => Ranked([alive[rng.Next(alive.Count)], alive[rng.Next(alive.Count)]])[0].Settings.Point;
        while (done.Count < trials)
        {
            double step = 0.2 * (1 - (0.9 * done.Count / trials));
            double[] child = Mutate([.. Parent().Zip(Parent(), (a, b) => rng.Next(2) == 0 ? a : b)], step, rng);
            done.Add(Try(space, child, objective));
            alive = [.. Ranked([.. alive, done[^1]])[..alive.Count]];
        }
        return new SearchResult(done);
    }

    /// <summary>
    /// Successive halving: many random settings get a small budget (epochs, examples); the best of each round go on with eta times as much,
    /// one in eta of them, until one is left. Jamieson and Talwalkar, 2016.
    /// </summary>
    /// <param name="space">What is searched.</param>
    /// <param name="count">Settings in the first round.</param>
    /// <param name="objective">The score of settings trained with a budget, always from the start.</param>
    /// <param name="rng">Draws the settings.</param>
    /// <param name="budget">The budget in the first round.</param>
    /// <param name="eta">How many compete for one place.</param>
    public static SearchResult SuccessiveHalving(
        Space space, int count, Func<Settings, double, double> objective, Rng rng, double budget = 1, int eta = 3)
    {
        Require(space, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(eta, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budget);
        var done = new List<Trial>();
        Settings[] alive = [.. Enumerable.Range(0, count).Select(_ => space.At(space.Sample(rng)))];
        while (true)
        {
            Trial[] round = [.. alive.Select(settings => new Trial(settings, objective(settings, budget), budget))];
            done.AddRange(round);
            if (alive.Length == 1)
                return new SearchResult(done);
            alive = [.. Ranked(round).Take(Math.Max(1, alive.Length / eta)).Select(t => t.Settings)];
            budget *= eta;
        }
    }

    private static Trial Try(Space space, double[] point, Func<Settings, double> objective)
    {
        Settings settings = space.At(point);
        return new Trial(settings, objective(settings));
    }

    private static Trial[] Ranked(IEnumerable<Trial> trials) => [.. trials.OrderBy(t => double.IsNaN(t.Score)).ThenBy(t => t.Score)];

    private static double[] Mutate(double[] point, double step, Rng rng) =>
        [.. point.Select(u => Math.Clamp(u + rng.NextNormal(0, step), 0, 1))];

    private static void Require(Space space, int trials)
    {
        if (space.Count == 0)
            throw new ArgumentException(
                "Search: the space is empty. Add a hyperparameter: new Space { [\"rate\"] = Dimension.LogUniform(1e-4, 1) }.", nameof(space));
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
    }
}
