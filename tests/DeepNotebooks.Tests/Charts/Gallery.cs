using DeepNotebooks.Charts;

namespace DeepNotebooks.Tests.Charts;

/// <summary>One figure of every kind, for what must hold for all of them.</summary>
internal static class Gallery
{
    public static readonly Dictionary<string, Func<Figure>> Figures = new()
    {
        ["line"] = () => Chart.Line([1.0, 2, 0.5], "a <b> & \"c\"").And([2.0, 1, 0.1], "σ′")
            .WithTitle("∂L/∂W < 10⁻⁶ & more").WithAxes("x", "y"),
        ["log"] = () => Chart.Line([1, 10, 100], [1e-9, 0, 1.0]).WithLogX().WithLogY().WithMarkers()
            .WithVerticalLine(5, "here").WithHorizontalLine(1e-3, "there"),
        ["gaps"] = () => Chart.Line([1, double.NaN, 3, double.PositiveInfinity, 4, 5]),
        ["point"] = () => Chart.Point([1, 2, 3], [3, 1, 2]).WithAnnotation(2, 1, "lowest"),
        ["area"] = () => Chart.Area([0, 1, 2], [1.0, -1, 2], "area"),
        ["range"] = () => Chart.Range([0, 1, 2], [1.0, 2, 3], [0.5, 1.5, 2], [2.0, 2.5, 4], "mean"),
        ["column"] = () => Chart.Column(["first", "second"], [1, 2], "a").And(Chart.Column(["second", "third"], [3, 4], "b")),
        ["bar"] = () => Chart.Bar(["a long name of a bar that must be wrapped", "b"], [-1.0, 2]),
        ["histogram"] = () => Chart.Histogram([1, 2, 2, 3, 3, 3, 4, 4, 5.0], "a").And(Chart.Histogram([3, 3, 4.0], "b")),
        ["heatmap"] = () => Chart.Heatmap(new double[,] { { -1, 0.5 }, { 2, double.NaN } },
            rows: ["r", "s"], columns: ["the", "the"], valueFormat: "0.0"),
        ["pictures"] = () => Chart.Grid(1, 3, Chart.Heatmap(new double[4, 8]).WithTitle("flat").AsPicture(),
            Chart.Heatmap(new double[9, 3]).WithTitle("tall").AsPicture(), Chart.Line([1, 2]).WithTitle("a line")),
        ["contour"] = () => Chart.Contour((x, y) => x * x - y, (-1, 1), (-1, 1)).And(Chart.Line([0.0, 0.5], [0.0, 0.5])),
        ["box"] = () => Chart.Box(["a", "b"], [[1.0, 2, 3, 4, 20], [2.0, 3, 4]]),
        ["grid"] = () => Chart.Grid(2, 2, [Chart.Line([1, 2]).WithTitle("one"), Chart.Line([2, 3]),
            Chart.Heatmap(new double[3, 4]).WithTitle("three")], true, true).WithTitle("all"),
        ["slider"] = () => Chart.Slider("depth", [1, 2, 3], d => Chart.Line([1, 2], [d, 2.0 * d]).WithTitle($"at {d}")),
    };

    public static TheoryData<string> Names => [.. Figures.Keys];
}
