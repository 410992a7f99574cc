using System.Text;
using static DeepNotebooks.Charts.Svg;

namespace DeepNotebooks.Charts;

/// <summary>Draws the traces of a panel.</summary>
internal static class SvgTraces
{
    public static void Draw(Svg svg, PanelPlan p, Trace trace)
    {
        switch (trace)
        {
            case ScatterTrace scatter: DrawScatter(svg, p, scatter); break;
            case BarTrace bars: DrawBars(svg, p, bars); break;
            case HeatmapTrace heatmap: DrawHeatmap(svg, p, heatmap); break;
            case ContourTrace contour: Contours.Draw(svg, p, contour); break;
            case BoxTrace boxes: DrawBoxes(svg, p, boxes); break;
        }
    }

    /// <summary>The trace's sample in the legend.</summary>
    public static void Sample(Svg svg, Trace trace, double left, double middle)
    {
        if (trace is not ScatterTrace s)
        {
            svg.Rect(new(left + 4, middle - 6, 16, 12), $"fill=\"{trace.Color}\" fill-opacity=\"0.75\"");
            return;
        }
        if (s.Band is not null || s.FillToZero) svg.Rect(new(left, middle - 6, 24, 12), $"fill=\"{s.Color}\" fill-opacity=\"0.2\"");
        if (s.Lines) svg.Path($"M{N(left)} {N(middle)}h24", Stroke(s));
        if (s.Markers) DrawMarkers(svg, s, [(left + 12, middle)]);
    }

    private static string Stroke(Trace trace) =>
        $"stroke=\"{trace.Color}\" stroke-width=\"2\" stroke-linejoin=\"round\"" + trace.Dash switch
        {
            Dash.Dash => " stroke-dasharray=\"8 4\"",
            Dash.Dot => " stroke-dasharray=\"2 3\"",
            Dash.DashDot => " stroke-dasharray=\"9 3 2 3\"",
            Dash.LongDash => " stroke-dasharray=\"15 5\"",
            Dash.LongDashDot => " stroke-dasharray=\"15 4 2 4\"",
            _ => "",
        };

    private static void DrawScatter(Svg svg, PanelPlan p, ScatterTrace s)
    {
        if (s.Band is var (lower, upper))
        {
            foreach (var run in Runs(s.X.Length, i => p.X.Holds(s.X[i]) && p.Y.Holds(lower[i]) && p.Y.Holds(upper[i])))
            {
                var outline = Thin([.. run.Select(i => (p.PixelX(s.X[i]), p.PixelY(upper[i])))]);
                outline.AddRange(Thin([.. run.Reverse().Select(i => (p.PixelX(s.X[i]), p.PixelY(lower[i])))]));
                svg.Path(Polyline(outline) + "Z", $"fill=\"{s.Color}\" fill-opacity=\"0.2\"");
            }
        }
        (double X, double Y)[][] runs = [.. Runs(s.X.Length, i => p.X.Holds(s.X[i]) && p.Y.Holds(s.Y[i]))
            .Select(run => run.Select(i => (p.PixelX(s.X[i]), p.PixelY(s.Y[i]))).ToArray())];
        if (s.FillToZero)
        {
            double ground = p.Y.Log ? p.Plot.Bottom : p.PixelY(0);
            foreach (var run in runs)
                svg.Path($"{Polyline(Thin(run))}V{N(ground)}H{N(run[0].X)}Z", $"fill=\"{s.Color}\" fill-opacity=\"0.2\"");
        }
        if (s.Lines) svg.Path(string.Concat(runs.Where(r => r.Length > 1).Select(run => Polyline(Thin(run)))), Stroke(s));
        // A lone point between gaps has no line to be seen by.
        DrawMarkers(svg, s, runs.Where(r => s.Markers || r.Length == 1).SelectMany(r => r));
    }

    /// <summary>All markers as one path; those that would cover each other are drawn once.</summary>
    private static void DrawMarkers(Svg svg, Trace trace, IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        var seen = new HashSet<(int, int)>();
        foreach (var (x, y) in points)
        {
            if (Math.Abs(x) > 1e5 || Math.Abs(y) > 1e5 || !seen.Add(((int)Math.Round(x), (int)Math.Round(y)))) continue;
            path.Append(trace.Symbol switch
            {
                "square" => $"M{N(x - 3)} {N(y - 3)}h6v6h-6z",
                "diamond" => $"M{N(x)} {N(y - 4.2)}l4.2 4.2l-4.2 4.2l-4.2 -4.2z",
                "triangle-up" => $"M{N(x)} {N(y - 4)}l4 7h-8z",
                "triangle-down" => $"M{N(x)} {N(y + 4)}l4 -7h-8z",
                "x" => $"M{N(x - 3)} {N(y - 3)}l6 6m0 -6l-6 6",
                "cross" => $"M{N(x - 4)} {N(y)}h8m-4 -4v8",
                _ => $"M{N(x)} {N(y)}h0",
            });
        }
        svg.Path(path.ToString(), trace.Symbol switch
        {
            "circle" => $"stroke=\"{trace.Color}\" stroke-width=\"6.5\" stroke-linecap=\"round\" stroke-opacity=\"0.85\"",
            "x" or "cross" => $"stroke=\"{trace.Color}\" stroke-width=\"1.8\"",
            _ => $"fill=\"{trace.Color}\" fill-opacity=\"0.85\"",
        });
    }

    private static void DrawBars(Svg svg, PanelPlan p, BarTrace bars)
    {
        var path = new StringBuilder();
        for (int i = 0; i < bars.X.Length; i++)
        {
            var (along, across) = bars.Horizontal ? (p.X, p.Y) : (p.Y, p.X);
            var (from, to) = bars.Edges![i];
            if (!along.Holds(bars.Y[i]) || bars.Y[i] == 0 || !across.Holds(from) || !across.Holds(to)) continue;
            double ground = along.Log ? along.Min : 0;
            path.Append(bars.Horizontal
                ? $"M{N(p.PixelX(ground))} {N(p.PixelY(from))}H{N(p.PixelX(bars.Y[i]))}V{N(p.PixelY(to))}H{N(p.PixelX(ground))}Z"
                : $"M{N(p.PixelX(from))} {N(p.PixelY(ground))}V{N(p.PixelY(bars.Y[i]))}H{N(p.PixelX(to))}V{N(p.PixelY(ground))}Z");
        }
        string opacity = bars.SharesPlace(p.Panel) ? "0.4" : "0.8";
        svg.Path(path.ToString(), $"fill=\"{bars.Color}\" fill-opacity=\"{opacity}\" stroke=\"{bars.Color}\" stroke-width=\"1\"");
    }

    private static void DrawHeatmap(Svg svg, PanelPlan p, HeatmapTrace map)
    {
        // Cells of one colour are one path, neighbours in a row one rectangle; more cells than the plot has room for are averaged.
        int rows = map.Y.Length, columns = map.X.Length;
        int high = (int)Math.Max(1, Math.Ceiling(2 * rows / p.Plot.Height));
        int wide = (int)Math.Max(1, Math.Ceiling(2 * columns / p.Plot.Width));
        var paths = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        for (int row = 0; row < rows; row += high)
        {
            int lastRow = Math.Min(row + high, rows) - 1, start = 0;
            string top = N(p.PixelY(map.Y[row] - 0.5)), bottom = N(p.PixelY(map.Y[lastRow] + 0.5));
            string? color = ColorAt(0);
            for (int column = wide; column < columns + wide; column += wide)
            {
                string? next = column < columns ? ColorAt(column) : null;
                if (next == color && column < columns) continue;
                if (color is not null)
                {
                    if (!paths.TryGetValue(color, out var path)) paths[color] = path = new();
                    double right = p.PixelX(map.X[Math.Min(column, columns) - 1] + 0.5);
                    path.Append($"M{N(p.PixelX(map.X[start] - 0.5))} {top}H{N(right)}V{bottom}H{N(p.PixelX(map.X[start] - 0.5))}z");
                }
                (color, start) = (next, column);
            }

            string? ColorAt(int column)
            {
                double mean = Mean(map.Z, row, lastRow, column, Math.Min(column + wide, columns) - 1);
                double place = (mean - p.Colors!.Min) / (p.Colors.Max - p.Colors.Min);
                return double.IsFinite(place) ? Palette.At(p.Colors.Scale, Math.Round(place * 63) / 63) : null;
            }
        }
        foreach (var (color, path) in paths) svg.Path(path.ToString(), $"fill=\"{color}\" shape-rendering=\"crispEdges\"");
        if (map.ValueFormat is null || high > 1 || wide > 1) return;
        double room = p.Plot.Width / columns - 4;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double value = map.Z[row, column];
                string label = map.Text(row, column), fill = double.IsFinite(value) ? Palette.TextOn(p.Colors!.At(value)) : Palette.Ink;
                double size = Math.Min(Math.Min(12, p.Plot.Height / rows - 3), 12 * room / Math.Max(TextBox.Width(label, 12), 1));
                if (size >= 6) svg.Text(p.PixelX(map.X[column]), p.PixelY(map.Y[row]) + size * 0.35, label, "middle", size, fill);
            }
        }
    }

    private static double Mean(double[,] z, int top, int bottom, int left, int right)
    {
        double sum = 0;
        int count = 0;
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                if (!double.IsFinite(z[row, column])) continue;
                sum += z[row, column];
                count++;
            }
        }
        return sum / count;
    }

    private static void DrawBoxes(Svg svg, PanelPlan p, BoxTrace trace)
    {
        var (offset, width) = trace.Slot(p.Panel);
        for (int i = 0; i < trace.Boxes.Length; i++)
        {
            var box = trace.Boxes[i];
            if (!p.Y.Holds(box.LowerFence)) continue;
            double middle = p.PixelX(trace.X[i] + offset), half = p.PixelX(trace.X[i] + offset + width / 2) - middle;
            double Y(double value) => p.PixelY(value);
            svg.Path($"M{N(middle)} {N(Y(box.Q1))}V{N(Y(box.LowerFence))}M{N(middle)} {N(Y(box.Q3))}V{N(Y(box.UpperFence))}"
                + $"M{N(middle - half / 2)} {N(Y(box.LowerFence))}h{N(half)}M{N(middle - half / 2)} {N(Y(box.UpperFence))}h{N(half)}",
                $"stroke=\"{trace.Color}\" stroke-width=\"1.5\"");
            svg.Rect(new(middle - half, Y(box.Q3), 2 * half, Y(box.Q1) - Y(box.Q3)),
                $"fill=\"{trace.Color}\" fill-opacity=\"0.25\" stroke=\"{trace.Color}\" stroke-width=\"1.5\"");
            svg.Path($"M{N(middle - half)} {N(Y(box.Median))}h{N(2 * half)}", $"stroke=\"{trace.Color}\" stroke-width=\"2.5\"");
            DrawMarkers(svg, trace with { Symbol = "circle" }, box.Outliers.Where(p.Y.Holds).Select(v => (middle, Y(v))));
        }
    }

    /// <summary>The stretches of consecutive indices that can be drawn.</summary>
    private static IEnumerable<int[]> Runs(int count, Func<int, bool> holds)
    {
        for (int start = 0; start < count; start++)
        {
            int end = start;
            while (end < count && holds(end)) end++;
            if (end == start) continue;
            yield return [.. Enumerable.Range(start, end - start)];
            start = end;
        }
    }

    /// <summary>Of consecutive points in one column of pixels only the first, lowest, highest and last: it looks the same.</summary>
    private static List<(double X, double Y)> Thin((double X, double Y)[] points)
    {
        var kept = new List<(double, double)>();
        for (int start = 0; start < points.Length;)
        {
            int end = start + 1, low = start, high = start;
            for (; end < points.Length && Math.Floor(points[end].X) == Math.Floor(points[start].X); end++)
            {
                if (points[end].Y < points[low].Y) low = end;
                if (points[end].Y > points[high].Y) high = end;
            }
            foreach (int index in new SortedSet<int> { start, low, high, end - 1 }) kept.Add(points[index]);
            start = end;
        }
        return kept;
    }

    private static string Polyline(List<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points) path.Append(path.Length == 0 ? 'M' : 'L').Append(N(x)).Append(' ').Append(N(y));
        return path.ToString();
    }
}
