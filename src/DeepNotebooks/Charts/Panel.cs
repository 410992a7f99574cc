namespace DeepNotebooks.Charts;

/// <summary>An axis: what it says, how it counts, and how far it reaches.</summary>
public sealed record Axis
{
    public string? Title { get; init; }

    public bool Log { get; init; }

    /// <summary>The chosen range; none to fit the data.</summary>
    public (double From, double To)? Range { get; init; }

    /// <summary>The names of the positions 0, 1, 2 …; none for a numeric axis.</summary>
    public string[]? Categories { get; init; }

    /// <summary>Whether values grow downwards (or leftwards), as the rows of a matrix do.</summary>
    public bool Reversed { get; init; }
}

/// <summary>A remark in a panel: at a point a text, with X alone a vertical line, with Y alone a horizontal one.</summary>
public sealed record Mark(double? X, double? Y, string? Text);

/// <summary>One pair of axes and what is drawn between them.</summary>
public sealed record Panel(IReadOnlyList<Trace> Traces)
{
    public string? Title { get; init; }

    public Axis X { get; init; } = new();

    public Axis Y { get; init; } = new();

    public IReadOnlyList<Mark> Marks { get; init; } = [];

    /// <summary>Whether the heatmap is a picture: square cells in a frame, without ticks and colour bar.</summary>
    public bool Picture { get; init; }

    /// <summary>Whether a bar may explain the colours; not where they are kinds rather than amounts.</summary>
    public bool ColorBar { get; init; } = true;

    /// <summary>Lays the other panel's traces and marks over this one's; this one's axes lead.</summary>
    internal Panel And(Panel other)
    {
        var (x, xMap) = Merge(X, other.X);
        var (y, yMap) = Merge(Y, other.Y);
        return this with
        {
            Traces = [.. Traces.Select(t => t.Named()), .. other.Traces.Select(t => Moved(t.Named(), xMap, yMap))],
            Marks = [.. Marks, .. other.Marks],
            X = x,
            Y = y,
        };
    }

    /// <summary>One axis for two: the categories are joined by name, and <c>Map</c> says where the other's positions went.</summary>
    private static (Axis Axis, int[]? Map) Merge(Axis axis, Axis other)
    {
        var merged = axis with
        {
            Title = axis.Title ?? other.Title,
            Log = axis.Log || other.Log,
            Range = axis.Range ?? other.Range,
            Categories = axis.Categories ?? other.Categories,
            Reversed = axis.Reversed || other.Reversed,
        };
        if (axis.Categories is not { } mine || other.Categories is not { } theirs || mine.SequenceEqual(theirs)) return (merged, null);
        string[] all = [.. mine.Union(theirs)];
        return all.Length < mine.Length
            ? throw new ArgumentException("Figure.And: the categories differ and some repeat, so they cannot be matched by name. "
                + "Give both figures the same categories.")
            : (merged with { Categories = all }, [.. theirs.Select(name => Array.IndexOf(all, name))]);
    }

    private static Trace Moved(Trace trace, int[]? xMap, int[]? yMap)
    {
        double[] To(double[] positions, int[]? map) => map is null ? positions : [.. positions.Select(p => (double)map[(int)p])];
        return trace switch
        {
            ScatterTrace t => t with { X = To(t.X, xMap), Y = To(t.Y, yMap) },
            BarTrace t => t with { X = To(t.X, t.Horizontal ? yMap : xMap) },
            BoxTrace t => t with { X = To(t.X, xMap) },
            HeatmapTrace t => t with { X = To(t.X, xMap), Y = To(t.Y, yMap) },
            _ => trace,
        };
    }
}
