using System.Globalization;
using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks.Metrics;

/// <summary>
/// A curve of two figures of a binary classifier as its threshold falls, such as the ROC. A notebook shows it as a chart.
/// </summary>
[TypeFormatterSource(typeof(ChartedFormats<Curve>))]
public sealed class Curve : ICharted
{
    private readonly Figure _figure;

    internal Curve(string name, string x, string y, double[] xs, double[] ys, double[] thresholds, double area, Figure chance)
    {
        (X, Y, Thresholds, Area) = (xs, ys, thresholds, area);
        _figure = Chart.Line(xs, ys, string.Create(CultureInfo.InvariantCulture, $"{name}, area {area:0.000}"))
            .And(chance).WithTitle(name).WithAxes(x, y).WithXRange(0, 1).WithYRange(0, 1);
    }

    /// <summary>The false positive rate of the ROC, the recall of the precision–recall curve.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>The true positive rate of the ROC, the precision of the precision–recall curve.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>The scores from which on examples count as positive, falling; one for each point, +∞ for the first.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>The area below the curve.</summary>
    public double Area { get; }

    /// <summary>The curve, and what chance gives, dashed.</summary>
    public Figure ToFigure() => _figure;

    /// <inheritdoc/>
    public override string ToString() => _figure.ToString();
}

public static partial class Metric
{
    /// <summary>
    /// The receiver operating characteristic: the share of positives found against the share of negatives falsely taken for positive, for
    /// every threshold. Its area (trapezoids) is the chance that a random positive scores above a random negative, ties counting half.
    /// </summary>
    /// <param name="scores">One score each, higher for more likely positive: logits or probabilities.</param>
    /// <param name="labels">0 or 1 each.</param>
    /// <exception cref="ArgumentException">The sizes differ, a score is NaN, a label is not 0 or 1, or one class is missing.</exception>
    public static Curve Roc(Tensor scores, Tensor labels)
    {
        (double[] thresholds, int[] taken, int[] right) = Thresholds(scores, labels, "Roc");
        double positives = right[^1], negatives = taken[^1] - positives;
        double[] x = [.. taken.Zip(right, (t, r) => (t - r) / negatives)], y = [.. right.Select(r => r / positives)];
        double area = Enumerable.Range(1, x.Length - 1).Sum(i => (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2);
        return new Curve("ROC", "false positive rate", "true positive rate", x, y, thresholds, area,
            Chart.Line([0.0, 1.0], [0.0, 1.0], "chance").WithDash(Dash.Dash));
    }

    /// <summary>
    /// Precision against recall for every threshold; unlike the ROC it tells how pure the found positives are when positives are rare. Its
    /// area is the average precision Σ (Rᵢ − Rᵢ₋₁) Pᵢ; chance has the share of positives.
    /// </summary>
    /// <inheritdoc cref="Roc"/>
    public static Curve PrecisionRecall(Tensor scores, Tensor labels)
    {
        (double[] thresholds, int[] taken, int[] right) = Thresholds(scores, labels, "PrecisionRecall");
        double positives = right[^1], share = positives / taken[^1];
        double[] x = [.. right.Select(r => r / positives)], y = [.. taken.Zip(right, (t, r) => t == 0 ? 1 : (double)r / t)];
        double area = Enumerable.Range(1, x.Length - 1).Sum(i => (x[i] - x[i - 1]) * y[i]);
        return new Curve("Precision–recall", "recall", "precision", x, y, thresholds, area,
            Chart.Line([0.0, 1.0], [share, share], "chance").WithDash(Dash.Dash));
    }

    /// <summary>
    /// For each distinct score from the highest on: how many examples have it or more, and how many of those are positive.
    /// </summary>
    private static (double[] Thresholds, int[] Taken, int[] Right) Thresholds(Tensor scores, Tensor labels, string operation)
    {
        double[] score = Scores(scores, labels, operation);
        int[] label = ClassNumbers(labels, operation, 2);
        if (label.Distinct().Count() < 2)
            throw new ArgumentException(
                $"{operation}: all {label.Length} labels are {label[0]}. It takes examples of both classes.", nameof(labels));
        List<double> thresholds = [double.PositiveInfinity];
        List<int> taken = [0], right = [0];
        foreach (var group in Enumerable.Range(0, score.Length).GroupBy(i => score[i]).OrderByDescending(group => group.Key))
        {
            thresholds.Add(group.Key);
            taken.Add(taken[^1] + group.Count());
            right.Add(right[^1] + group.Sum(i => label[i]));
        }
        return ([.. thresholds], [.. taken], [.. right]);
    }

    private static double[] Scores(Tensor scores, Tensor labels, string operation)
    {
        double[] values = scores.ToArray();
        if (values.Length != labels.Size || values.Length == 0)
            throw new ArgumentException(
                $"{operation}: scores {scores.Shape} and labels {labels.Shape} do not fit. Pass one score for each label.");
        return Array.FindIndex(values, double.IsNaN) is >= 0 and int bad
            ? throw new ArgumentException($"{operation}: the score of example {bad} is NaN. Find out where it arises.", nameof(scores))
            : values;
    }
}
