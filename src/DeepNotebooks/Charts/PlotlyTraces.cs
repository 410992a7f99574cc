using System.Text.Json.Nodes;
using static DeepNotebooks.Charts.PlotlyJson;

namespace DeepNotebooks.Charts;

/// <summary>A trace as Plotly's; one with a band as three.</summary>
internal static class PlotlyTraces
{
    public static IEnumerable<JsonObject> Of(Trace trace, PanelPlan plan, Panel panel, FigureLayout layout) => trace switch
    {
        ScatterTrace { Band: var (lower, upper) } s => [Edge(s, lower, "none", plan), Edge(s, upper, "tonexty", plan), Scatter(s, plan)],
        ScatterTrace s => [Scatter(s, plan)],
        BarTrace b => [Bars(b, panel)],
        HeatmapTrace h => [Heatmap(h, plan, layout)],
        ContourTrace c => [Contour(c, plan, layout)],
        BoxTrace b => [Boxes(b, panel)],
        _ => throw new NotSupportedException($"PlotlyJson: no form for a {trace.Kind}."),
    };

    /// <summary>The values; those that have no place on the axis are gaps.</summary>
    private static JsonArray Held(double[] values, Scale scale) => new([.. values.Select(v => scale.Holds(v) ? N(v) : null)]);

    private static JsonObject Scatter(ScatterTrace s, PanelPlan plan)
    {
        var json = new JsonObject
        {
            ["type"] = "scatter",
            ["mode"] = s.Lines ? s.Markers ? "lines+markers" : "lines" : "markers",
            ["x"] = Held(s.X, plan.X),
            ["y"] = Held(s.Y, plan.Y),
        };
        if (s.Lines) json["line"] = new JsonObject { ["color"] = s.Color, ["width"] = 2, ["dash"] = s.Dash.ToString()!.ToLowerInvariant() };
        if (s.Markers) json["marker"] = new JsonObject { ["color"] = s.Color, ["size"] = 7, ["symbol"] = s.Symbol };
        if (s.FillToZero) (json["fill"], json["fillcolor"]) = ("tozeroy", Palette.Transparent(s.Color!, 0.2));
        return json;
    }

    private static JsonObject Edge(ScatterTrace s, double[] values, string fill, PanelPlan plan) => new()
    {
        ["type"] = "scatter",
        ["mode"] = "lines",
        ["x"] = Held(s.X, plan.X),
        ["y"] = Held(values, plan.Y),
        ["line"] = new JsonObject { ["width"] = 0, ["color"] = s.Color },
        ["fill"] = fill,
        ["fillcolor"] = Palette.Transparent(s.Color!, 0.2),
        ["hoverinfo"] = "skip",
        ["showlegend"] = false,
    };

    private static JsonObject Bars(BarTrace b, Panel panel)
    {
        bool overlaid = panel.Traces.OfType<BarTrace>().Count(other => other.Edges!.SequenceEqual(b.Edges!)) > 1;
        JsonArray places = Array(b.X), lengths = Array(b.Y);
        return new()
        {
            ["type"] = "bar",
            ["orientation"] = b.Horizontal ? "h" : "v",
            ["x"] = b.Horizontal ? lengths : places,
            ["y"] = b.Horizontal ? places : lengths,
            ["width"] = Array(b.Edges!.Select(e => e.To - e.From)),
            ["offset"] = Array(b.Edges!.Zip(b.X, (e, x) => e.From - x)),
            ["marker"] = new JsonObject { ["color"] = b.Color, ["line"] = new JsonObject { ["color"] = b.Color, ["width"] = 1 } },
            ["opacity"] = overlaid ? 0.5 : 0.85,
        };
    }

    private static JsonObject Heatmap(HeatmapTrace h, PanelPlan plan, FigureLayout layout)
    {
        var json = Colored("heatmap", h.X, h.Y, h.Z, plan, layout);
        json["zmin"] = N(plan.Colors!.Min);
        json["zmax"] = N(plan.Colors.Max);
        if (h.ValueFormat is null) return json;
        json["text"] = new JsonArray([.. Enumerable.Range(0, h.Y.Length).Select(row =>
            (JsonNode)new JsonArray([.. Enumerable.Range(0, h.X.Length).Select(column => (JsonNode)SvgTraces.Value(h, row, column))]))]);
        json["texttemplate"] = "%{text}";
        return json;
    }

    private static JsonObject Contour(ContourTrace c, PanelPlan plan, FigureLayout layout)
    {
        var json = Colored("contour", c.X, c.Y, c.Z, plan, layout);
        var levels = plan.Colors!.Levels!;
        json["autocontour"] = false;
        json["contours"] = new JsonObject
        {
            ["start"] = N(levels[0]),
            ["end"] = N(levels[^1]),
            ["size"] = N(levels.Length > 1 ? levels[1] - levels[0] : 1),
            ["showlines"] = false,
        };
        return json;
    }

    private static JsonObject Colored(string type, double[] x, double[] y, double[,] z, PanelPlan plan, FigureLayout layout)
    {
        var anchors = Palette.Anchors(plan.Colors!.Scale);
        var inner = layout.Inner;
        return new()
        {
            ["type"] = type,
            ["x"] = Array(x),
            ["y"] = Array(y),
            ["z"] = new JsonArray([.. Enumerable.Range(0, y.Length).Select(row => (JsonNode)Array(Enumerable.Range(0, x.Length).Select(column => z[row, column])))]),
            ["colorscale"] = new JsonArray([.. anchors.Select((color, i) => (JsonNode)new JsonArray(N((double)i / (anchors.Length - 1)), color))]),
            ["showscale"] = plan.HasColorBar,
            ["colorbar"] = new JsonObject
            {
                ["x"] = N((plan.Plot.Right + 8 - inner.Left) / inner.Width),
                ["y"] = N((inner.Bottom - plan.Plot.Top - plan.Plot.Height / 2) / inner.Height),
                ["len"] = N(plan.Plot.Height / inner.Height),
                ["thickness"] = 14,
                ["outlinewidth"] = 0,
                ["xpad"] = 4,
                ["ypad"] = 0,
                ["exponentformat"] = "power",
            },
        };
    }

    private static JsonObject Boxes(BoxTrace b, Panel panel)
    {
        BoxTrace[] group = [.. panel.Traces.OfType<BoxTrace>()];
        double width = 0.6 / group.Length, offset = (System.Array.IndexOf(group, b) + 0.5) * width - 0.3;
        return new()
        {
            ["type"] = "box",
            ["x"] = Array(b.X.Select(x => x + offset)),
            ["q1"] = Array(b.Boxes.Select(s => s.Q1)),
            ["median"] = Array(b.Boxes.Select(s => s.Median)),
            ["q3"] = Array(b.Boxes.Select(s => s.Q3)),
            ["lowerfence"] = Array(b.Boxes.Select(s => s.LowerFence)),
            ["upperfence"] = Array(b.Boxes.Select(s => s.UpperFence)),
            ["y"] = new JsonArray([.. b.Boxes.Select(s => (JsonNode)Array(s.Outliers))]),
            ["boxpoints"] = "outliers",
            ["width"] = N(0.84 * width),
            ["line"] = new JsonObject { ["color"] = b.Color, ["width"] = 1.5 },
            ["fillcolor"] = Palette.Transparent(b.Color!, 0.25),
            ["marker"] = new JsonObject { ["color"] = b.Color, ["size"] = 6 },
        };
    }
}
