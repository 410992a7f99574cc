namespace DeepNotebooks.Charts;

/// <summary>A rectangle in pixels, y downwards.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;
}

/// <summary>A panel ready to be drawn: histograms counted, styles and bar places chosen, scales fitted over all frames.</summary>
internal sealed class PanelPlan
{
    public PanelPlan(Panel panel, IReadOnlyList<Panel> frames)
    {
        Panel = panel;
        var traces = frames.SelectMany(f => f.Traces).ToArray();
        X = FitAxis(panel.X, traces, frames, horizontal: true);
        Y = FitAxis(panel.Y, traces, frames, horizontal: false);
        Colors = ColorMap.Of(traces);
    }

    public Panel Panel { get; }

    public Scale X { get; set; }

    public Scale Y { get; set; }

    /// <summary>How this panel's heatmap or contour colours its values; none without one.</summary>
    public ColorMap? Colors { get; }

    /// <summary>Whether a bar beside the plot explains the colours; not where the cells say their values, nor beside a picture.</summary>
    public bool HasColorBar =>
        Colors is not null && Panel.ColorBar && !Panel.Picture && !Panel.Traces.Any(t => t is HeatmapTrace { ValueFormat: not null });

    /// <summary>A picture's height in widths.</summary>
    public double Aspect => (Y.Max - Y.Min) / (X.Max - X.Min);

    public bool LabelsX { get; set; } = true;

    public bool LabelsY { get; set; } = true;

    public Tick[] XTicks { get; set; } = [];

    public Tick[] YTicks { get; set; } = [];

    /// <summary>The x labels' angle in degrees: 0, or −40 where they would overlap.</summary>
    public double XAngle { get; set; }

    /// <summary>How far the x labels reach below the plot.</summary>
    public double XDepth => 8 + (XAngle < 0
        ? 10 + FigureLayout.Widest(XTicks) * 0.65
        : 15 * XTicks.Select(t => t.Label.Split('\n').Length).DefaultIfEmpty(1).Max());

    /// <summary>Where data are drawn.</summary>
    public Box Plot { get; set; }

    public double PixelX(double x) => Plot.Left + Plot.Width * X.Place(x);

    public double PixelY(double y) => Plot.Bottom - Plot.Height * Y.Place(y);

    /// <summary>Counts histograms and gives each bar its edges, so that all renderers draw the same bars.</summary>
    public static Panel[] Prepare(IReadOnlyList<Panel> panels, bool sharedX)
    {
        double[] Edges(IEnumerable<Panel> of, bool log) =>
            HistogramBins.Edges([.. of.SelectMany(p => p.Traces).OfType<HistogramTrace>()], log);
        return [.. panels.Select(panel =>
        {
            var edges = Edges(sharedX ? panels : [panel], panel.X.Log);
            BarTrace[] bars = [.. panel.Traces.OfType<BarTrace>().Where(b => b.Edges is null)];
            return panel with
            {
                Traces = [.. panel.Traces.Select(trace => trace switch
                {
                    HistogramTrace histogram => HistogramBins.Count(histogram, edges),
                    BarTrace { Edges: null } bar => SideBySide(bar, bars),
                    _ => trace,
                })],
            };
        })];
    }

    private static BarTrace SideBySide(BarTrace bar, BarTrace[] group)
    {
        double[] places = [.. group.SelectMany(b => b.X).Where(double.IsFinite).Distinct().Order()];
        double room = 0.8 * places.Zip(places.Skip(1), (a, b) => b - a).DefaultIfEmpty(1).Min(), width = room / group.Length;
        double first = Array.IndexOf(group, bar) * width - room / 2;
        return bar with { Edges = [.. bar.X.Select(x => (x + first, x + first + width))] };
    }

    private static Scale FitAxis(Axis axis, Trace[] traces, IReadOnlyList<Panel> frames, bool horizontal)
    {
        if (axis.Range is { } range)
        {
            return !axis.Log || range.From > 0
                ? new(range.From, range.To, axis.Log) { Reversed = axis.Reversed }
                : throw new ArgumentException(FormattableString.Invariant(
                    $"Figure.With{(horizontal ? 'X' : 'Y')}Range: {range.From} has no place on a logarithmic axis. Start above zero."));
        }
        if (axis.Categories is { } names) return new(-0.5, names.Length - 0.5) { Reversed = axis.Reversed };
        var marks = frames.SelectMany(f => f.Marks).Select(m => horizontal ? m.X : m.Y).OfType<double>();
        double padding = traces.Any(t => t is HeatmapTrace or ContourTrace) ? 0
            : !horizontal ? 0.06
            : traces.Any(t => t is ScatterTrace { Markers: true } or BarTrace) ? 0.03 : 0;
        double[] reach = [.. traces.SelectMany(t => Reach(t, horizontal))];
        var scale = Scale.Fit(reach.Concat(marks), axis.Log, padding);
        var places = traces.SelectMany(t => t is HeatmapTrace h ? horizontal ? h.X : h.Y : Reach(t, horizontal));
        bool whole = scale.Max - scale.Min >= 2 && places.All(v => !double.IsFinite(v) || v == Math.Floor(v));
        scale = scale with { Reversed = axis.Reversed, Whole = whole };
        bool fromZero = !axis.Log && traces.Any(t =>
            t is BarTrace b && b.Horizontal == horizontal || t is ScatterTrace { FillToZero: true } && !horizontal);
        if (fromZero && reach.All(v => !(v < 0))) return scale with { Min = 0 };
        return fromZero && reach.All(v => !(v > 0)) ? scale with { Max = 0 } : scale;
    }

    /// <summary>The values that must lie on the axis for the trace to be seen.</summary>
    private static IEnumerable<double> Reach(Trace trace, bool horizontal) => trace switch
    {
        ScatterTrace t when horizontal => t.X,
        ScatterTrace { Band: var (lower, upper) } t => [.. t.Y, .. lower, .. upper],
        ScatterTrace t => t.FillToZero ? t.Y.Append(0) : t.Y,
        BarTrace t when t.Horizontal != horizontal => t.Edges!.SelectMany(e => new[] { e.From, e.To }),
        BarTrace t => t.Y.Append(0),
        HeatmapTrace t => (horizontal ? t.X : t.Y).SelectMany(v => new[] { v - 0.5, v + 0.5 }),
        ContourTrace t => horizontal ? t.X : t.Y,
        BoxTrace t when horizontal => t.X.SelectMany(v => new[] { v - 0.5, v + 0.5 }),
        BoxTrace t => t.Boxes.SelectMany(b => b.Outliers.Append(b.LowerFence).Append(b.UpperFence)),
        _ => [],
    };
}

/// <summary>How a panel's values become colours: by a smooth scale, or by bands between levels.</summary>
internal sealed record ColorMap(ColorScale Scale, double Min, double Max, double[]? Levels = null)
{
    /// <summary>The map of all heatmaps and contours of a panel, over all its frames.</summary>
    public static ColorMap? Of(IReadOnlyList<Trace> traces)
    {
        double[] z = [.. traces.Select(t => t switch { HeatmapTrace h => h.Z, ContourTrace c => c.Z, _ => new double[0, 0] })
            .SelectMany(values => values.Cast<double>()).Where(double.IsFinite)];
        double min = z.DefaultIfEmpty(0).Min(), max = z.DefaultIfEmpty(1).Max();
        if (traces.OfType<HeatmapTrace>().FirstOrDefault() is { } heatmap)
        {
            if (heatmap.ZRange is var (from, to)) return new(heatmap.Scale, from, to);
            double reach = Math.Max(Math.Abs(min), Math.Abs(max)) is var most && most > 0 ? most : 1;
            return heatmap.Scale == ColorScale.Diverging
                ? new(heatmap.Scale, -reach, reach)
                : new(heatmap.Scale, min, max > min ? max : min + 1);
        }
        if (traces.OfType<ContourTrace>().FirstOrDefault() is not { } contour) return null;
        double[] levels = [.. new Scale(min, max > min ? max : min + 1).Ticks(contour.Levels * 3 / 2).Select(t => t.Value)];
        return new(ColorScale.Sequential, min, max > min ? max : min + 1, levels);
    }

    /// <summary>The colour of a value.</summary>
    public string At(double value) => Levels is null
        ? Palette.At(Scale, (value - Min) / (Max - Min))
        : Palette.At(Scale, (double)Levels.Count(level => level <= value) / Levels.Length);
}
