using System.Text.Json.Nodes;
using static DeepNotebooks.Charts.PlotlyJson;

namespace DeepNotebooks.Charts;

/// <summary>A trace as Plotly's; one with a band as three.</summary>
internal static class PlotlyTraces
{
    public static IEnumerable<JsonObject> Of(Trace trace, PanelPlan plan, Panel panel, FigureLayout layout) => trace switch
    {
        ScatterTrace { Band: var (lower, upper) } s => [Edge(s, lower, plan), Filled(Edge(s, upper, plan), "tonexty", s), Scatter(s, plan)],
        ScatterTrace s => [Scatter(s, plan)],
        BarTrace b => [Bars(b, panel)],
        HeatmapTrace h => [Heatmap(h, plan, layout)],
        ContourTrace c => [Contour(c, plan, layout)],
        BoxTrace b => [Boxes(b, panel)],
        _ => throw new NotSupportedException($"Plotly has no form for a {trace.Kind}."),
    };

    /// <summary>The values; those that have no place on the axis are gaps.</summary>
    private static JsonArray Places(double[] values, Scale scale) => new([.. values.Select(v => scale.Holds(v) ? N(v) : null)]);

    private static JsonObject Scatter(ScatterTrace s, PanelPlan plan)
    {
        // A lone point between gaps has no line to be seen by: it gets a marker, the others one of no size.
        bool Held(int i) => i >= 0 && i < s.X.Length && plan.X.Holds(s.X[i]) && plan.Y.Holds(s.Y[i]);
        bool[] lone = [.. s.X.Select((_, i) => Held(i) && !Held(i - 1) && !Held(i + 1))];
        bool marked = s.Markers || lone.Contains(true);
        var json = Json(("type", "scatter"), ("mode", s.Lines ? marked ? "lines+markers" : "lines" : "markers"),
            ("x", Places(s.X, plan.X)), ("y", Places(s.Y, plan.Y)));
        if (s.Lines) json["line"] = Json(("color", s.Color), ("width", 2), ("dash", s.Dash.ToString()!.ToLowerInvariant()));
        if (marked)
            json["marker"] = Json(("color", s.Color), ("size", s.Markers ? 7 : Array(lone.Select(l => l ? 7.0 : 0))), ("symbol", s.Symbol));
        return s.FillToZero ? Filled(json, "tozeroy", s) : json;
    }

    private static JsonObject Edge(ScatterTrace s, double[] values, PanelPlan plan) => Json(("type", "scatter"), ("mode", "lines"),
        ("x", Places(s.X, plan.X)), ("y", Places(values, plan.Y)), ("line", Json(("width", 0), ("color", s.Color))),
        ("hoverinfo", "skip"), ("showlegend", false));

    private static JsonObject Filled(JsonObject json, string fill, Trace trace)
    {
        (json["fill"], json["fillcolor"]) = (fill, Palette.Transparent(trace.Color!, 0.2));
        return json;
    }

    private static JsonObject Bars(BarTrace b, Panel panel)
    {
        JsonArray places = Array(b.X), lengths = Array(b.Y);
        return Json(("type", "bar"), ("orientation", b.Horizontal ? "h" : "v"),
            ("x", b.Horizontal ? lengths : places), ("y", b.Horizontal ? places : lengths),
            ("width", Array(b.Edges!.Select(e => e.To - e.From))), ("offset", Array(b.Edges!.Zip(b.X, (e, x) => e.From - x))),
            ("marker", Json(("color", Palette.Transparent(b.Color!, b.SharesPlace(panel) ? 0.4 : 0.8)),
                ("line", Json(("color", b.Color), ("width", 1))))));
    }

    private static JsonObject Heatmap(HeatmapTrace h, PanelPlan plan, FigureLayout layout)
    {
        var json = Colored("heatmap", h.X, h.Y, h.Z, plan, layout);
        (json["zmin"], json["zmax"]) = (N(plan.Colors!.Min), N(plan.Colors.Max));
        if (h.ValueFormat is null) return json;
        JsonNode Row(int row) => new JsonArray([.. h.X.Select((_, column) => (JsonNode)h.Text(row, column))]);
        json["text"] = new JsonArray([.. h.Y.Select((_, row) => Row(row))]);
        json["texttemplate"] = "%{text}";
        return json;
    }

    private static JsonObject Contour(ContourTrace c, PanelPlan plan, FigureLayout layout)
    {
        var json = Colored("contour", c.X, c.Y, c.Z, plan, layout);
        var levels = plan.Colors!.Levels!;
        json["autocontour"] = false;
        json["contours"] = Json(("start", N(levels[0])), ("end", N(levels[^1])), ("size", N(levels.Length > 1 ? levels[1] - levels[0] : 1)),
            ("showlines", false));
        return json;
    }

    private static JsonObject Colored(string type, double[] x, double[] y, double[,] z, PanelPlan plan, FigureLayout layout)
    {
        var (anchors, plot, inner) = (Palette.Anchors(plan.Colors!.Scale), plan.Plot, layout.Inner);
        var json = Json(("type", type), ("x", Array(x)), ("y", Array(y)),
            ("z", new JsonArray([.. y.Select((_, row) => (JsonNode)Array(x.Select((_, column) => z[row, column])))])),
            ("colorscale", new JsonArray([.. anchors.Select((color, i) => new JsonArray(N((double)i / (anchors.Length - 1)), color))])),
            ("showscale", plan.HasColorBar));
        if (plan.HasColorBar)
        {
            json["colorbar"] = Json(("x", N((plot.Right + 8 - inner.Left) / inner.Width)),
                ("y", N((inner.Bottom - plot.Top - plot.Height / 2) / inner.Height)),
                ("len", N(plot.Height / inner.Height)), ("thickness", 14), ("outlinewidth", 0),
                ("xpad", 4), ("ypad", 0), ("exponentformat", "power"));
        }
        return json;
    }

    private static JsonObject Boxes(BoxTrace b, Panel panel)
    {
        var (offset, width) = b.Slot(panel);
        JsonArray Each(Func<BoxSummary, double> number) => Array(b.Boxes.Select(number));
        return Json(("type", "box"), ("x", Array(b.X.Select(x => x + offset))), ("width", N(width)),
            ("q1", Each(s => s.Q1)), ("median", Each(s => s.Median)), ("q3", Each(s => s.Q3)), ("lowerfence", Each(s => s.LowerFence)),
            ("upperfence", Each(s => s.UpperFence)),
            // A first list without elements makes plotly.js take all lists for one sample, and no box is drawn.
            ("y", new JsonArray([.. b.Boxes.Select(s => (JsonNode)Array(s.Outliers is [] ? [double.NaN] : s.Outliers))])),
            ("boxpoints", "outliers"),
            ("line", Json(("color", b.Color), ("width", 1.5))), ("fillcolor", Palette.Transparent(b.Color!, 0.25)),
            ("marker", Json(("color", b.Color), ("size", 6))));
    }
}
