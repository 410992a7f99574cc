using DeepNotebooks.Charts;

namespace DeepNotebooks.Tests.Charts;

public class PaletteTests
{
    public static TheoryData<string> Inks => [.. Palette.Colors, Palette.Ink];

    [Theory]
    [MemberData(nameof(Inks))]
    public void Colours_are_legible_on_white_and_on_black(string color)
    {
        Assert.True(Contrast(color, "#FFFFFF") >= 3, $"{color} on white: {Contrast(color, "#FFFFFF"):F2}");
        Assert.True(Contrast(color, "#111111") >= 3, $"{color} on black: {Contrast(color, "#111111"):F2}");
    }

    [Fact]
    public void The_sequential_scale_grows_lighter_all_the_way()
    {
        double[] lightness = [.. Enumerable.Range(0, 65).Select(i => Palette.Luminance(Palette.At(ColorScale.Sequential, i / 64.0)))];
        Assert.Equal(lightness.Order(), lightness);
        Assert.True(lightness[^1] > 0.6 && lightness[0] < 0.05);
    }

    [Fact]
    public void The_diverging_scale_is_palest_in_the_middle() => Assert.Equal(32,
        Enumerable.Range(0, 65).MaxBy(i => Palette.Luminance(Palette.At(ColorScale.Diverging, i / 64.0))));

    [Fact]
    public void Printed_values_are_legible_on_every_cell() => Assert.All(
        from scale in Enum.GetValues<ColorScale>() from i in Enumerable.Range(0, 65) select Palette.At(scale, i / 64.0),
        color => Assert.True(Contrast(color, Palette.TextOn(color)) >= 4.5, color));

    [Fact]
    public void A_name_keeps_its_colour_in_every_panel_and_traces_differ_in_more_than_colour()
    {
        var grid = Chart.Grid(1, 2, Chart.Line([1, 2], "a").And([2, 1], "b"), Chart.Line([3, 4], "b").And([4, 3], "a"));
        var panels = Palette.Dress(grid.Panels);
        Assert.Equal(panels[0].Traces[0].Color, panels[1].Traces[1].Color);
        Assert.Equal(panels[0].Traces[1].Color, panels[1].Traces[0].Color);
        Assert.NotEqual(panels[0].Traces[0].Color, panels[0].Traces[1].Color);
        Assert.NotEqual(panels[0].Traces[0].Dash, panels[0].Traces[1].Dash);
        Assert.NotEqual(panels[0].Traces[0].Symbol, panels[0].Traces[1].Symbol);
    }

    private static double Contrast(string a, string b)
    {
        double[] light = [Palette.Luminance(a) + 0.05, Palette.Luminance(b) + 0.05];
        return light.Max() / light.Min();
    }
}
