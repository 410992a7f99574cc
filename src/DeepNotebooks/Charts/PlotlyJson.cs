using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace DeepNotebooks.Charts;

/// <summary>Writes a figure in Plotly's schema, as versions 2 to 4 of plotly.js read it, laid out as the SVG is.</summary>
internal static class PlotlyJson
{
    private const string Clear = "rgba(0,0,0,0)", Shade = "rgba(118,118,118,0.2)";
    private const double SliderHeight = 96, ButtonsWidth = 148;

    // Escapes <, > and &, so that the text may stand inside a script element.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static string Write(Figure figure)
    {
        var layout = new FigureLayout(figure);
        var shown = layout.Frames[figure.Motion?.Shown ?? 0];
        var root = Json(("data", Data(layout, shown)), ("layout", Layout(layout, shown)),
            ("config", Json(("responsive", true), ("displaylogo", false))));
        if (figure.Motion is not null) root["frames"] = new JsonArray([.. layout.Frames.Select((panels, i) => Frame(layout, panels, i))]);
        return root.ToJsonString(Plain);
    }

    internal static JsonObject Json(params ReadOnlySpan<(string Key, JsonNode? Value)> members)
    {
        var json = new JsonObject();
        foreach (var (key, value) in members) json[key] = value;
        return json;
    }

    /// <summary>A number with twelve digits, which no eye tells from more; null when it is not finite.</summary>
    internal static JsonNode? N(double value)
    {
        if (!double.IsFinite(value)) return null;
        if (value == Math.Floor(value)) return value;
        return double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    internal static JsonArray Array(IEnumerable<double> values) => new([.. values.Select(N)]);

    private static JsonObject Font(double size) => Json(("color", Palette.Ink), ("size", size));

    /// <summary>Text that Plotly shows as it is, not as its markup.</summary>
    private static string Text(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\n", "<br>");

    private static string Ref(string letter, int panel) => panel == 0 ? letter : $"{letter}{panel + 1}";

    private static JsonArray Data(FigureLayout layout, Panel[] panels)
    {
        var data = new JsonArray();
        var named = new HashSet<string>();
        for (int i = 0; i < panels.Length; i++)
        {
            foreach (var trace in panels[i].Traces)
            {
                bool first = trace.Name is not null && named.Add(trace.Name);
                foreach (var json in PlotlyTraces.Of(trace, layout.Panels[i], panels[i], layout))
                {
                    if (trace.Name is not null) (json["name"], json["legendgroup"]) = (Text(trace.Name), trace.Name);
                    json["showlegend"] = first && json["showlegend"] is null;
                    if (i > 0) (json["xaxis"], json["yaxis"]) = (Ref("x", i), Ref("y", i));
                    data.Add(json);
                }
            }
        }
        return data;
    }

    private static JsonObject Frame(FigureLayout layout, Panel[] panels, int index)
    {
        var data = Data(layout, panels);
        var changing = Changing(layout, panels, layout.Figure.Motion!.Titles[index]);
        for (int i = 0; i < panels.Length; i++)
        {
            // Where frames have names of their own, the axis takes them along; otherwise it stands still.
            var plan = layout.NamesOf(i, index);
            if (layout.Frames.Any(f => !Same(f[i].X, plan.Panel.X))) changing[Ref("xaxis", i)] = Named(AxisOf(layout, i, plan, horizontal: true));
            if (layout.Frames.Any(f => !Same(f[i].Y, plan.Panel.Y))) changing[Ref("yaxis", i)] = Named(AxisOf(layout, i, plan, horizontal: false));
        }
        return Json(("name", $"{index}"), ("traces", Array(Enumerable.Range(0, data.Count).Select(n => (double)n))), ("data", data),
            ("layout", changing));

        static bool Same(Axis a, Axis b) => (a.Categories ?? []).SequenceEqual(b.Categories ?? []);
        static JsonObject Named(JsonObject axis) => new(axis.Where(m => m.Key is "range" || m.Key.StartsWith("tick", StringComparison.Ordinal))
            .Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
    }

    private static JsonObject Layout(FigureLayout layout, Panel[] panels)
    {
        var (figure, inner) = (layout.Figure, layout.Inner);
        double slider = figure.Motion is null ? 0 : SliderHeight;
        // Titles and remarks differ from frame to frame; the rest stays.
        var json = Changing(layout, panels, figure.Title);
        json["height"] = N(layout.Height + slider);
        if (figure.Size is not null) json["width"] = N(layout.Width);
        json["margin"] = Json(("l", N(inner.Left)), ("r", N(layout.Width - inner.Right)), ("t", N(inner.Top)),
            ("b", N(layout.Height - inner.Bottom + slider)), ("autoexpand", false));
        (json["paper_bgcolor"], json["plot_bgcolor"], json["font"]) = (Clear, Clear, Font(FigureLayout.TickSize));
        (json["hovermode"], json["showlegend"]) = ("closest", layout.Legend.Length > 0);
        if (panels.Any(p => p.Traces.Any(t => t is BarTrace))) json["barmode"] = "overlay";
        json["modebar"] = Json(("bgcolor", Clear), ("color", Palette.Ink), ("activecolor", Palette.Colors[0]));
        if (layout.Legend.Length > 0)
        {
            json["legend"] = Json(("orientation", "h"), ("x", 0), ("xanchor", "left"), ("yanchor", "top"),
                ("bgcolor", Clear), ("tracegroupgap", 0),
                ("y", N(1 + (inner.Top - layout.Legend[0].Middle + FigureLayout.LegendRow / 2) / inner.Height)));
        }
        for (int i = 0; i < panels.Length; i++)
        {
            json[Ref("xaxis", i)] = AxisOf(layout, i, layout.Panels[i], horizontal: true);
            json[Ref("yaxis", i)] = AxisOf(layout, i, layout.Panels[i], horizontal: false);
        }
        if (figure.Motion is { } motion) AddControls(json, motion, layout.Height - inner.Bottom, ButtonsWidth / inner.Width);
        return json;
    }

    private static JsonObject Changing(FigureLayout layout, Panel[] panels, string? head)
    {
        JsonArray shapes = [], remarks = [];
        for (int i = 0; i < panels.Length; i++)
        {
            var plan = layout.Panels[i];
            string x = Ref("x", i), y = Ref("y", i), acrossX = x + " domain", acrossY = y + " domain";
            if (panels[i].Title is { } title)
            {
                string lines = string.Join("<br>", FigureLayout.Titles(title, plan.Plot.Width).Select(Text));
                remarks.Add(Remark($"<b>{lines}</b>", (acrossX, 0), (acrossY, 1), ("left", "bottom"), size: FigureLayout.LabelSize));
            }
            foreach (var (mark, place) in MarkPlace.All(plan, panels[i]))
            {
                if (mark.X is null || mark.Y is null)
                {
                    shapes.Add(Json(("type", "line"), ("xref", mark.X is null ? acrossX : x), ("yref", mark.Y is null ? acrossY : y),
                        ("x0", N(mark.X ?? 0)), ("x1", N(mark.X ?? 1)), ("y0", N(mark.Y ?? 0)), ("y1", N(mark.Y ?? 1)),
                        ("line", Json(("color", Palette.Ink), ("width", 1.5), ("dash", "dash")))));
                }
                if (mark.Text is null) continue;
                // Unlike shapes, annotations stand at the logarithm on a logarithmic axis.
                double left = mark.X is not { } mx ? place.Along : plan.X.Log ? Math.Log10(mx) : mx;
                double up = mark.Y is not { } my ? place.Along : plan.Y.Log ? Math.Log10(my) : my;
                string anchor = place.Anchor switch { "start" => "left", "end" => "right", _ => "center" };
                remarks.Add(Remark(Text(mark.Text), (mark.X is null ? acrossX : x, left), (mark.Y is null ? acrossY : y, up),
                    (anchor, "middle"), (place.Dx, -place.Dy)));
            }
        }
        string[] notes = [.. FigureLayout.NotesOf(panels)];
        for (int i = 0; i < notes.Length; i++)
        {
            remarks.Add(Remark(Text(notes[i]), ("paper", 0), ("paper", 0), ("left", "top"),
                (0, layout.Inner.Bottom - layout.Height + (notes.Length - i) * FigureLayout.NoteLine), 11));
        }
        var json = Json(("shapes", shapes), ("annotations", remarks));
        if (head is not null)
        {
            json["title"] = Json(("text", $"<b>{string.Join("<br>", layout.HeadLines(head, layout.Inner.Left).Select(Text))}</b>"),
                ("font", Font(FigureLayout.TitleSize)), ("x", 0), ("xref", "paper"), ("xanchor", "left"),
                ("y", N(1 - 12 / layout.Height)), ("yref", "container"), ("yanchor", "top"));
        }
        return json;
    }

    private static JsonObject Remark(string text, (string Ref, double At) x, (string Ref, double At) y, (string X, string Y) anchor,
        (double X, double Y) shift = default, double size = FigureLayout.TickSize) => Json(
        ("text", text), ("showarrow", false), ("font", Json(("size", size))), ("xref", x.Ref), ("x", N(x.At)), ("xanchor", anchor.X),
        ("xshift", N(shift.X)), ("yref", y.Ref), ("y", N(y.At)), ("yanchor", anchor.Y), ("yshift", N(shift.Y)));

    private static JsonObject AxisOf(FigureLayout layout, int index, PanelPlan plan, bool horizontal)
    {
        var inner = layout.Inner;
        var (axis, scale, ticks, labelled, shared) = horizontal
            ? (plan.Panel.X, plan.X, plan.XTicks, plan.LabelsX, layout.Figure.SharedX)
            : (plan.Panel.Y, plan.Y, plan.YTicks, plan.LabelsY, layout.Figure.SharedY);
        var (start, length) = horizontal
            ? ((plan.Plot.Left - inner.Left) / inner.Width, plan.Plot.Width / inner.Width)
            : ((inner.Bottom - plan.Plot.Bottom) / inner.Height, plan.Plot.Height / inner.Height);
        double[] ends = [.. new[] { scale.Min, scale.Max }.Select(v => scale.Log ? Math.Log10(v) : v)];
        bool lined = axis.Categories is null && plan.Colors is null;
        var json = Json(("type", scale.Log ? "log" : "linear"), ("anchor", Ref(horizontal ? "y" : "x", index)),
            ("domain", Array([Math.Max(start, 0), Math.Min(start + length, 1)])), ("range", Array(axis.Reversed ? ends.Reverse() : ends)),
            ("showline", true), ("linecolor", Palette.Ink), ("showgrid", lined), ("zeroline", lined && !scale.Log),
            ("ticks", "outside"), ("tickcolor", Palette.Ink), ("ticklen", 4), ("showticklabels", labelled));
        if (plan.Panel.Picture)
        {
            // The cells stay square when the page gives the chart another width than it was made for.
            (json["ticks"], json["mirror"], json["constrain"]) = ("", true, "domain");
            if (!horizontal) (json["scaleanchor"], json["constraintoward"]) = (Ref("x", index), "top");
            return json;
        }
        if (lined) json["gridcolor"] = Palette.Grid;
        if (lined && !scale.Log) json["zerolinecolor"] = Palette.Ink;
        if (labelled) json["exponentformat"] = "power";
        if (axis.Title is not null && labelled)
            json["title"] = Json(("text", Text(axis.Title)), ("font", Font(FigureLayout.LabelSize)), ("standoff", 8));
        if (axis.Categories is not null || scale.Log)
        {
            // Names are tick texts over positions: a category axis would merge equal names. On a logarithmic axis plotly.js would
            // write 5 for 50 and the powers in larger letters.
            Tick[] shown = [.. ticks.Where(t => t.Label != "")], between = [.. ticks.Where(t => t.Label == "" && axis.Categories is null)];
            (json["tickmode"], json["tickvals"]) = ("array", Array(shown.Select(t => t.Value)));
            json["ticktext"] = new JsonArray([.. shown.Select(t => (JsonNode)Text(t.Label))]);
            if (horizontal) json["tickangle"] = N(plan.XAngle);
            if (between.Length > 0)
            {
                json["minor"] = Json(("tickmode", "array"), ("tickvals", Array(between.Select(t => t.Value))), ("ticks", ""),
                    ("showgrid", lined), ("gridcolor", Palette.Transparent(Palette.Ink, 0.09)));
            }
        }
        else if (scale.Whole && scale.Max - scale.Min < 10) json["dtick"] = 1;
        if (shared && index > 0) json["matches"] = horizontal ? "x" : "y";
        return json;
    }

    private static void AddControls(JsonObject layout, Motion motion, double below, double start)
    {
        static JsonObject Animate(string label, JsonNode? frames, double duration) => Json(("label", label), ("method", "animate"),
            ("args", new JsonArray(frames, Json(("mode", "immediate"), ("fromcurrent", true),
                ("frame", Json(("duration", duration), ("redraw", true))), ("transition", Json(("duration", 0)))))));
        layout["sliders"] = new JsonArray(Json(("active", motion.Shown), ("x", N(start)), ("len", N(1 - start)), ("y", 0), ("yanchor", "top"),
            ("pad", Json(("t", N(below)))),
            ("currentvalue", Json(("prefix", Text(motion.Name) + " = "), ("font", Font(FigureLayout.LabelSize)))),
            ("bgcolor", Shade), ("activebgcolor", Palette.Colors[0]), ("bordercolor", Palette.Ink), ("tickcolor", Palette.Ink),
            ("font", Font(11)),
            ("steps", new JsonArray([.. motion.Labels.Select((label, i) => Animate(Text(label), new JsonArray($"{i}"), 0))]))));
        layout["updatemenus"] = new JsonArray(Json(("type", "buttons"), ("direction", "left"), ("showactive", false), ("x", 0),
            ("xanchor", "left"), ("y", 0), ("yanchor", "top"), ("pad", Json(("t", N(below + 18)))),
            ("bgcolor", Shade), ("bordercolor", Palette.Ink),
            ("font", Font(FigureLayout.TickSize)),
            ("buttons", new JsonArray(Animate("Play", null, 500), Animate("Pause", new JsonArray((JsonNode?)null), 0)))));
    }
}
