using System.Globalization;

namespace DeepNotebooks.Charts;

/// <summary>Says in one line what a figure shows.</summary>
internal static class PlainText
{
    private const int MostTraces = 6;

    public static string Describe(Figure figure)
    {
        string title = figure.Title is null ? "" : $" \"{figure.Title}\"";
        string motion = figure.Motion is { } m ? $" at {m.Name} = {m.Labels[m.Shown]} (one of {m.Labels.Length})" : "";
        string head = figure.Panels.Count == 1 ? $"{Kinds(figure)}{title}{motion}" : $"{figure.Panels.Count} panels{title}{motion}";
        string notes = string.Concat(FigureLayout.NotesOf(figure.Panels).Select(note => " " + note));
        return OneLine($"{Capital(head)}: {string.Join(" | ", figure.Panels.Select(p => Panel(p, figure.Panels.Count > 1)))}.{notes}");
    }

    /// <summary>The kinds of traces in a figure, such as "line chart and point chart".</summary>
    public static string Kinds(Figure figure) =>
        Capital(string.Join(" and ", figure.Panels.SelectMany(p => p.Traces).Select(t => t.Kind).Distinct()));

    private static string Panel(Panel panel, bool named)
    {
        string title = named && panel.Title is not null ? $"{panel.Title}: " : "";
        string axes = string.Join(", ", new[] { Axis("x", panel.X), Axis("y", panel.Y) }.OfType<string>());
        var traces = panel.Traces.Take(MostTraces).Select(t => (t.Name is null ? "" : t.Name + " ") + Extent(t)).ToList();
        if (panel.Traces.Count > MostTraces) traces.Add($"and {panel.Traces.Count - MostTraces} more");
        return title + (axes == "" ? "" : axes + "; ") + string.Join("; ", traces);
    }

    private static string? Axis(string letter, Axis axis) => axis switch
    {
        { Title: null, Log: false } => null,
        { Log: true } => $"{letter} {axis.Title ?? "axis"} (logarithmic)",
        _ => $"{letter} {axis.Title}",
    };

    private static string Extent(Trace trace) => trace switch
    {
        ScatterTrace t => $"{Count(t.Y.Length, "point")}, {Range(t.Y)}",
        BarTrace t => $"{Count(t.Y.Length, "bar")}, {Range(t.Y)}",
        HistogramTrace t => $"{Count(t.Values.Length, "sample")}, {Range(t.Values)}",
        HeatmapTrace t => $"{t.Y.Length} x {t.X.Length} cells, {Range(t.Z.Cast<double>())}",
        ContourTrace t => $"{t.Y.Length} x {t.X.Length} grid, {Range(t.Z.Cast<double>())}",
        BoxTrace t => $"{Count(t.Boxes.Length, "box", "es")}, medians {Range(t.Boxes.Select(b => b.Median))}",
        _ => trace.Kind,
    };

    private static string Count(int count, string what, string plural = "s") => $"{count} {what}{(count == 1 ? "" : plural)}";

    private static string Range(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0) return "none finite";
        string Short(double v) => v.ToString("G4", CultureInfo.InvariantCulture);
        return finite.Min() == finite.Max() ? Short(finite[0]) : $"{Short(finite.Min())} to {Short(finite.Max())}";
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
