using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks.Tests.Charts;

public class FigureTests
{
    [Fact]
    public void Numbers_of_any_kind_make_the_same_line()
    {
        string expected = Chart.Line([1.0, 2, 3]).ToPlotlyJson();
        Assert.Equal(expected, Chart.Line(new List<int> { 1, 2, 3 }).ToPlotlyJson());
        Assert.Equal(expected, Chart.Line(new[] { 1f, 2f, 3f }).ToPlotlyJson());
        Assert.Equal(expected, Chart.Line(new[] { 0, 1, 2 }, new double[] { 1, 2, 3 }).ToPlotlyJson());
    }

    [Fact]
    public void A_figure_never_changes()
    {
        var figure = Chart.Line([1, 2]);
        string before = figure.ToSvg();
        figure.WithTitle("t").WithAxes("x", "y").WithLogY().WithMarkers().WithName("n").WithColor("#112233").WithHorizontalLine(1)
            .And([3, 4]);
        Assert.Equal(before, figure.ToSvg());
        Assert.Null(figure.Title);
    }

    [Fact]
    public void Overlaid_lines_without_a_name_are_named_after_their_variables()
    {
        var run = (Loss: new[] { 2.0, 1 }, ValidationLoss: new[] { 3.0, 2 });
        Assert.Equal(["loss", "validation loss"], Chart.Line(run.Loss).And(run.ValidationLoss).Panels[0].Traces.Select(t => t.Name));
        Assert.Equal([null, "b"], Chart.Line([1, 2]).And([1, 2], "b").Panels[0].Traces.Select(t => t.Name));
        Assert.Null(Chart.Line(run.Loss).Panels[0].Traces[0].Name);
    }

    [Fact]
    public void Categories_are_joined_by_name()
    {
        var panel = Chart.Column(["a", "b"], [1, 2]).And(Chart.Column(["c", "b"], [3, 4])).Panels[0];
        Assert.Equal(["a", "b", "c"], panel.X.Categories!);
        Assert.Equal([2, 1], ((BarTrace)panel.Traces[1]).X);
    }

    [Fact]
    public void Histograms_of_one_panel_share_bins_that_hold_every_finite_sample()
    {
        var figure = Chart.Histogram([0, 1, 2, 3, double.NaN]).And(Chart.Histogram([-5.0, 9], bins: 7));
        var bars = PanelPlan.Prepare(figure.Panels, false)[0].Traces.Cast<BarTrace>().ToArray();
        Assert.Equal(bars[0].Edges, bars[1].Edges);
        Assert.Equal(7, bars[0].Y.Length);
        Assert.Equal((-5, 9), (bars[0].Edges![0].From, bars[0].Edges![^1].To));
        Assert.Equal([4, 2], bars.Select(b => b.Y.Sum()));
    }

    [Theory]
    [InlineData(new[] { 4.0, 4, 4 })]
    [InlineData(new[] { 0.0 })]
    [InlineData(new[] { 1e-12, 2e-12, 5e-12 })]
    [InlineData(new[] { -1e12, 3e12, 1e11 })]
    public void A_density_has_area_one(double[] samples)
    {
        var bars = (BarTrace)PanelPlan.Prepare(Chart.Histogram(samples, density: true).Panels, false)[0].Traces[0];
        Assert.Equal(1, bars.Y.Zip(bars.Edges!, (y, e) => y * (e.To - e.From)).Sum(), 9);
    }

    [Fact]
    public void A_box_has_the_quartiles_and_outliers_of_its_samples()
    {
        var box = BoxSummary.Of([1, 2, 3, 4, 5, 100]);
        Assert.Equal((1, 2.25, 3.5, 4.75, 5), (box.LowerFence, box.Q1, box.Median, box.Q3, box.UpperFence));
        Assert.Equal([100], box.Outliers);
    }

    [Fact]
    public void The_plain_text_says_what_the_chart_shows() => Assert.Equal(
        "Line chart \"Loss\": x epoch, y loss (logarithmic); train 3 points, 0.1 to 2; test 2 points, 1.5 to 3.",
        Chart.Line([2, 1, 0.1], "train").And([3, 1.5], "test").WithTitle("Loss").WithAxes("epoch", "loss").WithLogY().ToString());

    [Fact]
    public void Contour_regions_cover_the_right_share_of_the_plane()
    {
        // Above the level 0 lies the half plane x > 0: the region's outline is a rectangle of half the width.
        var figure = Chart.Contour([-1.0, 0.5, 1], [0.0, 1], new double[,] { { -1, 0.5, 1 }, { -1, 0.5, 1 } }, levels: 2);
        var plan = new FigureLayout(figure).Panels[0];
        double middle = Math.Round(plan.PixelX(0) * 10) / 10;
        Assert.Contains(Svg.N(middle) + " " + Svg.N(plan.Plot.Top), figure.ToSvg());
        Assert.Contains(Svg.N(middle) + " " + Svg.N(plan.Plot.Bottom), figure.ToSvg());
    }

    [Fact]
    public void Kernels_find_the_formats_by_name()
    {
        var attribute = typeof(Figure).GetCustomAttributes(false).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = Activator.CreateInstance((Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!)!;
        var made = (IEnumerable<object>)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, [])!;
        var formatters = made.Cast<MimeFormatter<Figure>>().ToArray();
        Assert.Equal(["application/vnd.plotly.v1+json", "image/svg+xml", "text/html", "text/plain"], formatters.Select(f => f.MimeType));
        var preferred = (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
        Assert.Equal(["text/html", "text/plain"], preferred);
        var writer = new StringWriter();
        Assert.True(formatters[3].Format(Chart.Line([1, 2]), writer));
        Assert.Equal("Line chart: 2 points, 1 to 2.", writer.ToString());
        Assert.False(formatters[0].Format("no figure", writer));
    }

    public static TheoryData<string, Action> Mistakes => new()
    {
        { "Chart.Line: there is nothing to draw", () => Chart.Line(Array.Empty<double>()) },
        { "Chart.Line: 2 x values and 3 y values", () => Chart.Line([1, 2], [1, 2, 3]) },
        { "Chart.Column: 1 categories and 2 values", () => Chart.Column(["a"], [1, 2]) },
        { "Chart.Heatmap: 1 row labels for 2 rows", () => Chart.Heatmap(new double[2, 2], rows: ["a"]) },
        { "Chart.Contour: z is 2 x 3 over 3 y and 2 x", () => Chart.Contour([1, 2], [1, 2, 3], new double[2, 3]) },
        { "Chart.Box: no finite sample", () => Chart.Box([double.NaN]) },
        { "Chart.Grid: 3 figures do not fit into 1 x 2", () => Chart.Grid(1, 2, Chart.Line([1]), Chart.Line([1]), Chart.Line([1])) },
        { "Chart.Slider: the frames differ", () => Chart.Slider("n", [1, 2], n => n == 1 ? Chart.Line([1]) : Chart.Box([1])) },
        { "Figure.WithYRange: from 2 to 1 is no range", () => Chart.Line([1]).WithYRange(2, 1) },
        { "Figure.WithYRange: 0 has no place on a logarithmic axis", () => Chart.Line([1]).WithLogY().WithYRange(0, 1).ToSvg() },
        { "Figure.WithZRange: from 1 to 1 is no range", () => Chart.Heatmap(new double[2, 2]).WithZRange(1, 1) },
        { "Figure.AsPicture: a line chart is no picture", () => Chart.Line([1]).AsPicture() },
        { "Figure.WithColor: \"red\" is no colour", () => Chart.Line([1]).WithColor("red") },
        { "Figure.WithSize: 10 x 10 leaves no room", () => Chart.Line([1]).WithSize(10, 10) },
        { "Figure.And: 1 panels and 2", () => Chart.Line([1]).And(Chart.Grid(1, 2, Chart.Line([1]), Chart.Line([1]))) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistakes_are_named_with_their_remedy(string message, Action mistake) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(mistake).Message);
}
