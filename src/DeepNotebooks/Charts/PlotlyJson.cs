using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace DeepNotebooks.Charts;

/// <summary>Writes a figure in Plotly's schema, as versions 2 to 4 of plotly.js read it, laid out as the SVG is.</summary>
internal static class PlotlyJson
{
    // Escapes <, > and &, so that the text may stand inside a script element.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static string Write(Figure figure)
    {
        var layout = new FigureLayout(figure);
        int shown = figure.Motion?.Shown ?? 0;
        var root = new JsonObject
        {
            ["data"] = Data(layout, layout.Frames[shown]),
            ["layout"] = Layout(layout, layout.Frames[shown]),
            ["config"] = new JsonObject { ["responsive"] = true, ["displaylogo"] = false },
        };
        if (figure.Motion is { } motion) root["frames"] = Frames(layout, motion);
        return root.ToJsonString(Plain);
    }

    private static JsonArray Data(FigureLayout layout, Panel[] panels)
    {
        var data = new JsonArray();
        var named = new HashSet<string>();
        for (int i = 0; i < panels.Length; i++)
        {
            foreach (var trace in panels[i].Traces)
            {
                bool listed = trace.Name is not null && named.Add(trace.Name);
                foreach (var json in PlotlyTraces.Of(trace, layout.Panels[i], panels[i], layout))
                {
                    bool leads = listed && json["showlegend"] is null;
                    if (trace.Name is not null) (json["name"], json["legendgroup"]) = (Text(trace.Name), trace.Name);
                    json["showlegend"] = leads;
                    if (i > 0) (json["xaxis"], json["yaxis"]) = ($"x{i + 1}", $"y{i + 1}");
                    data.Add(json);
                }
            }
        }
        return data;
    }

    private static JsonObject Layout(FigureLayout layout, Panel[] panels)
    {
        const double slider = 96;
        var (figure, inner) = (layout.Figure, layout.Inner);
        bool moves = figure.Motion is not null;
        double below = layout.Height - inner.Bottom;
        var json = new JsonObject
        {
            ["height"] = N(layout.Height + (moves ? slider : 0)),
            ["margin"] = new JsonObject
            {
                ["l"] = N(inner.Left),
                ["r"] = N(layout.Width - inner.Right),
                ["t"] = N(inner.Top),
                ["b"] = N(below + (moves ? slider : 0)),
                ["autoexpand"] = false,
            },
            ["paper_bgcolor"] = "rgba(0,0,0,0)",
            ["plot_bgcolor"] = "rgba(0,0,0,0)",
            ["font"] = Font(FigureLayout.TickSize),
            ["showlegend"] = layout.Legend.Length > 0,
            ["barmode"] = "overlay",
            ["hovermode"] = "closest",
        };
        if (figure.Size is not null) json["width"] = N(layout.Width);
        if (layout.Legend.Length > 0)
        {
            double rows = layout.Legend[^1].Middle - layout.Legend[0].Middle + FigureLayout.LegendRow;
            json["legend"] = new JsonObject
            {
                ["orientation"] = "h",
                ["x"] = 0,
                ["xanchor"] = "left",
                ["y"] = N(1 + (inner.Top - layout.Legend[0].Middle - FigureLayout.LegendRow / 2 - (rows - FigureLayout.LegendRow)) / inner.Height),
                ["yanchor"] = "bottom",
                ["bgcolor"] = "rgba(0,0,0,0)",
            };
        }
        for (int i = 0; i < panels.Length; i++)
        {
            string suffix = i == 0 ? "" : $"{i + 1}";
            json["xaxis" + suffix] = AxisOf(layout, i, horizontal: true);
            json["yaxis" + suffix] = AxisOf(layout, i, horizontal: false);
        }
        if (moves) AddControls(json, figure.Motion!, below);
        foreach (var (key, value) in Changing(layout, panels)) json[key] = value?.DeepClone();
        return json;
    }

    /// <summary>What of the layout differs from frame to frame: titles, lines and remarks.</summary>
    private static JsonObject Changing(FigureLayout layout, Panel[] panels)
    {
        JsonArray shapes = [], remarks = [];
        for (int i = 0; i < panels.Length; i++)
        {
            string x = i == 0 ? "x" : $"x{i + 1}", y = i == 0 ? "y" : $"y{i + 1}";
            var plan = layout.Panels[i];
            if (panels[i].Title is not null)
            {
                string title = string.Join("<br>", TextBox.Wrap(panels[i].Title!, FigureLayout.LabelSize * 1.06, Math.Max(plan.Plot.Width, 80)).Select(Text));
                remarks.Add(Remark($"<b>{title}</b>", $"{x} domain", 0, $"{y} domain", 1, "left", "bottom", size: FigureLayout.LabelSize));
            }
            foreach (var mark in panels[i].Marks)
            {
                bool both = mark is { X: not null, Y: not null };
                if (!both)
                {
                    shapes.Add(new JsonObject
                    {
                        ["type"] = "line",
                        ["xref"] = mark.X is null ? $"{x} domain" : x,
                        ["yref"] = mark.Y is null ? $"{y} domain" : y,
                        ["x0"] = N(mark.X ?? 0),
                        ["x1"] = N(mark.X ?? 1),
                        ["y0"] = N(mark.Y ?? 0),
                        ["y1"] = N(mark.Y ?? 1),
                        ["line"] = new JsonObject { ["color"] = Palette.Ink, ["width"] = 1.5, ["dash"] = "dash" },
                    });
                }
                // Unlike shapes, annotations are placed by the logarithm on a logarithmic axis.
                double? left = mark.X is { } mx && plan.X.Log ? Math.Log10(mx) : mark.X, up = mark.Y is { } my && plan.Y.Log ? Math.Log10(my) : mark.Y;
                if (mark.Text is null || left is { } l && !double.IsFinite(l) || up is { } u && !double.IsFinite(u)) continue;
                remarks.Add(Remark(Text(mark.Text), left is null ? $"{x} domain" : x, left ?? 1, up is null ? $"{y} domain" : y, up ?? 1,
                    both ? "center" : left is null ? "right" : plan.X.Place(mark.X!.Value) > 0.7 ? "right" : "left", up is null ? "top" : "bottom", shift: both ? 6 : 0));
            }
        }
        string[] notes = [.. FigureLayout.NotesOf([.. panels])];
        for (int i = 0; i < notes.Length; i++)
            remarks.Add(Remark(Text(notes[i]), "paper", 0, "paper", 0, "left", "top", size: 11, shift: layout.Inner.Bottom - layout.Height + 8 + (notes.Length - i) * FigureLayout.NoteLine));
        var json = new JsonObject { ["shapes"] = shapes, ["annotations"] = remarks };
        if (layout.TitleLines.Length > 0)
        {
            json["title"] = new JsonObject
            {
                ["text"] = $"<b>{string.Join("<br>", layout.TitleLines.Select(Text))}</b>",
                ["x"] = 0,
                ["xref"] = "paper",
                ["xanchor"] = "left",
                ["y"] = N(1 - 12 / layout.Height),
                ["yref"] = "container",
                ["yanchor"] = "top",
                ["font"] = Font(FigureLayout.TitleSize),
            };
        }
        return json;
    }

    private static JsonObject Remark(string text, string xref, double x, string yref, double y, string xanchor, string yanchor, double size = FigureLayout.TickSize, double shift = 0) => new()
    {
        ["text"] = text,
        ["xref"] = xref,
        ["x"] = N(x),
        ["yref"] = yref,
        ["y"] = N(y),
        ["xanchor"] = xanchor,
        ["yanchor"] = yanchor,
        ["yshift"] = N(shift),
        ["showarrow"] = false,
        ["font"] = Font(size),
    };

    private static JsonObject AxisOf(FigureLayout layout, int index, bool horizontal)
    {
        var (plan, inner) = (layout.Panels[index], layout.Inner);
        var (axis, scale, ticks) = horizontal ? (plan.Panel.X, plan.X, plan.XTicks) : (plan.Panel.Y, plan.Y, plan.YTicks);
        double Ends(double value) => axis.Log ? Math.Log10(value) : value;
        double from = Ends(scale.Min), to = Ends(scale.Max);
        double[] domain = horizontal
            ? [(plan.Plot.Left - inner.Left) / inner.Width, (plan.Plot.Right - inner.Left) / inner.Width]
            : [(inner.Bottom - plan.Plot.Bottom) / inner.Height, (inner.Bottom - plan.Plot.Top) / inner.Height];
        string suffix = index == 0 ? "" : $"{index + 1}";
        bool labelled = horizontal ? plan.LabelsX : plan.LabelsY;
        var json = new JsonObject
        {
            ["domain"] = Array(domain.Select(d => Math.Clamp(d, 0, 1))),
            ["anchor"] = (horizontal ? "y" : "x") + suffix,
            ["range"] = Array(axis.Reversed ? [to, from] : [from, to]),
            ["type"] = axis.Log ? "log" : "linear",
            ["showline"] = true,
            ["linecolor"] = Palette.Ink,
            ["showgrid"] = axis.Categories is null && plan.Colors is null,
            ["gridcolor"] = Palette.Grid,
            ["zeroline"] = axis.Categories is null && plan.Colors is null && !axis.Log,
            ["zerolinecolor"] = Palette.Ink,
            ["ticks"] = "outside",
            ["tickcolor"] = Palette.Ink,
            ["ticklen"] = 4,
            ["showticklabels"] = labelled,
            ["exponentformat"] = "power",
        };
        if (axis.Title is not null && labelled)
            json["title"] = new JsonObject { ["text"] = Text(axis.Title), ["font"] = Font(FigureLayout.LabelSize), ["standoff"] = 8 };
        if (axis.Categories is { } names)
        {
            // Names as tick texts over positions: a category axis would merge equal names.
            json["tickmode"] = "array";
            json["tickvals"] = Array(ticks.Where(t => t.Label != "").Select(t => t.Value));
            json["ticktext"] = new JsonArray([.. ticks.Where(t => t.Label != "").Select(t => (JsonNode)Text(t.Label).Replace("\n", "<br>"))]);
            if (horizontal) json["tickangle"] = N(plan.XAngle);
        }
        bool shared = horizontal ? layout.Figure.SharedX : layout.Figure.SharedY;
        if (shared && index > 0) json["matches"] = horizontal ? "x" : "y";
        return json;
    }

    private static void AddControls(JsonObject layout, Motion motion, double below)
    {
        JsonObject Now(double duration) => new()
        {
            ["mode"] = "immediate",
            ["fromcurrent"] = true,
            ["frame"] = new JsonObject { ["duration"] = N(duration), ["redraw"] = true },
            ["transition"] = new JsonObject { ["duration"] = 0 },
        };
        JsonObject Button(string label, JsonNode? frames, double duration) =>
            new() { ["label"] = label, ["method"] = "animate", ["args"] = new JsonArray(frames, Now(duration)) };
        layout["sliders"] = new JsonArray(new JsonObject
        {
            ["active"] = motion.Shown,
            ["x"] = 0.13,
            ["len"] = 0.87,
            ["y"] = 0,
            ["yanchor"] = "top",
            ["pad"] = new JsonObject { ["t"] = N(below) },
            ["currentvalue"] = new JsonObject { ["prefix"] = Text(motion.Name) + " = ", ["font"] = Font(FigureLayout.LabelSize) },
            ["bgcolor"] = "rgba(118,118,118,0.2)",
            ["activebgcolor"] = Palette.Colors[0],
            ["bordercolor"] = Palette.Ink,
            ["tickcolor"] = Palette.Ink,
            ["font"] = Font(11),
            ["steps"] = new JsonArray([.. motion.Labels.Select((label, i) => Button(Text(label), new JsonArray($"{i}"), 0))]),
        });
        layout["updatemenus"] = new JsonArray(new JsonObject
        {
            ["type"] = "buttons",
            ["direction"] = "left",
            ["showactive"] = false,
            ["x"] = 0,
            ["xanchor"] = "left",
            ["y"] = 0,
            ["yanchor"] = "top",
            ["pad"] = new JsonObject { ["t"] = N(below + 18) },
            ["bgcolor"] = "rgba(118,118,118,0.2)",
            ["bordercolor"] = Palette.Ink,
            ["font"] = Font(FigureLayout.TickSize),
            ["buttons"] = new JsonArray(Button("Play", null, 400), Button("Pause", new JsonArray((JsonNode?)null), 0)),
        });
    }

    private static JsonArray Frames(FigureLayout layout, Motion motion)
    {
        var frames = new JsonArray();
        for (int i = 0; i < motion.Labels.Length; i++)
        {
            var data = Data(layout, layout.Frames[i]);
            frames.Add(new JsonObject
            {
                ["name"] = $"{i}",
                ["traces"] = Array(Enumerable.Range(0, data.Count).Select(n => (double)n)),
                ["data"] = data,
                ["layout"] = Changing(layout, layout.Frames[i]),
            });
        }
        return frames;
    }

    private static JsonObject Font(double size) => new() { ["color"] = Palette.Ink, ["size"] = size };

    /// <summary>A number with ten digits, which no eye tells from more; null when it is not finite.</summary>
    internal static JsonNode? N(double value) => double.IsFinite(value)
        ? JsonValue.Create(value == Math.Floor(value) ? value : double.Parse(value.ToString("G10", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
        : null;

    internal static JsonArray Array(IEnumerable<double> values) => new([.. values.Select(N)]);

    /// <summary>Text that Plotly shows as it is, not as its markup.</summary>
    internal static string Text(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
