using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepNotebooks.Charts;

/// <summary>Makes figures from numbers of any kind: arrays, lists and sequences of <c>double</c>, <c>float</c>, <c>int</c>.</summary>
public static class Chart
{
    /// <summary>A line over 0, 1, 2 …; laid over another without a name, it is named after the variable.</summary>
    public static Figure Line<T>(IEnumerable<T> y, string? name = null, [CallerArgumentExpression(nameof(y))] string? expression = null)
        where T : INumber<T>
    {
        var values = Numbers("Line", y);
        return Of(new ScatterTrace(Counted(values.Length), values) { Name = name, Expression = expression });
    }

    /// <summary>A line through the points (x, y) in their order.</summary>
    public static Figure Line<TX, TY>(IEnumerable<TX> x, IEnumerable<TY> y, string? name = null)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pairs("Line", x, y);
        return Of(new ScatterTrace(xs, ys) { Name = name });
    }

    /// <summary>A line over named positions.</summary>
    public static Figure Line<T>(IEnumerable<string> categories, IEnumerable<T> y, string? name = null) where T : INumber<T>
    {
        var (names, ys) = Named("Line", categories, y);
        return Of(new ScatterTrace(Counted(ys.Length), ys) { Name = name, Markers = true }, new() { Categories = names });
    }

    /// <summary>The graph of a function.</summary>
    public static Figure Line(Func<double, double> function, double from, double to, string? name = null, int points = 301)
    {
        var xs = Spaced("Line", from, to, points);
        return Of(new ScatterTrace(xs, [.. xs.Select(function)]) { Name = name });
    }

    /// <summary>A marker at each point (x, y).</summary>
    public static Figure Point<TX, TY>(IEnumerable<TX> x, IEnumerable<TY> y, string? name = null)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pairs("Point", x, y);
        return Of(new ScatterTrace(xs, ys) { Name = name, Lines = false, Markers = true });
    }

    /// <summary>A line through the points (x, y), filled down to zero.</summary>
    public static Figure Area<TX, TY>(IEnumerable<TX> x, IEnumerable<TY> y, string? name = null)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pairs("Area", x, y);
        return Of(new ScatterTrace(xs, ys) { Name = name, FillToZero = true });
    }

    /// <summary>A line with a band around it, such as a mean and what lies within one standard deviation.</summary>
    public static Figure Range<TX, TY>(IEnumerable<TX> x, IEnumerable<TY> y, IEnumerable<TY> lower, IEnumerable<TY> upper,
        string? name = null) where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pairs("Range", x, y);
        var (_, low) = Pairs("Range", xs, lower);
        var (_, high) = Pairs("Range", xs, upper);
        return Of(new ScatterTrace(xs, ys) { Name = name, Band = (low, high) });
    }

    /// <summary>An upright bar for each category.</summary>
    public static Figure Column<T>(IEnumerable<string> categories, IEnumerable<T> values, string? name = null) where T : INumber<T>
    {
        var (names, ys) = Named("Column", categories, values);
        return Of(new BarTrace(Counted(ys.Length), ys) { Name = name }, new() { Categories = names });
    }

    /// <summary>An upright bar at each x.</summary>
    public static Figure Column<TX, TY>(IEnumerable<TX> x, IEnumerable<TY> values, string? name = null)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pairs("Column", x, values);
        return Of(new BarTrace(xs, ys) { Name = name });
    }

    /// <summary>A lying bar for each category, from the top down.</summary>
    public static Figure Bar<T>(IEnumerable<string> categories, IEnumerable<T> values, string? name = null) where T : INumber<T>
    {
        var (names, xs) = Named("Bar", categories, values);
        return Of(new BarTrace(Counted(xs.Length), xs) { Name = name, Horizontal = true }, null,
            new() { Categories = names, Reversed = true });
    }

    /// <summary>How often values fall into each bin. Overlaid with <see cref="Figure.And(Figure)"/>, several share their bins.</summary>
    /// <param name="values">The samples; those that are not finite are left out, and the chart says how many.</param>
    /// <param name="name">The name in the legend.</param>
    /// <param name="bins">How many bins; 0 for a number that suits the samples.</param>
    /// <param name="density">Scales the areas to one, to be compared with a probability density.</param>
    public static Figure Histogram<T>(IEnumerable<T> values, string? name = null, int bins = 0, bool density = false) where T : INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bins);
        return Of(new HistogramTrace(Numbers("Histogram", values), bins, density) { Name = name }, null,
            new() { Title = density ? "density" : "count" });
    }

    /// <summary>A matrix as coloured cells, row 0 at the top.</summary>
    /// <param name="z">The values.</param>
    /// <param name="rows">A label for each row.</param>
    /// <param name="columns">A label for each column.</param>
    /// <param name="scale">How values become colours; without it diverging around zero when there are values of both signs.</param>
    /// <param name="valueFormat">Prints each cell's value in it, such as <c>"0.00"</c>.</param>
    public static Figure Heatmap(double[,] z, IEnumerable<string>? rows = null, IEnumerable<string>? columns = null,
        ColorScale? scale = null, string? valueFormat = null)
    {
        int height = z.GetLength(0), width = z.GetLength(1);
        if (z.Length == 0) throw Empty("Heatmap");
        var finite = z.Cast<double>().Where(double.IsFinite).DefaultIfEmpty();
        scale ??= finite.Min() < 0 && finite.Max() > 0 ? ColorScale.Diverging : ColorScale.Sequential;
        return Of(new HeatmapTrace(Counted(width), Counted(height), z, scale.Value) { ValueFormat = valueFormat },
            new() { Categories = Labels(columns, width, "column") }, new() { Categories = Labels(rows, height, "row"), Reversed = true });

        static string[]? Labels(IEnumerable<string>? labels, int count, string side)
        {
            string[]? given = labels?.ToArray();
            return given is null || given.Length == count
                ? given
                : throw new ArgumentException($"Chart.Heatmap: {given.Length} {side} labels for {count} {side}s. Give one label for each.");
        }
    }

    /// <summary>A function over the plane in bands of equal height, such as a loss over two weights.</summary>
    public static Figure Contour(Func<double, double, double> function, (double From, double To) x, (double From, double To) y,
        int levels = 12, int points = 61)
    {
        double[] xs = Spaced("Contour", x.From, x.To, points), ys = Spaced("Contour", y.From, y.To, points);
        var z = new double[points, points];
        for (int row = 0; row < points; row++)
            for (int column = 0; column < points; column++) z[row, column] = function(xs[column], ys[row]);
        return Contour(xs, ys, z, levels);
    }

    /// <summary>Values z[row, column] over the grid of points (x[column], y[row]) in bands of equal height.</summary>
    public static Figure Contour(double[] x, double[] y, double[,] z, int levels = 12)
    {
        if (x.Length < 2 || y.Length < 2 || z.GetLength(0) != y.Length || z.GetLength(1) != x.Length)
            throw new ArgumentException($"Chart.Contour: z is {z.GetLength(0)} x {z.GetLength(1)} over {y.Length} y and {x.Length} x. "
                + "Give at least two of each and z as [y count, x count].");
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        return Of(new ContourTrace(x, y, z, levels));
    }

    /// <summary>A box for each category: median, quartiles, whiskers, outliers.</summary>
    public static Figure Box<T>(IEnumerable<string> categories, IEnumerable<IEnumerable<T>> samples, string? name = null)
        where T : INumber<T>
    {
        string[] names = [.. categories];
        BoxSummary[] boxes = [.. samples.Select(s => BoxSummary.Of(Numbers("Box", s)))];
        if (boxes.Length == 0) throw Empty("Box");
        if (names.Length != boxes.Length) throw Unequal("Box", names.Length, "categories", boxes.Length, "sets of samples");
        return Of(new BoxTrace(Counted(boxes.Length), boxes) { Name = name }, new() { Categories = names });
    }

    /// <summary>One box, named below it.</summary>
    public static Figure Box<T>(IEnumerable<T> samples, string category = "") where T : INumber<T> => Box([category], [samples]);

    /// <summary>Lays figures over each other in one pair of axes; the first one's axes and title lead.</summary>
    public static Figure Combine(params Figure[] figures) =>
        figures.Length == 0 ? throw Empty("Combine") : figures.Aggregate((all, next) => all.And(next));

    /// <summary>Sets figures side by side, row by row; the title of each stands above it. A name has one colour in all of them.</summary>
    public static Figure Grid(int rows, int columns, IEnumerable<Figure> figures, bool sharedX = false, bool sharedY = false)
    {
        Figure[] all = [.. figures];
        if (all.Length == 0) throw Empty("Grid");
        if (rows < 1 || columns < 1 || all.Length > rows * columns)
            throw new ArgumentException($"Chart.Grid: {all.Length} figures do not fit into {rows} x {columns}. Give more rows or columns.");
        if (all.Any(f => f.Panels.Count != 1 || f.Motion is not null))
            throw new ArgumentException("Chart.Grid: a figure is itself a grid or moves. "
                + "Give still figures of one panel; put the grid inside Chart.Slider.");
        return new()
        {
            Panels = [.. all.Select(f => f.Panels[0] with { Title = f.Title })],
            Columns = columns,
            SharedX = sharedX,
            SharedY = sharedY,
        };
    }

    /// <summary>Sets figures side by side, row by row.</summary>
    public static Figure Grid(int rows, int columns, params Figure[] figures) => Grid(rows, columns, (IEnumerable<Figure>)figures);

    /// <summary>A chart that moves: a figure for each value, chosen with a slider or played. Once made it needs no kernel.</summary>
    /// <param name="name">What the values are, written beside the slider.</param>
    /// <param name="values">The slider's values.</param>
    /// <param name="draw">Draws the figure of a value; all must have the same panels and the same kinds of traces.</param>
    /// <param name="shown">The index of the value shown first, and alone in a still picture; the last one without it.</param>
    public static Figure Slider<T>(string name, IEnumerable<T> values, Func<T, Figure> draw, int? shown = null)
    {
        T[] all = [.. values];
        if (all.Length == 0) throw Empty("Slider");
        int first = shown ?? all.Length - 1;
        if (first < 0 || first >= all.Length)
            throw new ArgumentException($"Chart.Slider: shown = {first}, but there are {all.Length} values. Give 0 to {all.Length - 1}.");
        Figure[] figures = [.. all.Select(draw)];
        static string Form(Figure f) => string.Join('|', f.Panels.Select(p => string.Join(',', p.Traces.Select(t => t.Kind))));
        if (figures.FirstOrDefault(f => f.Motion is not null || Form(f) != Form(figures[first])) is { } odd)
            throw new ArgumentException($"Chart.Slider: the frames differ in form ({Form(figures[first])} and {Form(odd)}). "
                + "Draw the same kinds of traces for every value.");
        string[] labels = [.. all.Select(v => v switch
        {
            double or float => Scale.Short(Convert.ToDouble(v, CultureInfo.InvariantCulture), 6),
            IFormattable f when f.ToString(null, CultureInfo.InvariantCulture) is var text => text is ['-', ..] ? "−" + text[1..] : text,
            _ => $"{v}",
        })];
        return figures[first] with
        {
            Motion = new(name, labels, [.. figures.Select(f => f.Title)], [.. figures.Select(f => f.Panels.ToArray())], first),
        };
    }

    private static Figure Of(Trace trace, Axis? x = null, Axis? y = null) =>
        new() { Panels = [new([trace]) { X = x ?? new(), Y = y ?? new() }] };

    private static double[] Numbers<T>(string chart, IEnumerable<T> values) where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] numbers = [.. values.Select(Number)];
        return numbers.Length > 0 ? numbers : throw Empty(chart);
    }

    /// <summary>The number; a float as its shortest decimal form, so that 0.1f is 0.1 and not 0.10000000149.</summary>
    private static double Number<T>(T value) where T : INumber<T> => value is float f && float.IsFinite(f)
        ? double.Parse(f.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : double.CreateChecked(value);

    private static (double[] X, double[] Y) Pairs<TX, TY>(string chart, IEnumerable<TX> x, IEnumerable<TY> y)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        double[] xs = Numbers(chart, x), ys = Numbers(chart, y);
        return xs.Length == ys.Length ? (xs, ys) : throw Unequal(chart, xs.Length, "x values", ys.Length, "y values");
    }

    private static (string[] Names, double[] Values) Named<T>(string chart, IEnumerable<string> categories, IEnumerable<T> values)
        where T : INumber<T>
    {
        string[] names = [.. categories];
        var numbers = Numbers(chart, values);
        return names.Length == numbers.Length
            ? (names, numbers)
            : throw Unequal(chart, names.Length, "categories", numbers.Length, "values");
    }

    private static double[] Counted(int count) => [.. Enumerable.Range(0, count).Select(i => (double)i)];

    private static double[] Spaced(string chart, double from, double to, int points) =>
        from < to && double.IsFinite(to - from) && points >= 2
            ? [.. Enumerable.Range(0, points).Select(i => from + (to - from) * i / (points - 1))]
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"Chart.{chart}: {points} points from {from} to {to}. Give two finite ends, the smaller first, and at least two points."));

    private static ArgumentException Empty(string chart) => new($"Chart.{chart}: there is nothing to draw. Give at least one value.");

    private static ArgumentException Unequal(string chart, int count, string what, int otherCount, string other) =>
        new($"Chart.{chart}: {count} {what} and {otherCount} {other}. Give as many of one as of the other.");
}
