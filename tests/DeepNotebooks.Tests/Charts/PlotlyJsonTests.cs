using System.Text.Json.Nodes;
using DeepNotebooks.Charts;

namespace DeepNotebooks.Tests.Charts;

public class PlotlyJsonTests
{
    public static TheoryData<string> Names => Gallery.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_chart_has_data_and_a_transparent_layout(string name)
    {
        var json = JsonNode.Parse(Gallery.Figures[name]().ToPlotlyJson())!;
        Assert.All(json["data"]!.AsArray(), trace => Assert.Matches("^(scatter|bar|heatmap|contour|box)$", (string?)trace!["type"]));
        Assert.Equal("rgba(0,0,0,0)", (string?)json["layout"]!["paper_bgcolor"]);
        Assert.Equal("rgba(0,0,0,0)", (string?)json["layout"]!["plot_bgcolor"]);
        Assert.Equal(Palette.Ink, (string?)json["layout"]!["font"]!["color"]);
        Assert.True((bool)json["config"]!["responsive"]!);
    }

    [Fact]
    public void A_line_carries_all_its_values_and_its_titles()
    {
        var figure = Chart.Line([0.1f, 0.2f, float.NaN], "loss").WithTitle("a < b").WithAxes("epoch", "value");
        var json = JsonNode.Parse(figure.ToPlotlyJson())!;
        var trace = json["data"]![0]!;
        Assert.Equal("[0,1,2]", trace["x"]!.ToJsonString());
        Assert.Equal("[0.1,0.2,null]", trace["y"]!.ToJsonString());
        Assert.Equal("lines", (string?)trace["mode"]);
        Assert.Equal("loss", (string?)trace["name"]);
        Assert.Equal("<b>a &lt; b</b>", (string?)json["layout"]!["title"]!["text"]);
        Assert.Equal("epoch", (string?)json["layout"]!["xaxis"]!["title"]!["text"]);
        Assert.Equal(200_000, JsonNode.Parse(Chart.Line(Enumerable.Range(0, 200_000)).ToPlotlyJson())!["data"]![0]!["y"]!.AsArray().Count);
    }

    [Fact]
    public void A_logarithmic_axis_has_gaps_and_a_range_of_exponents()
    {
        var json = JsonNode.Parse(Chart.Line([1.0, 0, 100]).WithLogY().WithYRange(0.1, 1000).WithHorizontalLine(10, "ten").ToPlotlyJson())!;
        Assert.Equal("[1,null,100]", json["data"]![0]!["y"]!.ToJsonString());
        Assert.Equal("log", (string?)json["layout"]!["yaxis"]!["type"]);
        Assert.Equal("[-1,3]", json["layout"]!["yaxis"]!["range"]!.ToJsonString());
        Assert.Equal(10, (double)json["layout"]!["shapes"]![0]!["y0"]!);
        Assert.Equal(1, (double)json["layout"]!["annotations"]![0]!["y"]!);
    }

    [Fact]
    public void Ticks_of_a_logarithmic_axis_are_those_of_the_picture()
    {
        var axis = JsonNode.Parse(Chart.Line([0.1, 100]).WithLogY().WithYRange(0.1, 100).ToPlotlyJson())!["layout"]!["yaxis"]!;
        Assert.Equal("[0.1,1,10,100]", axis["tickvals"]!.ToJsonString());
        Assert.Equal(["10⁻¹", "1", "10", "10²"], axis["ticktext"]!.AsArray().Select(t => (string)t!));
        Assert.Equal(24, axis["minor"]!["tickvals"]!.AsArray().Count);
    }

    [Fact]
    public void A_few_places_on_a_logarithmic_axis_are_its_ticks()
    {
        static string Labels(int[] sizes, double width) => string.Join(' ', JsonNode.Parse(Chart.Line(sizes, sizes).WithLogX()
            .WithSize(width, 300).ToPlotlyJson())!["layout"]!["xaxis"]!["ticktext"]!.AsArray().Select(t => (string)t!));
        int[] sizes = [.. Enumerable.Range(0, 8).Select(i => 4 << i)];
        Assert.Equal("4 8 16 32 64 128 256 512", Labels(sizes, 700));
        Assert.Equal("10 10²", Labels(sizes, 200));                                          // no room for all
        Assert.Equal("1 10", Labels([.. Enumerable.Range(1, 64)], 700));                     // too many
    }

    [Fact]
    public void Bars_that_share_a_place_are_seen_by_their_outlines()
    {
        var figure = Chart.Histogram([1.0, 2, 2], "a").And(Chart.Histogram([2.0, 3, 3], "b"));
        var marker = JsonNode.Parse(figure.ToPlotlyJson())!["data"]![0]!["marker"]!;
        Assert.EndsWith("0.4)", (string?)marker["color"]);
        Assert.Equal(Palette.Colors[0], (string?)marker["line"]!["color"]);
    }

    [Fact]
    public void Names_that_differ_from_frame_to_frame_move_along()
    {
        string[] words = ["ab", "abc"];
        static string[] Letters(string word) => [.. word.Select(letter => $"{letter}")];
        var json = JsonNode.Parse(Chart.Slider("word", words, word => Chart.Heatmap(new double[1, word.Length], ["sum"], Letters(word)))
            .ToPlotlyJson())!;
        var first = json["frames"]![0]!["layout"]!;
        Assert.Equal("""["a","b"]""", first["xaxis"]!["ticktext"]!.ToJsonString());
        Assert.Equal("[-0.5,1.5]", first["xaxis"]!["range"]!.ToJsonString());
        Assert.Null(first["yaxis"]);                                                         // the row has one name in all frames
        Assert.Equal("""["a","b","c"]""", json["layout"]!["xaxis"]!["ticktext"]!.ToJsonString());
    }

    [Fact]
    public void The_slider_begins_where_its_buttons_end()
    {
        var layout = JsonNode.Parse(Chart.Slider("z", [-1.0, 0.1 + 0.2], z => Chart.Line([0, z]).WithSize(420, 300)).ToPlotlyJson())!["layout"]!;
        var slider = layout["sliders"]![0]!;
        double inner = 420 - (double)layout["margin"]!["l"]! - (double)layout["margin"]!["r"]!;
        Assert.InRange((double)slider["x"]! * inner, 120, 150);
        Assert.Equal(1, (double)slider["x"]! + (double)slider["len"]!, 9);
        Assert.Equal(["−1", "0.3"], slider["steps"]!.AsArray().Select(s => (string?)s!["label"]));
    }

    [Fact]
    public void A_cell_that_rounds_to_zero_has_no_sign()
    {
        var json = JsonNode.Parse(Chart.Heatmap(new double[,] { { -0.04, -0.06, double.NegativeInfinity } }, valueFormat: "0.0").ToPlotlyJson())!;
        Assert.Equal(["0.0", "−0.1", "−Infinity"], json["data"]![0]!["text"]![0]!.AsArray().Select(t => (string?)t));
    }

    [Fact]
    public void A_box_without_outliers_holds_a_gap_in_their_place()
    {
        var json = JsonNode.Parse(Chart.Box(["a", "b"], [[1.0, 2, 3, 4], [1.0, 2, 3, 4, 20]]).ToPlotlyJson())!;
        Assert.Equal("[[null],[20]]", json["data"]![0]!["y"]!.ToJsonString());
    }

    [Fact]
    public void Equal_labels_stay_apart()
    {
        var json = JsonNode.Parse(Gallery.Figures["heatmap"]().ToPlotlyJson())!;
        Assert.Equal("""["the","the"]""", json["layout"]!["xaxis"]!["ticktext"]!.ToJsonString());
        Assert.Equal("[0,1]", json["layout"]!["xaxis"]!["tickvals"]!.ToJsonString());
        Assert.Equal("""[["−1.0","0.5"],["2.0","NaN"]]""", JsonNode.Parse(json["data"]![0]!["text"]!.ToJsonString())!.ToJsonString(new()
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }));
        Assert.Equal("[[-1,0.5],[2,null]]", json["data"]![0]!["z"]!.ToJsonString());
    }

    [Fact]
    public void A_picture_keeps_its_cells_square_and_has_nothing_beside_it()
    {
        var json = JsonNode.Parse(Gallery.Figures["pictures"]().ToPlotlyJson())!;
        Assert.Equal([false, false], json["data"]!.AsArray().Take(2).Select(t => (bool)t!["showscale"]!));
        Assert.Equal("x2", (string?)json["layout"]!["yaxis2"]!["scaleanchor"]);
        Assert.Equal([false, false], new[] { "xaxis2", "yaxis2" }.Select(axis => (bool)json["layout"]![axis]!["showticklabels"]!));
        Assert.Null(json["layout"]!["yaxis3"]!["scaleanchor"]);
    }

    [Fact]
    public void Colours_that_stand_for_kinds_have_no_bar()
    {
        var kinds = Chart.Slider("n", [1, 2], n => Chart.Heatmap(new[,] { { 0.0, n } })).WithoutColorBar();
        var json = JsonNode.Parse(kinds.ToPlotlyJson())!;
        Assert.False((bool)json["data"]![0]!["showscale"]!);
        Assert.False((bool)json["frames"]![1]!["data"]![0]!["showscale"]!);
        Assert.True(kinds.ToSvg().Length < Chart.Heatmap(new[,] { { 0.0, 2 } }).ToSvg().Length);
    }

    [Fact]
    public void One_colour_means_one_value_in_panels_of_one_range()
    {
        Figure Even(double value) => Chart.Heatmap(new[,] { { value, value } }).WithZRange(0, 1);
        var json = JsonNode.Parse(Chart.Grid(1, 2, Even(0), Even(1)).ToPlotlyJson())!;
        Assert.Equal(["0 1", "0 1"], json["data"]!.AsArray().Select(t => $"{t!["zmin"]} {t["zmax"]}"));
        Assert.NotEqual(Even(0).ToSvg(), Even(1).ToSvg());
    }

    [Fact]
    public void Cells_are_counted_in_whole_numbers()
    {
        var json = JsonNode.Parse(Chart.Heatmap(new double[2, 3]).ToPlotlyJson())!;
        Assert.Equal([1, 1], new[] { "xaxis", "yaxis" }.Select(axis => (int)json["layout"]![axis]!["dtick"]!));
        Assert.DoesNotContain("0.5<", Chart.Heatmap(new double[2, 3]).ToSvg());
    }

    [Fact]
    public void Panels_have_axes_and_domains_of_their_own_and_a_name_is_listed_once()
    {
        var json = JsonNode.Parse(Chart.Grid(1, 2, [Chart.Line([1, 2], "a"), Chart.Line([2, 3], "a")], sharedY: true).ToPlotlyJson())!;
        Assert.Equal("x2", (string?)json["data"]![1]!["xaxis"]);
        Assert.Equal("y", (string?)json["layout"]!["yaxis2"]!["matches"]);
        Assert.Equal([true, false], json["data"]!.AsArray().Select(t => (bool)t!["showlegend"]!));
        double end = (double)json["layout"]!["xaxis"]!["domain"]![1]!, start = (double)json["layout"]!["xaxis2"]!["domain"]![0]!;
        Assert.InRange(start, end + 0.01, 0.6);
    }

    [Fact]
    public void A_slider_moves_through_frames_over_fixed_axes()
    {
        var json = JsonNode.Parse(Chart.Slider("depth", [1, 2, 30], d => Chart.Line([0, d]).WithTitle($"at {d}")).ToPlotlyJson())!;
        Assert.Equal(["0", "1", "2"], json["frames"]!.AsArray().Select(f => (string?)f!["name"]));
        Assert.Equal(2, (int)json["layout"]!["sliders"]![0]!["active"]!);
        Assert.Equal("30", (string?)json["layout"]!["sliders"]![0]!["steps"]![2]!["label"]);
        Assert.Equal("""["2"]""", json["layout"]!["sliders"]![0]!["steps"]![2]!["args"]![0]!.ToJsonString());
        Assert.Equal("<b>at 1</b>", (string?)json["frames"]![0]!["layout"]!["title"]!["text"]);
        Assert.True((double)json["layout"]!["yaxis"]!["range"]![1]! >= 30);
        Assert.Equal(["Play", "Pause"], json["layout"]!["updatemenus"]![0]!["buttons"]!.AsArray().Select(b => (string?)b!["label"]));
    }

    [Fact]
    public void Text_cannot_end_the_script_that_it_stands_in()
    {
        string html = Chart.Line([1, 2], "</script><img onerror=x>").WithTitle("</script>").ToHtml();
        Assert.Equal(html.LastIndexOf("</script>", StringComparison.Ordinal), html.IndexOf("</script>", StringComparison.Ordinal));
        Assert.DoesNotContain("<img", html);
        Assert.Contains("<svg", html[..html.IndexOf("<script>", StringComparison.Ordinal)]);
    }
}
