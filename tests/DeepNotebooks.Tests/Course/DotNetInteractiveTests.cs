using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks.Tests.Course;

/// <summary>The tables that the archived kernel is given; that it takes them is tried on it, by tests/kernel/other_host.py.</summary>
public class DotNetInteractiveTests
{
    private sealed record Row(string Name, double Value);

    private static string Left(string text) => $"<td style=\"text-align:left\">{text}</td>";

    private static string Right(string text) => $"<td style=\"text-align:right\">{text}</td>";

    [Fact]
    public void RowsBecomeATableOfTheirProperties()
    {
        var rows = new[] { new { Name = "a < b", Value = 1.0 / 3, Shape = (2, 3) } };
        Assert.Equal("<table><thead><tr><th>Name</th><th>Value</th><th>Shape</th></tr></thead><tbody><tr>"
            + $"{Left("a &lt; b")}{Right("0.333333")}{Left("(2, 3)")}</tr></tbody></table>", DotNetInteractive.Html(rows));
    }

    [Fact]
    public void RecordsAndTuplesAreRowsToo()
    {
        Assert.Contains("<th>Name</th><th>Value</th>", DotNetInteractive.Html(new List<Row> { new("a", 1) }));
        Assert.Contains("<th>Item1</th><th>Item2</th>", DotNetInteractive.Html(Enumerable.Range(0, 3).Select(i => (i, i * i))));
    }

    [Fact]
    public void AMatrixKeepsItsRows() =>
        Assert.Equal($"<table><tbody><tr>{Right("1")}{Right("2")}</tr><tr>{Right("3")}{Right("4")}</tr></tbody></table>",
            DotNetInteractive.Html(new double[,] { { 1, 2 }, { 3, 4 } }));

    [Fact]
    public void LongTextIsCut() =>
        Assert.EndsWith($"<tr>{Left(new string('a', 80) + "…")}{Left("first…")}</tr></tbody></table>",
            DotNetInteractive.Html(new[] { (new string('a', 81), "first\nsecond") }));

    [Fact]
    public void ALongOrEndlessSequenceIsCut()
    {
        IEnumerable<(int, int)> Endless()
        {
            for (int i = 0; ; i++)
                yield return (i, i);
        }
        string html = DotNetInteractive.Html(Endless())!;
        Assert.Equal(21, html.Split("<tr>").Length - 1); // the header's and 20
        Assert.EndsWith("<p>first 20 rows, more follow</p>", html);
    }

    [Fact]
    public void WhatIsNoTableIsLeftToTheKernel()
    {
        Assert.Null(DotNetInteractive.Html(new[] { 1, 2 }));
        Assert.Null(DotNetInteractive.Html(new[] { "a" }));
        Assert.Null(DotNetInteractive.Html(new[] { Chart.Line([1.0, 2]) }));
        Assert.Null(DotNetInteractive.Html(new Dictionary<string, int> { ["a"] = 1 }));
        Assert.Null(DotNetInteractive.Html(Enumerable.Range(0, 3).Select(_ => new[] { 1 })));
    }

    [Fact]
    public void ElsewhereNothingIsShown() => Assert.Null(DotNetInteractive.Show("value"));
}
