using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class CompletionTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Console.Wri|", "WriteLine", "function")]
    [InlineData("\"abc\".Len|", "Length", "property")]
    [InlineData("new[] { 1 }.Sel|", "Select", "function")]
    [InlineData("new[] { 1 }.Where(x => x.ToS|", "ToString", "function")]
    [InlineData("string s = null; s?.Len|", "Length", "property")]
    [InlineData("string s = \"\";\ns.Len|\nvar other = 1;", "Length", "property")]
    [InlineData("System.Coll|", "Collections", "module")]
    [InlineData("using System.Coll|", "Collections", "module")]
    [InlineData("System.Net.Http.HttpCl|", "HttpClient", "class")]
    [InlineData("new List|", "List", "class")]
    [InlineData("DayOfWeek.Mon|", "Monday", "enum")]
    [InlineData("{ int abc = 1; ab| }", "abc", "variable")]
    [InlineData("int abc = 1;\n#!time\nab|", "abc", "variable")]
    [InlineData("forea|", "foreach", "keyword")]
    [InlineData("yie|", "yield", "keyword")]
    [InlineData("int Add(int first, int second) => first + second;\nAdd(1, sec|", "second: ", "param")]
    [InlineData("class A { public int Size { get; set; } }\nnew A { Si| }", "Size", "property")]
    [InlineData("disp|", "display", "function")]
    [InlineData("#!wh|", "#!whos", "magic")]
    [InlineData("#|", "#r", "magic")]
    public async Task OffersWhatFits(string marked, string text, string kind)
    {
        await _session.Text("int earlier = 1;");
        var match = At(marked).Matches.FirstOrDefault(m => m.Text == text);
        Assert.NotNull(match);
        Assert.Equal(kind, match.Kind);
    }

    [Theory]
    [InlineData("Console.|", "ToString")]
    [InlineData("\"abc\".|", "IsNullOrEmpty")]
    [InlineData("new List<int>().Add|", "Where")]
    [InlineData("new Cons|", "Console")]
    [InlineData("using Sys|", "SystemException")]
    public void LeavesOutWhatDoesNotFit(string marked, string text)
    {
        var texts = At(marked).Matches.Select(m => m.Text).ToList();
        Assert.NotEmpty(texts);
        Assert.DoesNotContain(text, texts);
    }

    [Theory]
    [InlineData("// Cons|")]
    [InlineData("/* Cons| */")]
    [InlineData("\"Cons|\"")]
    [InlineData("$\"Cons|\"")]
    [InlineData("int Cons|")]
    [InlineData("12|")]
    public void OffersNothingInTextAndForNewNames(string marked) => Assert.Empty(At(marked).Matches);

    [Fact]
    public async Task OffersWhatEarlierCellsDeclareAndPutsItFirst()
    {
        await _session.Text("record Point(int X, int Y);\nvar setting = new Point(1, 2);\nstatic Point Settle(Point p) => p;");
        var texts = At("set|").Matches.Select(m => m.Text).ToList();
        Assert.Equal("setting", texts[0]);
        Assert.Contains("Settle", texts);
        Assert.Equal(["X"], At("setting.X|").Matches.Select(m => m.Text));
        Assert.Equal("property", At("Settle(setting).Y|").Matches[0].Kind);
        await _session.Text("var setting = \"now a string\";");
        Assert.Contains("Length", At("setting.|").Matches.Select(m => m.Text));
    }

    [Fact]
    public void ReplacesTheWordBeforeTheCursorOnly()
    {
        Assert.Equal(8, At("Console.Wri|").Start);
        Assert.Equal(8, At("Console.|WriteLine").Start);
        Assert.Equal(0, At("#!wh|").Start);
    }

    [Fact]
    public void SaysHowAFunctionIsCalled()
    {
        var match = At("Math.Clam|").Matches.Single(m => m.Text == "Clamp");
        Assert.Matches(@"^\w+ Math\.Clamp\(.* value, .* min, .* max\) \(\+ \d+ more\)$", match.Signature);
    }

    [Fact]
    public void CompletesPathsInDirectives()
    {
        _session.Folder.Write("part/other.csx", "");
        _session.Folder.Write("part/other.txt", "");
        Assert.Equal(["part/"], At("#load \"pa|").Matches.Select(m => m.Text));
        Assert.Equal(["other.csx"], At("#load \"part/o|").Matches.Select(m => m.Text));
    }

    private Completion At(string marked) =>
        _session.Session.Complete(marked.Remove(marked.IndexOf('|'), 1), marked.IndexOf('|'));
}
