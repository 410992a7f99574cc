using System.Globalization;
using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks.Metrics;

/// <summary>How figures of single classes become one.</summary>
public enum Average
{
    /// <summary>The mean over the classes: each counts the same, however rare.</summary>
    Macro,

    /// <summary>
    /// From the counts of all classes together: each example counts the same. With one label per example it is the accuracy.
    /// </summary>
    Micro,

    /// <summary>The mean over the classes, weighted by how often they occur.</summary>
    Weighted,
}

/// <summary>
/// How often each class was taken for each: entry [truth, predicted] counts. A notebook shows it as a chart with the counts in it.
/// A precision, recall or F1 that divides by 0 is 0.
/// </summary>
[TypeFormatterSource(typeof(ChartedFormats<ConfusionMatrix>))]
public sealed class ConfusionMatrix : ICharted
{
    private readonly int[,] _counts;
    private readonly string[] _names;

    /// <summary>Counts pairs of class numbers.</summary>
    /// <param name="truth">The true class of each example.</param>
    /// <param name="predicted">The predicted class of each.</param>
    /// <param name="names">The classes' names; without them their numbers, up to the highest that occurs.</param>
    /// <exception cref="ArgumentException">The numbers of examples differ, there are none, or a number has no name.</exception>
    public ConfusionMatrix(IEnumerable<int> truth, IEnumerable<int> predicted, params IEnumerable<string> names)
    {
        int[] t = [.. truth], p = [.. predicted];
        if (t.Length != p.Length || t.Length == 0)
            throw new ArgumentException(
                $"ConfusionMatrix: {t.Length} true and {p.Length} predicted classes. Give as many of each, at least one.");
        string[] given = [.. names];
        _names = given.Length > 0 ? given : [.. Enumerable.Range(0, Math.Max(1, Math.Max(t.Max(), p.Max()) + 1)).Select(k => $"{k}")];
        if (t.Concat(p).Where(k => k < 0 || k >= Classes).Select(k => (int?)k).FirstOrDefault() is { } odd)
            throw new ArgumentException($"ConfusionMatrix: {odd} is no class number from 0 to {Classes - 1}.");
        _counts = new int[Classes, Classes];
        for (int i = 0; i < t.Length; i++)
            _counts[t[i], p[i]]++;
        Count = t.Length;
    }

    /// <summary>The number of classes.</summary>
    public int Classes => _names.Length;

    /// <summary>The number of examples.</summary>
    public int Count { get; }

    /// <summary>How many examples of one class were taken for another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public int this[int truth, int predicted] => _counts[Checked(truth), Checked(predicted)];

    /// <summary>The share of examples on the diagonal.</summary>
    public double Accuracy => Share(Sum(k => _counts[k, k]), Count);

    /// <summary>Of the examples taken for this class, the share that are of it.</summary>
    public double Precision(int @class = 1) => Share(this[@class, @class], Taken(@class));

    /// <summary>Of the examples of this class, the share taken for it.</summary>
    public double Recall(int @class = 1) => Share(this[@class, @class], Occurs(@class));

    /// <summary>The harmonic mean 2PR / (P + R) of precision and recall of this class.</summary>
    public double F1(int @class = 1) => Share(2 * this[@class, @class], Taken(@class) + Occurs(@class));

    /// <summary>The precision over all classes.</summary>
    public double Precision(Average average) => Over(average, Precision);

    /// <summary>The recall over all classes.</summary>
    public double Recall(Average average) => Over(average, Recall);

    /// <summary>The F1 over all classes.</summary>
    public double F1(Average average) => Over(average, F1);

    /// <summary>A chart with the counts in their cells; darker is fewer.</summary>
    public Figure ToFigure()
    {
        var counts = new double[Classes, Classes];
        Array.Copy(_counts, counts, counts.Length);
        return Chart.Heatmap(counts, _names, _names, ColorScale.Sequential, "0")
            .WithTitle(string.Create(CultureInfo.InvariantCulture, $"Confusion matrix, accuracy {Accuracy:0.000}"))
            .WithAxes("predicted", "true");
    }

    /// <summary>The counts in rows of true classes, with precision, recall and F1 of each.</summary>
    public override string ToString()
    {
        string[][] cells = [["true \\ predicted", .. _names, "precision", "recall", "F1"],
            .. _names.Select((name, t) => (string[])[name, .. Enumerable.Range(0, Classes).Select(p => $"{_counts[t, p]}"),
                .. new[] { Precision(t), Recall(t), F1(t) }.Select(figure => figure.ToString("0.000", CultureInfo.InvariantCulture))])];
        int[] widths = [.. cells[0].Select((_, c) => cells.Max(row => row[c].Length))];
        return string.Join('\n', cells.Select(row => string.Join("  ", row.Select((cell, c) => cell.PadLeft(widths[c])))));
    }

    private int Checked(int @class) => @class >= 0 && @class < Classes ? @class : throw new ArgumentOutOfRangeException(
        nameof(@class), @class, $"ConfusionMatrix: there is no class {@class}; the classes are 0 to {Classes - 1}.");

    private int Occurs(int truth) => Sum(p => _counts[truth, p]);

    private int Taken(int predicted) => Sum(t => _counts[t, predicted]);

    private int Sum(Func<int, int> count) => Enumerable.Range(0, Classes).Sum(count);

    private double Over(Average average, Func<int, double> figure) => average switch
    {
        Average.Macro => Enumerable.Range(0, Classes).Average(figure),
        Average.Micro => Accuracy,
        Average.Weighted => Enumerable.Range(0, Classes).Sum(k => Occurs(k) * figure(k)) / Count,
        _ => throw new ArgumentOutOfRangeException(nameof(average), average, "ConfusionMatrix: average is Macro, Micro or Weighted."),
    };

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}

public static partial class Metric
{
    /// <summary>The confusion matrix of logits [batch, classes], or [batch, 1] whose sign decides, and labels [batch].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is no class number.</exception>
    public static ConfusionMatrix Confusion(Tensor logits, Tensor labels, params IEnumerable<string> names)
    {
        int[] predicted = Predicted(logits, labels, "Confusion");
        int classes = Math.Max(2, logits.Shape[1]);
        return new ConfusionMatrix(ClassNumbers(labels, "Confusion", classes), predicted,
            names.Any() ? names : Enumerable.Range(0, classes).Select(k => $"{k}"));
    }
}
