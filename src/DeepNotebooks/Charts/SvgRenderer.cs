using static DeepNotebooks.Charts.Svg;

namespace DeepNotebooks.Charts;

/// <summary>Draws a figure as SVG that stands by itself: no script, no style sheet, no ids, a transparent ground.</summary>
internal static class SvgRenderer
{
    private const string Axis = "rgba(118,118,118,0.7)", Remark = " stroke-dasharray=\"5 4\"";

    public static string Render(Figure figure)
    {
        var layout = new FigureLayout(figure);
        var svg = new Svg();
        string label = Escape(PlainText.Describe(figure));
        svg.Raw($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{N(layout.Width)}\" height=\"{N(layout.Height)}\" "
            + $"viewBox=\"0 0 {N(layout.Width)} {N(layout.Height)}\" style=\"max-width:100%;height:auto\" "
            + $"role=\"img\" aria-label=\"{label}\" "
            + "font-family=\"Helvetica, Arial, sans-serif\" fill=\"none\">\n"
            + $"<title>{Escape(figure.Title ?? PlainText.Kinds(figure))}</title>\n");
        for (int i = 0; i < layout.TitleLines.Length; i++)
            svg.Text(layout.Inner.Left, 26 + i * FigureLayout.TitleLine, layout.TitleLines[i], size: FigureLayout.TitleSize, bold: true);
        foreach (var (trace, left, middle) in layout.Legend)
        {
            SvgTraces.Sample(svg, trace, left, middle);
            svg.Text(left + FigureLayout.LegendSample, middle + 4, trace.Name!);
        }
        foreach (var panel in layout.Panels) DrawPanel(svg, panel);
        for (int i = 0; i < layout.Notes.Length; i++)
        {
            double bottom = layout.Height - 8 - (layout.Notes.Length - 1 - i) * FigureLayout.NoteLine;
            svg.Text(FigureLayout.Gap, bottom, TextBox.Shorten(layout.Notes[i], 11, layout.Width - 2 * FigureLayout.Gap), size: 11);
        }
        return svg.Raw("</svg>").ToString();
    }

    private static void DrawPanel(Svg svg, PanelPlan p)
    {
        var plot = p.Plot;
        string[] titles = FigureLayout.Titles(p.Panel.Title, plot.Width);
        for (int i = 0; i < titles.Length; i++)
            svg.Text(plot.Left, plot.Top - 8 - (titles.Length - 1 - i) * 18, titles[i], size: FigureLayout.LabelSize, bold: true);

        if (p.Colors is null) DrawGrid(svg, p);
        // A nested svg clips without an id. It reaches a little beyond the plot, so that lines on its edge keep their width.
        var (left, top, width, height) = (N(plot.Left - 3), N(plot.Top - 3), N(plot.Width + 6), N(plot.Height + 6));
        svg.Raw($"<svg x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" "
            + $"viewBox=\"{left} {top} {width} {height}\" overflow=\"hidden\">\n");
        foreach (var trace in p.Panel.Traces.OrderBy(t => t is ScatterTrace ? 1 : 0)) SvgTraces.Draw(svg, p, trace);
        foreach (var mark in p.Panel.Marks) DrawLine(svg, p, mark);
        svg.Raw("</svg>\n");
        foreach (var (mark, place) in MarkPlace.All(p, p.Panel))
        {
            var (x, y) = place.Pixel(p, mark);
            svg.Text(x, y + 4, mark.Text ?? "", place.Anchor);
        }

        svg.Line(plot.Left, plot.Bottom, plot.Right, plot.Bottom, Axis);
        svg.Line(plot.Left, plot.Top, plot.Left, plot.Bottom, Axis);
        if (p.Panel.Picture)
        {
            svg.Line(plot.Left, plot.Top, plot.Right, plot.Top, Axis);
            svg.Line(plot.Right, plot.Top, plot.Right, plot.Bottom, Axis);
        }
        DrawAxes(svg, p);
        if (p.HasColorBar) DrawColorBar(svg, p);
    }

    private static void DrawGrid(Svg svg, PanelPlan p)
    {
        foreach (var tick in p.XTicks.Where(_ => p.Panel.X.Categories is null))
            svg.Line(p.PixelX(tick.Value), p.Plot.Top, p.PixelX(tick.Value), p.Plot.Bottom, Palette.Grid, tick.Label == "" ? 0.4 : 1);
        foreach (var tick in p.YTicks.Where(_ => p.Panel.Y.Categories is null))
            svg.Line(p.Plot.Left, p.PixelY(tick.Value), p.Plot.Right, p.PixelY(tick.Value), Palette.Grid, tick.Label == "" ? 0.4 : 1);
        if (!p.Y.Log && p.Y.Min < 0 && p.Y.Max > 0 && p.Panel.Y.Categories is null)
            svg.Line(p.Plot.Left, p.PixelY(0), p.Plot.Right, p.PixelY(0), Axis);
        if (!p.X.Log && p.X.Min < 0 && p.X.Max > 0 && p.Panel.X.Categories is null)
            svg.Line(p.PixelX(0), p.Plot.Top, p.PixelX(0), p.Plot.Bottom, Axis);
    }

    private static void DrawAxes(Svg svg, PanelPlan p)
    {
        var plot = p.Plot;
        if (p.LabelsX)
        {
            foreach (var tick in p.XTicks.Where(t => t.Label != ""))
            {
                svg.Line(p.PixelX(tick.Value), plot.Bottom, p.PixelX(tick.Value), plot.Bottom + 4, Axis);
                if (p.XAngle < 0) svg.Text(p.PixelX(tick.Value) + 4, plot.Bottom + 14, tick.Label, "end", angle: p.XAngle);
                else svg.Text(p.PixelX(tick.Value), plot.Bottom + 17, tick.Label, "middle");
            }
            string title = TextBox.Shorten(p.Panel.X.Title ?? "", FigureLayout.LabelSize, plot.Width + 40);
            svg.Text(plot.Left + plot.Width / 2, plot.Bottom + p.XDepth + 12, title, "middle", FigureLayout.LabelSize);
        }
        if (!p.LabelsY) return;
        foreach (var tick in p.YTicks.Where(t => t.Label != ""))
        {
            svg.Line(plot.Left - 4, p.PixelY(tick.Value), plot.Left, p.PixelY(tick.Value), Axis);
            svg.Text(plot.Left - 7, p.PixelY(tick.Value) + 4 - 7.5 * tick.Label.Count(c => c == '\n'), tick.Label, "end");
        }
        if (p.Panel.Y.Title is not { } name) return;
        double x = plot.Left - FigureLayout.Widest(p.YTicks) - 16, y = plot.Top + plot.Height / 2;
        svg.Text(x, y, TextBox.Shorten(name, FigureLayout.LabelSize, plot.Height + 30), "middle", FigureLayout.LabelSize, angle: -90);
    }

    private static void DrawColorBar(Svg svg, PanelPlan p)
    {
        const int steps = 48;
        var colors = p.Colors!;
        double left = p.Plot.Right + 14, low = colors.Levels?[0] ?? colors.Min, high = colors.Levels?[^1] ?? colors.Max;
        int bands = colors.Levels?.Length is > 1 and var levels ? levels - 1 : steps;
        for (int i = 0; i < bands; i++)
        {
            double from = p.Plot.Bottom - p.Plot.Height * (i + 1) / bands;
            var box = new Box(left, from, 14, p.Plot.Height / bands + (i == 0 ? 0 : 0.5));
            svg.Rect(box, $"fill=\"{colors.At(low + (high - low) * (i + 0.5) / bands)}\"");
        }
        var scale = new Scale(low, high > low ? high : low + 1);
        foreach (var tick in FigureLayout.ColorTicks(colors))
            svg.Text(left + 20, p.Plot.Bottom - p.Plot.Height * scale.Place(tick.Value) + 4, tick.Label);
    }

    private static void DrawLine(Svg svg, PanelPlan p, Mark mark)
    {
        if (mark is { X: { } x, Y: null } && p.X.Holds(x))
            svg.Line(p.PixelX(x), p.Plot.Top, p.PixelX(x), p.Plot.Bottom, Palette.Ink, 1.5, Remark);
        if (mark is { Y: { } y, X: null } && p.Y.Holds(y))
            svg.Line(p.Plot.Left, p.PixelY(y), p.Plot.Right, p.PixelY(y), Palette.Ink, 1.5, Remark);
    }
}
