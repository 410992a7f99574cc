using System.Globalization;

namespace DeepNotebooks.Charts;

/// <summary>Where everything of a figure stands, in pixels. The SVG and the Plotly chart share it, so both look alike.</summary>
internal sealed class FigureLayout
{
    public const double TitleSize = 16, LabelSize = 13, TickSize = 12;
    public const double Gap = 14, LegendRow = 20, LegendSample = 30, TitleLine = 22, NoteLine = 18;
    private const int MostPlaces = 12;
    private const double AxisTitle = 22, ColorBar = 14, ColumnGap = 24, MostLabel = 150;

    public FigureLayout(Figure figure)
    {
        Figure = figure;
        Panel[][] frames = [.. (figure.Motion?.Frames ?? [[.. figure.Panels]])
            .Select(frame => Palette.Dress(PanelPlan.Prepare(frame, figure.SharedX)))];
        Frames = frames;
        var shown = frames[figure.Motion?.Shown ?? 0];
        Panels = [.. shown.Select((panel, i) => new PanelPlan(panel, [.. frames.Select(frame => frame[i])]))];
        Rows = (Panels.Length + figure.Columns - 1) / figure.Columns;
        Share();
        Notes = [.. Caption(), .. NotesOf(figure.Panels)];
        Width = figure.Size?.Width ?? Math.Clamp(310 * figure.Columns, 720, 960);
        Arrange();
    }

    public Figure Figure { get; }

    public PanelPlan[] Panels { get; }

    /// <summary>The prepared panels of every frame; one frame when the figure is still.</summary>
    public Panel[][] Frames { get; }

    public int Rows { get; }

    public double Width { get; }

    public double Height { get; private set; }

    /// <summary>The smallest box that holds all plots.</summary>
    public Box Inner { get; private set; }

    public string[] TitleLines { get; private set; } = [];

    /// <summary>The legend's traces and where each stands.</summary>
    public (Trace Trace, double Left, double Middle)[] Legend { get; private set; } = [];

    /// <summary>What a reader must know about what is not drawn, one line each.</summary>
    public string[] Notes { get; }

    /// <summary>A panel as a frame names its rows and columns, in the place that the panel has.</summary>
    public PanelPlan NamesOf(int panel, int frame)
    {
        var shown = Panels[panel];
        var plan = new PanelPlan(Frames[frame][panel], [Frames[frame][panel]])
        {
            Plot = shown.Plot,
            LabelsX = shown.LabelsX,
            LabelsY = shown.LabelsY,
        };
        LabelX(plan, plan.Plot.Width);
        plan.YTicks = YTicks(plan, plan.Plot.Height);
        return plan;
    }

    /// <summary>What is left out of the panels and why.</summary>
    public static IEnumerable<string> NotesOf(IReadOnlyList<Panel> panels)
    {
        foreach (var (axis, values) in new[]
        {
            ("x", Values(panels, p => p.X is { Log: true, Categories: null }, true)),
            ("y", Values(panels, p => p.Y is { Log: true, Categories: null }, false)),
        })
        {
            if (values.Count(v => v <= 0) is var left and > 0)
                yield return $"{left} of {values.Length} values are not positive and have no place on the logarithmic {axis} axis.";
        }
        foreach (var trace in panels.SelectMany(p => p.Traces))
        {
            string of = trace.Name is null ? "" : $" of {trace.Name}";
            double[] values = trace switch { HistogramTrace h => h.Values, ScatterTrace s => s.Y, BarTrace b => b.Y, _ => [] };
            int left = values.Count(v => !double.IsFinite(v));
            if (left == values.Length && left > 0) yield return $"No value{of} is finite: nothing to draw.";
            else if (left > 0) yield return $"{left} of {values.Length} values{of} are not finite and left out.";
        }
    }

    private static double[] Values(IReadOnlyList<Panel> panels, Func<Panel, bool> log, bool horizontal) =>
        [.. panels.Where(log).SelectMany(p => p.Traces).SelectMany(t => t switch
        {
            ScatterTrace s => horizontal ? s.X : s.Y,
            BarTrace b => b.Horizontal == horizontal ? b.Y : b.X,
            HistogramTrace h when horizontal => h.Values,
            _ => [],
        }).Where(double.IsFinite)];

    private IEnumerable<string> Caption() => Figure.Motion is { } m
        ? [$"{m.Name} = {m.Labels[m.Shown]}, one of {m.Labels.Length} frames ({m.Labels[0]} … {m.Labels[^1]}); "
            + "the interactive chart has a slider."]
        : [];

    private void Share()
    {
        if (Figure.SharedX)
            foreach (var p in Panels) p.X = p.X with { Min = Panels.Min(o => o.X.Min), Max = Panels.Max(o => o.X.Max) };
        if (Figure.SharedY)
            foreach (var p in Panels) p.Y = p.Y with { Min = Panels.Min(o => o.Y.Min), Max = Panels.Max(o => o.Y.Max) };
        for (int i = 0; i < Panels.Length; i++)
        {
            bool picture = Panels[i].Panel.Picture;
            Panels[i].LabelsX = !picture && (!Figure.SharedX || i + Figure.Columns >= Panels.Length);
            Panels[i].LabelsY = !picture && (!Figure.SharedY || i % Figure.Columns == 0);
        }
    }

    private void Arrange()
    {
        int columns = Figure.Columns;
        double plotHeight = Rows switch { 1 => 280, 2 => 190, 3 => 150, _ => 110 };
        plotHeight = Panels.Max(p => Math.Max(plotHeight, (p.Panel.Y.Categories?.Length ?? 0) * 20));
        foreach (var panel in Panels) panel.YTicks = YTicks(panel, plotHeight);

        double[] left = PerColumn(p => (p.LabelsY ? 8 + Widest(p.YTicks) : 0) + (p.Panel.Y.Title is null || !p.LabelsY ? 0 : AxisTitle));
        double[] right = PerColumn(p => p.HasColorBar ? 14 + ColorBar + 8 + Widest(ColorTicks(p.Colors!)) : 4);
        double plotWidth = (Width - left.Sum() - right.Sum() - 2 * Gap - ColumnGap * (columns - 1)) / columns;
        if (plotWidth < 20)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Figure.WithSize: a width of {Width} leaves {plotWidth:F0} pixels for each of {columns} columns. "
                + $"Give more width or fewer columns."));

        foreach (var panel in Panels) LabelX(panel, plotWidth);
        double[] lean = PerColumn(p => p.XAngle < 0 ? Widest(p.XTicks) * 0.77 - plotWidth / p.XTicks.Length / 2 - Gap : 0);
        if (left.Zip(lean).Any(both => both.Second > both.First))
        {
            left = [.. left.Zip(lean, Math.Max)];
            plotWidth = (Width - left.Sum() - right.Sum() - 2 * Gap - ColumnGap * (columns - 1)) / columns;
            foreach (var panel in Panels) LabelX(panel, plotWidth);
        }
        double[] above = PerRow(p => p.Panel.Title is null ? 6 : TitleLine * Titles(p.Panel.Title, plotWidth).Length + 4);
        double[] below = PerRow(p => (p.LabelsX ? p.XDepth : 4) + (p.Panel.X.Title is null || !p.LabelsX ? 0 : AxisTitle));

        double firstLeft = Gap + left[0];
        TitleLines = HeadLines(Figure.Title, firstLeft);
        double top = 10 + TitleLines.Length * TitleLine;
        top = PlaceLegend(firstLeft, top);
        double bottom = Notes.Length * NoteLine + (Notes.Length > 0 ? 12 : 6);
        double most = Rows == 1 ? 320 : 240;
        plotHeight = Panels.Where(p => p.Panel.Picture).Select(p => Math.Min(p.Aspect * plotWidth, most)).DefaultIfEmpty(plotHeight).Max();
        double taken = top + bottom + above.Sum() + below.Sum() + Gap * (Rows - 1);
        plotHeight = Figure.Size is { } size ? Math.Max((size.Height - taken) / Rows, 30) : plotHeight;
        Height = taken + plotHeight * Rows;

        for (int i = 0; i < Panels.Length; i++)
        {
            int row = i / columns, column = i % columns;
            double width = Panels[i].Panel.Picture ? Math.Min(plotWidth, plotHeight / Panels[i].Aspect) : plotWidth;
            Panels[i].Plot = new(
                Gap + left.Take(column + 1).Sum() + column * (plotWidth + ColumnGap) + right.Take(column).Sum() + (plotWidth - width) / 2,
                top + above.Take(row + 1).Sum() + row * (plotHeight + Gap) + below.Take(row).Sum(),
                width, Panels[i].Panel.Picture ? width * Panels[i].Aspect : plotHeight);
            if (Figure.Size is not null) Panels[i].YTicks = YTicks(Panels[i], plotHeight);
        }
        double innerTop = Panels[0].Plot.Top, innerRight = Panels.Max(p => p.Plot.Right);
        Inner = new(firstLeft, innerTop, innerRight - firstLeft, Panels.Max(p => p.Plot.Bottom) - innerTop);
    }

    /// <summary>The title of a panel in lines that fit above its plot.</summary>
    public static string[] Titles(string? title, double width) => TextBox.Wrap(title ?? "", LabelSize * TextBox.Bold, Math.Max(width, 80));

    /// <summary>The figure's title, or that of another frame, in lines that fit above the plots.</summary>
    public string[] HeadLines(string? title, double left) => TextBox.Wrap(title ?? "", TitleSize * TextBox.Bold, Width - left - Gap);

    /// <summary>The ticks beside a colour bar.</summary>
    public static Tick[] ColorTicks(ColorMap colors) =>
        new Scale(colors.Levels?[0] ?? colors.Min, colors.Levels?[^1] ?? colors.Max).Ticks(5);

    private double PlaceLegend(double firstLeft, double top)
    {
        var traces = Panels.SelectMany(p => p.Panel.Traces).Where(t => t.Name is not null).DistinctBy(t => t.Name).ToArray();
        if (traces.Length == 0 || Figure.Legend == false) return top;
        var legend = new List<(Trace, double, double)>();
        double x = firstLeft;
        foreach (var trace in traces)
        {
            double width = LegendSample + TextBox.Width(trace.Name!, TickSize) + 18;
            if (x > firstLeft && x + width > Width - Gap)
            {
                x = firstLeft;
                top += LegendRow;
            }
            legend.Add((trace, x, top + LegendRow / 2));
            x += width;
        }
        Legend = [.. legend];
        return top + LegendRow + 2;
    }

    private static Tick[] YTicks(PanelPlan panel, double height)
    {
        if (panel.Panel.Picture) return [];
        if (panel.Panel.Y.Categories is not { } names) return panel.Y.Ticks((int)Math.Max(height / 45, 2));
        int every = (int)Math.Ceiling(13 / (height / names.Length));
        int lines = Math.Clamp((int)(height / names.Length / 16), 1, 3);
        string Label(string name) => string.Join('\n', TextBox.Wrap(name, TickSize, MostLabel, lines));
        return [.. names.Select((name, i) => new Tick(i, i % every == 0 ? Label(name) : ""))];
    }

    /// <summary>Chooses the x labels: fewer numbers, or names wrapped, leaning or thinned out, until none overlap.</summary>
    private static void LabelX(PanelPlan panel, double width)
    {
        if (panel.Panel.Picture) return;
        if (panel.Panel.X.Categories is not { } names)
        {
            panel.XTicks = panel.X.Log ? Measured(panel) : [];
            if (panel.XTicks.Length > 1 && !Overlap(panel, width)) return;
            int count = Math.Max((int)(width / 60), 2);
            do panel.XTicks = panel.X.Ticks(count--);
            while (count >= 2 && Overlap(panel, width));
            return;
        }
        double slot = width / names.Length;
        string[] wrapped = [.. names.Select(name => string.Join('\n', TextBox.Wrap(name, TickSize, slot - 6)))];
        double widest = names.Max(name => TextBox.Width(name, TickSize));
        int every = 1;
        if (wrapped.Any(lines => lines.Contains('…')))
        {
            panel.XAngle = widest > 36 || slot > 30 ? -40 : 0;
            every = (int)Math.Ceiling((panel.XAngle < 0 ? 15 : widest + 8) / slot);
            wrapped = [.. names.Select(name => TextBox.Shorten(name, TickSize, MostLabel))];
        }
        panel.XTicks = [.. wrapped.Select((label, i) => new Tick(i, i % every == 0 ? label : ""))];
    }

    /// <summary>The places at which a few points stand, such as the batch sizes tried: they say more than powers of ten.</summary>
    private static Tick[] Measured(PanelPlan panel)
    {
        double[] places = [.. panel.Panel.Traces.OfType<ScatterTrace>().SelectMany(t => t.X).Where(panel.X.Holds).Distinct().Order()];
        bool all = panel.Panel.Traces.All(t => t is ScatterTrace) && places.Length <= MostPlaces
            && places.All(x => panel.X.Place(x) is >= 0 and <= 1);
        return all ? [.. places.Select(x => new Tick(x, Scale.Short(x, 4)))] : [];
    }

    private static bool Overlap(PanelPlan panel, double width)
    {
        double end = double.NegativeInfinity;
        foreach (var tick in panel.XTicks.Where(t => t.Label != "").OrderBy(t => panel.X.Place(t.Value)))
        {
            double middle = panel.X.Place(tick.Value) * width, half = TextBox.Width(tick.Label, TickSize) / 2;
            if (middle - half < end + 8) return true;
            end = middle + half;
        }
        return false;
    }

    public static double Widest(Tick[] ticks) =>
        ticks.SelectMany(t => t.Label.Split('\n')).Select(line => TextBox.Width(line, TickSize)).DefaultIfEmpty(0).Max();

    private double[] PerColumn(Func<PanelPlan, double> room) =>
        [.. Enumerable.Range(0, Figure.Columns)
            .Select(c => Panels.Where((_, i) => i % Figure.Columns == c).Select(room).DefaultIfEmpty(0).Max())];

    private double[] PerRow(Func<PanelPlan, double> room) =>
        [.. Enumerable.Range(0, Rows).Select(r => Panels.Where((_, i) => i / Figure.Columns == r).Max(room))];
}
