namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class BundleTests : IDisposable
{
    private const string Formatted = """
        using System.IO;
        class TypeFormatterSourceAttribute : Attribute
        {
            public TypeFormatterSourceAttribute(Type type) => FormatterSourceType = type;
            public Type FormatterSourceType { get; }
            public string[] PreferredMimeTypes { get; set; }
        }
        class Formatter(string mime, Func<object, string> write)
        {
            public string MimeType => mime;
            public bool Format(object value, TextWriter writer)
            {
                string text = write(value);
                writer.Write(text);
                return text is not null;
            }
        }
        class Source
        {
            public System.Collections.IEnumerable CreateTypeFormatters() => new[]
            {
                new Formatter("text/html", v => $"<i>{((Shape)v).Name}</i>"),
                new Formatter("application/json", v => "{\"name\": [\"" + ((Shape)v).Name + "\"]}"),
                new Formatter("application/vnd.shape.v1+json", v => "[1.50]"),
                new Formatter("image/svg+xml", v => ((Shape)v).Name == "bad" ? throw new InvalidOperationException("no picture") : "<svg/>"),
                new Formatter("text/csv", v => null),
                new Formatter("text/plain", v => "shape " + ((Shape)v).Name),
            };
        }
        [TypeFormatterSource(typeof(Source), PreferredMimeTypes = new[] { "text/html" })]
        class Shape { public string Name = "round"; }
        class Circle : Shape { }
        """;

    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task AllFormatsThatALibraryGivesAreTaken()
    {
        await _session.Run(Formatted);
        var output = Assert.Single(await _session.Outputs("new Circle()"));
        Assert.Equal(["application/json", "application/vnd.shape.v1+json", "image/svg+xml", "text/html", "text/plain"], output.MimeTypes.Order());
        Assert.Equal("{\"name\":[\"round\"]}", output.Get("application/json"));
        Assert.Equal("[1.50]", output.Get("application/vnd.shape.v1+json"));
        Assert.Equal(("<i>round</i>", "<svg/>", "shape round"), (output.Get("text/html"), output.Get("image/svg+xml"), output.Text));
    }

    [Fact]
    public async Task AFormatThatFailsIsANoteNotADeadCell()
    {
        await _session.Run(Formatted);
        var output = Assert.Single(await _session.Outputs("new Shape { Name = \"bad\" }"));
        Assert.Equal("shape bad\n(Shape could not be shown as image/svg+xml: InvalidOperationException: no picture)", output.Text);
        Assert.Equal("<i>bad</i>", output.Get("text/html"));
        Assert.Null(output.Get("image/svg+xml"));
        var json = Assert.Single(await _session.Outputs("new Shape { Name = \"\\\"\" }"));
        Assert.Contains("could not be shown as application/json: FormatException: this is not JSON", json.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTML(\"<p>a &lt; <b>b</b></p>\")", "text/html", "<p>a &lt; <b>b</b></p>", "a < b")]
    [InlineData("SVG(\"<svg/>\")", "image/svg+xml", "<svg/>", "<svg/>")]
    [InlineData("Markdown(\"*a*\")", "text/markdown", "*a*", "*a*")]
    [InlineData("LaTeX(\"$x$\")", "text/latex", "$x$", "$x$")]
    [InlineData("LaTeX(@\"\\frac{a}{b}\")", "text/latex", "$$\\frac{a}{b}$$", "$$\\frac{a}{b}$$")]
    [InlineData("LaTeX(@\"\\begin{align}a\\end{align}\")", "text/latex", "\\begin{align}a\\end{align}", "\\begin{align}a\\end{align}")]
    [InlineData("display(\"{\\\"a\\\":1}\", \"application/json\");", "application/json", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("\"x\".DisplayAs(\"text/html\");", "text/html", "x", "x")]
    public async Task RichTextIsShownAsWhatItIs(string source, string mime, string text, string plain)
    {
        var output = Assert.Single(await _session.Outputs(source));
        Assert.Equal((text, plain), (output.Get(mime), output.Text));
    }

    [Theory]
    [InlineData("\"text\"", "text")]
    [InlineData("0.1 + 0.2", "0.30000000000000004")]
    [InlineData("1e21f", "1E+21")]
    [InlineData("1234.5m", "1234.5")]
    [InlineData("double.NaN", "NaN")]
    [InlineData("-1.0 / 0", "-Infinity")]
    [InlineData("'c'", "c")]
    [InlineData("new DateTime(2024, 2, 29, 13, 5, 0)", "2024-02-29 13:05:00")]
    [InlineData("new DateTime(2024, 2, 29)", "2024-02-29")]
    [InlineData("TimeSpan.FromMinutes(1.5)", "00:01:30")]
    [InlineData("DayOfWeek.Friday", "Friday")]
    [InlineData("(1, \"a\", (double?)null)", "(1, \"a\", null)")]
    [InlineData("new { A = 1.5, B = new[] { 1, 2 } }", "{ A = 1.5, B = System.Int32[] }")]
    [InlineData("new[] { 1.5, 2, 1.0 / 3 }", "[1.5, 2, 0.333333]")]
    [InlineData("new[] { \"a\", null }", "[\"a\", null]")]
    [InlineData("new object[] { 1, \"a\", 'c' }", "[1, \"a\", 'c']")]
    [InlineData("new int[0]", "[]")]
    [InlineData("new List<object>()", "[]")]
    [InlineData("typeof(Dictionary<string, int?[]>)", "System.Collections.Generic.Dictionary<string, int?[]>")]
    [InlineData("new TaskCompletionSource<int>().Task", "Task<int>: WaitingForActivation")]
    [InlineData("(Func<int, string>)(x => \"\")", "Func<int, string>")]
    [InlineData("class Plain { public int A = 1; public string B => throw new Exception(\"x\"); } new Plain()", "Plain { B = \"(Exception: x)\", A = 1 }")]
    [InlineData("class Empty { } new Empty()", "Empty")]
    [InlineData("class Broken { public override string ToString() => throw new Exception(\"x\"); } new Broken()", "(Broken.ToString failed: Exception: x)")]
    public async Task ValuesAreShownTheSameEverywhere(string source, string text) => Assert.Equal(text, await _session.Text(source));

    [Fact]
    public async Task CyclesEndAndLongListsAreCutWithTheirCount()
    {
        Assert.EndsWith("99, … 900 more]", await _session.Text("Enumerable.Range(0, 1000).ToArray()"), StringComparison.Ordinal);
        Assert.EndsWith("1, … and more]", await _session.Text("IEnumerable<int> Ones() { while (true) yield return 1; } Ones()"), StringComparison.Ordinal);
        Assert.Contains("…", await _session.Text("class Node { public Node Next; } var n = new Node(); n.Next = n; n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASequenceIsRunThroughOnce()
    {
        Assert.Equal("[1, 2, 3]", await _session.Text("int runs = 0; IEnumerable<int> Lazy() { runs++; yield return 1; yield return 2; yield return 3; } Lazy()"));
        Assert.Equal("1", await _session.Text("runs"));
    }

    [Fact]
    public async Task ObjectsAreShownAsATable()
    {
        var output = Assert.Single(await _session.Outputs("new[] { new { Name = \"a<b\", Loss = 1.0 / 3, N = 10 }, new { Name = \"c\", Loss = 2.0, N = 5 } }"));
        Assert.Equal("""
            Name      Loss   N
            ----  --------  --
            a<b   0.333333  10
            c            2   5
            """, output.Text);
        Assert.Equal("""
            <table>
            <thead><tr><th>Name</th><th>Loss</th><th>N</th></tr></thead>
            <tbody>
            <tr><td style="text-align:left">a&lt;b</td><td>0.333333</td><td>10</td></tr>
            <tr><td style="text-align:left">c</td><td>2</td><td>5</td></tr>
            </tbody>
            </table>
            """, output.Get("text/html"));
    }

    [Theory]
    [InlineData("new[] { new { Test_loss = 1 } }", "Test loss\n---------\n        1")]
    [InlineData("record R_a(int A_b); new[] { new R_a(1) }", "A_b\n---\n  1")]
    [InlineData("record R(int A, string B); new List<R> { new(1, \"x\") }", "A  B\n-  -\n1  x")]
    [InlineData("class P { public int A { get; set; } = 1; public int B = 2; } new[] { new P() }", "A  B\n-  -\n1  2")]
    [InlineData("new Dictionary<string, int> { [\"a\"] = 1, [\"bc\"] = 20 }", "Key  Value\n---  -----\na        1\nbc      20")]
    [InlineData("new[] { (1, \"a\"), (20, \"b\") }", "Item1  Item2\n-----  -----\n    1  a\n   20  b")]
    [InlineData("new[,] { { 1, 20 }, { 300, 4 } }", "  1  20\n300   4")]
    [InlineData("new[] { new[] { 1, 2 }, new[] { 3 } }", "1  2\n3")]
    [InlineData("new[] { 3, 1 }.GroupBy(x => x).ToDictionary(g => g.Key, g => g.Count()).Select(p => p)", "Key  Value\n---  -----\n  3      1\n  1      1")]
    public async Task TablesOf(string source, string text) => Assert.Equal(text, await _session.Text(source));

    [Fact]
    public async Task LongTablesAreCutWithTheirCount()
    {
        var output = Assert.Single(await _session.Outputs("Enumerable.Range(0, 1500).Select(i => new { i }).ToList()"));
        Assert.EndsWith("19\n(first 20 of 1,500 rows)", output.Text, StringComparison.Ordinal);
        Assert.EndsWith("<p>first 20 of 1,500 rows</p>", output.Get("text/html"), StringComparison.Ordinal);
        Assert.EndsWith("(first 20 rows, more follow)", await _session.Text("Enumerable.Range(0, 1500).Where(i => true).Select(i => new { i })"), StringComparison.Ordinal);
    }
}
