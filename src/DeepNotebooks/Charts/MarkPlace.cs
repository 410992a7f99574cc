namespace DeepNotebooks.Charts;

/// <summary>Where a mark's text stands: at its point or, for a line, at a share along it, moved by some pixels.</summary>
internal sealed record MarkPlace(double Along, double Dx, double Dy, string Anchor)
{
    private static readonly MarkPlace[] AtPoint =
    [
        new(0, 0, -13, "middle"), new(0, 9, -9, "start"), new(0, -9, -9, "end"),
        new(0, 0, 13, "middle"), new(0, 9, 6, "start"), new(0, -9, 6, "end"),
    ];

    private static readonly MarkPlace[] AtHorizontal =
        [new(1, -5, -9, "end"), new(0, 5, -9, "start"), new(1, -5, 9, "end"), new(0, 5, 9, "start")];

    private static readonly MarkPlace[] AtVertical =
        [new(1, 6, 9, "start"), new(1, -6, 9, "end"), new(0, 6, -9, "start"), new(0, -6, -9, "end")];

    /// <summary>The marks that have a place on the axes, each with the place for its text that covers the least of the data.</summary>
    public static IEnumerable<(Mark Mark, MarkPlace Place)> All(PanelPlan plan, Panel panel)
    {
        var taken = panel.Marks.Count == 0 ? [] : panel.Traces.SelectMany(t => Samples(plan, t)).ToList();
        foreach (var mark in panel.Marks)
        {
            if ((mark.X is { } x && !plan.X.Holds(x)) || (mark.Y is { } y && !plan.Y.Holds(y))) continue;
            var places = mark.X is null ? AtHorizontal : mark.Y is null ? AtVertical : AtPoint;
            var best = places.MinBy(place => Cost(plan, mark, place, taken))!;
            var box = best.Around(plan, mark);
            for (double left = box.Left; left < box.Right; left += 4) taken.Add((left, box.Top + box.Height / 2));
            yield return (mark, best);
        }
    }

    /// <summary>The pixel at which the text is anchored, half way up.</summary>
    public (double X, double Y) Pixel(PanelPlan plan, Mark mark) => (
        Dx + (mark.X is { } x ? plan.PixelX(x) : plan.Plot.Left + Along * plan.Plot.Width),
        Dy + (mark.Y is { } y ? plan.PixelY(y) : plan.Plot.Bottom - Along * plan.Plot.Height));

    private Box Around(PanelPlan plan, Mark mark)
    {
        var (x, y) = Pixel(plan, mark);
        double width = TextBox.Width(mark.Text ?? "", FigureLayout.TickSize);
        return new(x - (Anchor == "end" ? width : Anchor == "middle" ? width / 2 : 0), y - 7, width, 14);
    }

    private static int Cost(PanelPlan plan, Mark mark, MarkPlace place, List<(double X, double Y)> taken)
    {
        var (box, plot) = (place.Around(plan, mark), plan.Plot);
        bool cut = box.Left < plot.Left || box.Right > plot.Right || box.Top < plot.Top - 4 || box.Bottom > plot.Bottom + 4;
        return taken.Count(p => p.X >= box.Left && p.X <= box.Right && p.Y >= box.Top && p.Y <= box.Bottom) + (cut ? 100_000 : 0);
    }

    /// <summary>Pixels that a trace covers: every four along its lines and across its bars.</summary>
    private static IEnumerable<(double X, double Y)> Samples(PanelPlan plan, Trace trace) => trace switch
    {
        ScatterTrace s => Samples(plan, s),
        BarTrace b => Samples(plan, b),
        _ => [],
    };

    private static IEnumerable<(double X, double Y)> Samples(PanelPlan plan, BarTrace b)
    {
        for (int i = 0; i < b.Y.Length; i++)
        {
            if (!double.IsFinite(b.Y[i])) continue;
            var (from, to) = b.Edges![i];
            var (x0, x1) = b.Horizontal ? Ends(plan.PixelX(0), plan.PixelX(b.Y[i])) : Ends(plan.PixelX(from), plan.PixelX(to));
            var (y0, y1) = b.Horizontal ? Ends(plan.PixelY(from), plan.PixelY(to)) : Ends(plan.PixelY(0), plan.PixelY(b.Y[i]));
            for (double x = Math.Max(x0, plan.Plot.Left); x <= Math.Min(x1, plan.Plot.Right); x += 4)
                for (double y = Math.Max(y0, plan.Plot.Top); y <= Math.Min(y1, plan.Plot.Bottom); y += 4) yield return (x, y);
        }
        static (double, double) Ends(double a, double b) => a < b ? (a, b) : (b, a);
    }

    private static IEnumerable<(double X, double Y)> Samples(PanelPlan plan, ScatterTrace s)
    {
        (double X, double Y)? before = null;
        for (int i = 0; i < s.X.Length; i++)
        {
            if (!plan.X.Holds(s.X[i]) || !plan.Y.Holds(s.Y[i]))
            {
                before = null;
                continue;
            }
            var (x, y) = (plan.PixelX(s.X[i]), plan.PixelY(s.Y[i]));
            yield return (x, y);
            if (before is { } b && s.Lines)
            {
                int steps = (int)Math.Min(Math.Max(Math.Abs(x - b.X), Math.Abs(y - b.Y)) / 4, 400);
                for (int k = 1; k < steps; k++) yield return (b.X + (x - b.X) * k / steps, b.Y + (y - b.Y) * k / steps);
            }
            before = (x, y);
        }
    }
}
