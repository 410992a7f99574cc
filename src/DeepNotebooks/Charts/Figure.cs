using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotebooks.Course;

namespace DeepNotebooks.Charts;

/// <summary>A chart that <see cref="Chart"/> made: one panel or a grid of them. It never changes; each method returns a new figure.
/// What it says of traces or axes holds for all that the figure has, so give a trace its style before <see cref="And(Figure)"/>.</summary>
[TypeFormatterSource(typeof(FigureFormats))]
public sealed record Figure
{
    /// <summary>The panels, row by row; of a moving figure those of the shown frame.</summary>
    public required IReadOnlyList<Panel> Panels { get; init; }

    /// <summary>How many panels stand side by side.</summary>
    public int Columns { get; init; } = 1;

    public string? Title { get; init; }

    /// <summary>Whether the panels of a grid have one range of x, written below the last row alone.</summary>
    public bool SharedX { get; init; }

    /// <summary>Whether the panels of a grid have one range of y, written beside the first column alone.</summary>
    public bool SharedY { get; init; }

    /// <summary>Width and height in pixels; none for what suits the panels.</summary>
    public (double Width, double Height)? Size { get; init; }

    /// <summary>Whether there is a legend; none: when a trace has a name.</summary>
    public bool? Legend { get; init; }

    /// <summary>What a slider moves through; none for a still figure.</summary>
    public Motion? Motion { get; init; }

    /// <summary>Lays another figure over this one, panel by panel.</summary>
    public Figure And(Figure figure)
    {
        if (figure.Panels.Count != Panels.Count)
            throw new ArgumentException($"Figure.And: {Panels.Count} panels and {figure.Panels.Count}. "
                + "Lay figures of one panel over each other, then Chart.Grid.");
        if (figure.Motion is not null || Motion is not null)
            throw new ArgumentException("Figure.And: a moving figure cannot be overlaid. Use And inside Chart.Slider's function.");
        return this with { Panels = [.. Panels.Zip(figure.Panels, (mine, theirs) => mine.And(theirs))], Title = Title ?? figure.Title };
    }

    /// <summary>Adds a line over 0, 1, 2 …, named after the variable when it has no name.</summary>
    public Figure And<T>(IEnumerable<T> y, string? name = null, [CallerArgumentExpression(nameof(y))] string? expression = null)
        where T : INumber<T> => And(Chart.Line(y, name, expression));

    /// <summary>Sets the title; of a moving figure that of every frame.</summary>
    public Figure WithTitle(string title) => this with
    {
        Title = title,
        Motion = Motion is null ? null : Motion with { Titles = [.. Motion.Titles.Select(_ => title)] },
    };

    public Figure WithAxes(string? x, string? y) => Each(p => p with { X = p.X with { Title = x }, Y = p.Y with { Title = y } });

    /// <summary>Makes the x axis logarithmic; values that are not positive are left out, and the chart says how many.</summary>
    public Figure WithLogX() => Each(p => p with { X = p.X with { Log = true } });

    /// <summary>Makes the y axis logarithmic; values that are not positive are left out, and the chart says how many.</summary>
    public Figure WithLogY() => Each(p => p with { Y = p.Y with { Log = true } });

    public Figure WithXRange(double from, double to) => Each(p => p with { X = p.X with { Range = Ordered("WithXRange", from, to) } });

    public Figure WithYRange(double from, double to) => Each(p => p with { Y = p.Y with { Range = Ordered("WithYRange", from, to) } });

    /// <summary>Sets the values at the two ends of a heatmap's colours, so that one colour means one value in several panels.</summary>
    public Figure WithZRange(double from, double to) => EachTrace(t =>
        t is HeatmapTrace h ? h with { ZRange = Ordered("WithZRange", from, to) } : t);

    /// <summary>Leaves out the bar that explains colours, where they stand for kinds that the text names.</summary>
    public Figure WithoutColorBar() => Each(p => p with { ColorBar = false });

    /// <summary>Shows a heatmap as a picture: its cells are square, and neither ticks nor a colour bar stand beside it.</summary>
    public Figure AsPicture() => Panels.SelectMany(p => p.Traces).FirstOrDefault(t => t is not HeatmapTrace) is { } other
        ? throw new ArgumentException($"Figure.AsPicture: a {other.Kind} is no picture. Call it on a heatmap.")
        : Each(p => p with { Picture = true });

    /// <summary>Sets width and height in pixels.</summary>
    public Figure WithSize(double width, double height) => width >= 120 && height >= 100
        ? this with { Size = (width, height) }
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"Figure.WithSize: {width} x {height} leaves no room for a chart. Give at least 120 x 100 pixels."));

    public Figure WithLegend(bool shown) => this with { Legend = shown };

    public Figure WithName(string name) => EachTrace(t => t with { Name = name });

    /// <summary>Shows the points of lines as markers too.</summary>
    public Figure WithMarkers() => EachTrace(t => t is ScatterTrace s ? s with { Markers = true } : t);

    public Figure WithDash(Dash dash) => EachTrace(t => t with { Dash = dash });

    /// <summary>Sets the colour, as <c>#rrggbb</c>.</summary>
    public Figure WithColor(string color) => Palette.IsColor(color)
        ? EachTrace(t => t with { Color = color })
        : throw new ArgumentException($"Figure.WithColor: \"{color}\" is no colour. Write it as #rrggbb, such as \"{Palette.Colors[0]}\".");

    public Figure WithHorizontalLine(double y, string? label = null) => WithMark(new(null, y, label));

    public Figure WithVerticalLine(double x, string? label = null) => WithMark(new(x, null, label));

    public Figure WithAnnotation(double x, double y, string text) => WithMark(new(x, y, text));

    /// <summary>The picture as SVG.</summary>
    public string ToSvg() => SvgRenderer.Render(this);

    /// <summary>The interactive chart as Plotly's JSON: data, layout, config and, when it moves, frames.</summary>
    public string ToPlotlyJson() => PlotlyJson.Write(this);

    /// <summary>The picture, replaced by the interactive chart on a page that has plotly.js.</summary>
    public string ToHtml() => HtmlRenderer.Render(this);

    /// <summary>A line that says what the chart shows.</summary>
    public override string ToString() => PlainText.Describe(this);

    private Figure WithMark(Mark mark) => double.IsFinite(mark.X ?? 0) && double.IsFinite(mark.Y ?? 0)
        ? Each(p => p with { Marks = [.. p.Marks, mark] })
        : throw new ArgumentException($"Figure: the mark \"{mark.Text}\" has a position that is not finite. Give finite values.");

    private Figure EachTrace(Func<Trace, Trace> change) => Each(p => p with { Traces = [.. p.Traces.Select(change)] });

    private Figure Each(Func<Panel, Panel> change) => this with
    {
        Panels = [.. Panels.Select(change)],
        Motion = Motion is null ? null : Motion with { Frames = [.. Motion.Frames.Select(frame => (Panel[])[.. frame.Select(change)])] },
    };

    private static (double, double) Ordered(string method, double from, double to) =>
        double.IsFinite(from) && double.IsFinite(to) && from < to ? (from, to)
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"Figure.{method}: from {from} to {to} is no range. Give two finite numbers, the smaller first."));
}

/// <summary>The frames that a slider moves through: label, title and panels of each, and which one a still picture shows.</summary>
public sealed record Motion(string Name, string[] Labels, string?[] Titles, Panel[][] Frames, int Shown);

/// <summary>The formats of a figure, for notebook kernels.</summary>
public sealed class FigureFormats
{
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new MimeFormatter<Figure>("application/vnd.plotly.v1+json", figure => figure.ToPlotlyJson()),
        new MimeFormatter<Figure>("image/svg+xml", figure => figure.ToSvg()),
        new MimeFormatter<Figure>("text/html", figure => figure.ToHtml()),
        new MimeFormatter<Figure>("text/plain", figure => figure.ToString()),
    ];
}
