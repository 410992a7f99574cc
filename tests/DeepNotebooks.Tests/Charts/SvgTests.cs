using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DeepNotebooks.Charts;

namespace DeepNotebooks.Tests.Charts;

public class SvgTests
{
    public static TheoryData<string> Names => Gallery.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_picture_stands_by_itself(string name)
    {
        var svg = XDocument.Parse(Gallery.Figures[name]().ToSvg());
        var elements = svg.Descendants().ToArray();
        Assert.DoesNotContain(elements, e => e.Name.LocalName is "style" or "script" or "clipPath" or "defs" or "image");
        Assert.DoesNotContain(elements.Attributes(), a => a.Name.LocalName is "id" or "class" or "href");
        Assert.Equal("img", svg.Root!.Attribute("role")!.Value);
        Assert.NotEmpty(svg.Root.Attribute("aria-label")!.Value);
        Assert.NotEmpty(elements.Single(e => e.Name.LocalName == "title").Value);
        Assert.DoesNotContain(elements.Attributes(), a => a.Value.Contains("NaN") || a.Value.Contains("Infinity"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_figure_gives_the_same_bytes_whatever_the_culture(string name)
    {
        var first = Gallery.Figures[name]();
        string[] texts = [first.ToSvg(), first.ToPlotlyJson(), first.ToHtml(), first.ToString()];
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            var second = Gallery.Figures[name]();
            Assert.Equal(string.Join('\n', texts), string.Join('\n', second.ToSvg(), second.ToPlotlyJson(), second.ToHtml(), second));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Text_stays_inside_and_tick_labels_do_not_overlap(string name)
    {
        var svg = XDocument.Parse(Gallery.Figures[name]().ToSvg());
        double width = Number(svg.Root!, "width"), height = Number(svg.Root!, "height");
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text" && e.Attribute("transform") is null);
        var upright = texts.Select(e =>
        {
            double wide = TextBox.Width(e.Value, Number(e, "font-size")), x = Number(e, "x"), y = Number(e, "y");
            double left = x - e.Attribute("text-anchor")!.Value switch { "middle" => wide / 2, "end" => wide, _ => 0 };
            return (e.Value, Left: left, Right: left + wide, Top: y - 0.7 * Number(e, "font-size"), Bottom: y);
        }).ToArray();
        Assert.All(upright, t => Assert.True(
            t.Left >= 0 && t.Right <= width + 1 && t.Top >= 0 && t.Bottom <= height, $"\"{t.Value}\" is cut"));
        foreach (var (a, index) in upright.Select((t, i) => (t, i)))
        {
            foreach (var b in upright.Skip(index + 1))
                Assert.False(a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom,
                    $"\"{a.Value}\" and \"{b.Value}\" overlap");
        }
    }

    [Fact]
    public void Values_that_are_not_finite_are_gaps()
    {
        string line = XDocument.Parse(Chart.Line([1, 2, double.NaN, 3, 4]).ToSvg()).Descendants()
            .Single(e => e.Name.LocalName == "path" && e.Attribute("stroke")?.Value == Palette.Colors[0]).Attribute("d")!.Value;
        Assert.Equal(2, line.Count(c => c == 'M'));
        Assert.Equal(2, line.Count(c => c == 'L'));
    }

    [Fact]
    public void A_long_line_is_thinned_to_what_the_eye_sees_and_keeps_its_extremes()
    {
        double[] values = [.. Enumerable.Range(0, 200_000).Select(i => i == 123_456 ? 50 : Math.Sin(i))];
        string svg = Chart.Line(values).WithYRange(-1, 50).ToSvg();
        Assert.InRange(svg.Length, 1000, 60_000);
        string line = Regex.Match(svg, "<path d=\"([^\"]+)\"").Groups[1].Value;
        double[] ys = [.. Regex.Matches(line, @"[ML][\d.-]+ ([\d.-]+)")
            .Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.True(ys.Min() < ys.Max() - 200);
    }

    [Fact]
    public void What_a_logarithmic_axis_cannot_show_is_said()
    {
        var figure = Chart.Line([1.0, 0, -2, 10]).WithLogY();
        Assert.Contains("2 of 4 values are not positive and have no place on the logarithmic y axis.", figure.ToSvg());
        Assert.Contains("2 of 4 values are not positive", figure.ToString());
    }

    [Fact]
    public void Cells_of_a_picture_are_square()
    {
        var layout = new FigureLayout(Gallery.Figures["pictures"]());
        Assert.Equal([0.5, 3], layout.Panels.Take(2).Select(p => Math.Round(p.Plot.Height / p.Plot.Width, 9)));
        Assert.All(layout.Panels, p => Assert.InRange(p.Plot.Bottom, p.Plot.Top + 50, layout.Height));
    }

    [Fact]
    public void A_still_picture_of_a_moving_chart_says_which_frame_it_is() =>
        Assert.Contains("depth = 2, one of 3 frames (1 … 3)",
            Chart.Slider("depth", [1, 2, 3], d => Chart.Line([d, 2 * d]), shown: 1).ToSvg());

    [Fact]
    public void A_remark_keeps_clear_of_bars()
    {
        double[] heights = [1, 1, 1, 0.1, 0.1, 0.1];
        string svg = Chart.Column(["a", "b", "c", "d", "e", "f"], heights).WithHorizontalLine(0.5, "chance").ToSvg();
        string flipped = Chart.Column(["a", "b", "c", "d", "e", "f"], heights.Reverse()).WithHorizontalLine(0.5, "chance").ToSvg();
        static double Left(string svg) => double.Parse(Regex.Match(svg, "<text x=\"([\\d.]+)\"[^>]*>chance").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(Left(svg) > 500 && Left(flipped) < 200);
    }

    [Fact]
    public void Data_outside_a_chosen_range_are_clipped_without_an_id()
    {
        var svg = XDocument.Parse(Chart.Line([0.0, 100]).WithYRange(0, 1).ToSvg());
        Assert.Equal("hidden", svg.Root!.Elements().Single(e => e.Name.LocalName == "svg").Attribute("overflow")!.Value);
    }

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
