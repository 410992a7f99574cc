using System.Globalization;
using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks.Metrics;

/// <summary>
/// How far probabilities can be trusted: predictions are sorted into bins of equal width (low, high] by their probability, and in each
/// the mean probability is set against the share that came true. A notebook shows the reliability diagram.
/// </summary>
[TypeFormatterSource(typeof(ChartedFormats<Calibration>))]
public sealed class Calibration : ICharted
{
    internal Calibration(double[] probabilities, bool[] came, int bins)
    {
        int Bin(double p) => Enumerable.Range(1, bins - 1).Count(edge => (double)edge / bins < p);
        var filled = Enumerable.Range(0, probabilities.Length).GroupBy(i => Bin(probabilities[i])).OrderBy(bin => bin.Key).ToArray();
        Predicted = [.. filled.Select(bin => bin.Average(i => probabilities[i]))];
        Observed = [.. filled.Select(bin => bin.Average(i => came[i] ? 1.0 : 0.0))];
        Counts = [.. filled.Select(bin => bin.Count())];
        ExpectedError = Counts.Select((count, b) => count * Math.Abs(Predicted[b] - Observed[b])).Sum() / probabilities.Length;
    }

    /// <summary>The mean probability in each bin that is not empty.</summary>
    public IReadOnlyList<double> Predicted { get; }

    /// <summary>The share that came true in each bin.</summary>
    public IReadOnlyList<double> Observed { get; }

    /// <summary>The number of predictions in each bin.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>The expected calibration error (ECE): the mean of |predicted − observed| over the bins, weighted by their counts.</summary>
    public double ExpectedError { get; }

    /// <summary>The reliability diagram; on the dashed diagonal predictions come true as often as they say.</summary>
    public Figure ToFigure() =>
        Chart.Line(Predicted, Observed, string.Create(CultureInfo.InvariantCulture, $"observed, ECE {ExpectedError:0.000}"))
        .WithMarkers().And(Chart.Line([0.0, 1.0], [0.0, 1.0], "calibrated").WithDash(Dash.Dash))
        .WithTitle("Reliability").WithAxes("predicted probability", "observed share").WithXRange(0, 1).WithYRange(0, 1);

    /// <inheritdoc/>
    public override string ToString() => ToFigure().ToString();
}

public static partial class Metric
{
    /// <summary>
    /// The calibration of probabilities: [batch] or [batch, 1] of class 1, or [batch, classes], of which the largest counts as the
    /// confidence and is held against whether that class is right.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a probability or label is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin.</exception>
    public static Calibration Calibration(Tensor probabilities, Tensor labels, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        bool binary = probabilities.Rank == 1 || (probabilities.Rank == 2 && probabilities.Shape[1] == 1);
        int[] predicted = binary ? [] : Predicted(probabilities, labels, "Calibration");
        int[] truth = ClassNumbers(labels, "Calibration", binary ? 2 : probabilities.Shape[1]);
        double[] confidence = Scores(binary ? probabilities : probabilities.Max(1), labels, "Calibration");
        return Array.FindIndex(confidence, p => !(p is >= 0 and <= 1)) is >= 0 and int bad
            ? throw new ArgumentException(
                $"Calibration: {confidence[bad]} of example {bad} is no probability. "
                + "Pass logits through Softmax or Sigmoid first.", nameof(probabilities))
            : new Calibration(confidence, [.. truth.Select((t, i) => binary ? t == 1 : t == predicted[i])], bins);
    }
}
