using DeepNotebooks.Charts;
using DeepNotebooks.Course;

namespace DeepNotebooks.Tests.Course;

/// <summary>The tables that the archived kernel is given; that it takes them is tried on the kernel itself, by tests/kernel/other_host.py.</summary>
public class DotNetInteractiveTests
{
    private sealed record Row(string Name, double Value);

    [Fact]
    public void RowsBecomeATableOfTheirProperties()
    {
        var rows = new[] { new { Name = "a < b", Value = 1.0 / 3, Shape = (2, 3) } };
        Assert.Equal("<table><thead><tr><th>Name</th><th>Value</th><th>Shape</th></tr></thead><tbody><tr><td style=\"text-align:left\">a &lt; b</td>"
            + "<td style=\"text-align:right\">0.333333</td><td style=\"text-align:left\">(2, 3)</td></tr></tbody></table>", DotNetInteractive.Html(rows));
    }

    [Fact]
    public void RecordsAndTuplesAreRowsToo()
    {
        Assert.Contains("<th>Name</th><th>Value</th>", DotNetInteractive.Html(new List<Row> { new("a", 1) }));
        Assert.Contains("<th>Item1</th><th>Item2</th>", DotNetInteractive.Html(Enumerable.Range(0, 3).Select(i => (i, i * i))));
    }

    [Fact]
    public void AMatrixKeepsItsRows() =>
        Assert.Equal("<table><tbody><tr><td style=\"text-align:right\">1</td><td style=\"text-align:right\">2</td></tr><tr><td style=\"text-align:right\">3</td>"
            + "<td style=\"text-align:right\">4</td></tr></tbody></table>", DotNetInteractive.Html(new double[,] { { 1, 2 }, { 3, 4 } }));

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
