using System.Globalization;

namespace DeepNotebooks.Charts;

/// <summary>How a line is drawn; the names are Plotly's.</summary>
public enum Dash { Solid, Dash, Dot, DashDot, LongDash, LongDashDot }

/// <summary>One set of data in a panel. What is not set is chosen by the trace's place among the others.</summary>
public abstract record Trace
{
    /// <summary>Its name in the legend; none when it needs no legend.</summary>
    public string? Name { get; init; }

    /// <summary>The expression that gave the values; it names the trace once it is laid over another.</summary>
    internal string? Expression { get; init; }

    /// <summary>This trace with a name: its own, or the last word of an expression such as <c>run.ValidationLoss</c>.</summary>
    internal Trace Named()
    {
        if (Name is not null || Expression is null || !Expression.All(c => char.IsLetterOrDigit(c) || c is '.' or '_')) return this;
        string last = Expression[(Expression.LastIndexOf('.') + 1)..];
        return this with { Name = string.Concat(last.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}")).ToLowerInvariant() };
    }

    /// <summary>A colour as <c>#rrggbb</c>.</summary>
    public string? Color { get; init; }

    /// <summary>How its line is drawn.</summary>
    public Dash? Dash { get; init; }

    /// <summary>The marker's shape, by Plotly's name.</summary>
    internal string? Symbol { get; init; }

    /// <summary>What the chart is called in words.</summary>
    internal abstract string Kind { get; }
}

/// <summary>Points in their order: joined by a line, shown as markers, or both; filled down to zero or with a band around the line.
/// A value that is not finite is a gap.</summary>
public sealed record ScatterTrace(double[] X, double[] Y) : Trace
{
    public bool Lines { get; init; } = true;

    public bool Markers { get; init; }

    public bool FillToZero { get; init; }

    /// <summary>The lower and upper edge of the band, one value a point.</summary>
    public (double[] Lower, double[] Upper)? Band { get; init; }

    internal override string Kind => Band is not null ? "range chart" : FillToZero ? "area chart" : Lines ? "line chart" : "point chart";
}

/// <summary>Bars from zero: upright at X, or lying at Y = X when <see cref="Horizontal"/>.</summary>
public sealed record BarTrace(double[] X, double[] Y) : Trace
{
    public bool Horizontal { get; init; }

    /// <summary>Each bar's first and last position; without it the bars of a panel share a place side by side.</summary>
    public (double From, double To)[]? Edges { get; init; }

    /// <summary>Whether other bars of the panel stand in the same places, so that both must shine through.</summary>
    internal bool SharesPlace(Panel panel) => panel.Traces.OfType<BarTrace>().Count(other => other.Edges!.SequenceEqual(Edges!)) > 1;

    internal override string Kind => Edges is not null ? "histogram" : Horizontal ? "bar chart" : "column chart";
}

/// <summary>Samples to be counted in bins. The histograms of a panel get the same bins.</summary>
/// <param name="Values">The samples.</param>
/// <param name="Bins">How many bins; 0 for a number that suits the samples.</param>
/// <param name="Density">Whether the areas sum to one, to be compared with a probability density.</param>
public sealed record HistogramTrace(double[] Values, int Bins, bool Density) : Trace
{
    internal override string Kind => "histogram";
}

/// <summary>A matrix as coloured cells; cell (row, column) lies at (X[column], Y[row]).</summary>
public sealed record HeatmapTrace(double[] X, double[] Y, double[,] Z, ColorScale Scale) : Trace
{
    /// <summary>The format in which each cell's value is printed in it, such as <c>"0.00"</c>; none to print nothing.</summary>
    public string? ValueFormat { get; init; }

    /// <summary>The values at the two ends of the colours; none to fit the data.</summary>
    public (double From, double To)? ZRange { get; init; }

    /// <summary>A cell's value as it is printed.</summary>
    internal string Text(int row, int column)
    {
        string text = Z[row, column].ToString(ValueFormat, CultureInfo.InvariantCulture);
        bool vanishes = double.IsFinite(Z[row, column]) && text.AsSpan().IndexOfAnyInRange('1', '9') < 0;
        return vanishes ? text.TrimStart('-') : text.Replace('-', '−');
    }

    internal override string Kind => "heatmap";
}

/// <summary>A function over the plane as bands of equal height; Z[row, column] is its value at (X[column], Y[row]).</summary>
public sealed record ContourTrace(double[] X, double[] Y, double[,] Z, int Levels) : Trace
{
    internal override string Kind => "contour chart";
}

/// <summary>Samples summed up as boxes: quartiles, whiskers to the farthest sample within 1.5 box heights, and outliers.</summary>
public sealed record BoxTrace(double[] X, BoxSummary[] Boxes) : Trace
{
    internal override string Kind => "box plot";

    /// <summary>Where this trace's boxes stand beside those of the panel's others, and how wide they are.</summary>
    internal (double Offset, double Width) Slot(Panel panel)
    {
        BoxTrace[] group = [.. panel.Traces.OfType<BoxTrace>()];
        double room = 0.6 / group.Length;
        return ((Array.IndexOf(group, this) + 0.5) * room - 0.3, 0.84 * room);
    }
}

/// <summary>The five numbers of a box plot and the samples beyond its whiskers.</summary>
public sealed record BoxSummary(double LowerFence, double Q1, double Median, double Q3, double UpperFence, double[] Outliers)
{
    /// <summary>Sums up the finite samples; quartiles by linear interpolation.</summary>
    public static BoxSummary Of(double[] samples)
    {
        double[] sorted = [.. samples.Where(double.IsFinite).Order()];
        if (sorted.Length == 0) throw new ArgumentException("Chart.Box: no finite sample. Give each box at least one finite value.");
        double q1 = Quantile(sorted, 0.25), q3 = Quantile(sorted, 0.75), reach = 1.5 * (q3 - q1);
        return new(sorted.First(v => v >= q1 - reach), q1, Quantile(sorted, 0.5), q3, sorted.Last(v => v <= q3 + reach),
            [.. sorted.Where(v => v < q1 - reach || v > q3 + reach)]);
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
