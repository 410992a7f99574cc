using System.Text.RegularExpressions;
using Course.Site;
using DeepNotebooks.Jupyter.Documents;
using static Course.Tests.TemporaryCourse;

namespace Course.Tests.Site;

public sealed class SiteBuilderTests : IDisposable
{
    private readonly TemporaryCourse _course = new();
    private readonly string _site;

    public SiteBuilderTests() => _site = Path.Combine(_course.Root, "site");

    public void Dispose() => _course.Dispose();

    private string Page(NpmAssets? assets = null)
    {
        var notebook = Notebook.Parse(Json(
            Text("# 07 Gradients that vanish\n\nWelcome to $x$."),
            Text("## One?\n\n**In short.** Yes.", concept: "a.one"),
            Code("Chart()", outputs: Shows(
                (Mime.Plotly, """{"data":[{"y":[1],"name":"</script><b>"}]}"""),
                (Mime.Svg, """<svg width="640" height="400"><text>ok</text></svg>"""), ("text/plain", "A chart of \"it\""))),
            Code("Claim()", outputs: Shows((Mime.Claim,
                """{"statement":"a < b","holds":true,"measured":"0.1","controls":[{"without":"b","measured":"3","breaks":true}],"passed":true}"""))),
            Code("Say()", outputs: Shows(("text/plain", "A sentence."))),
            Code("Line()", outputs: Shows(("text/plain", "a   b\n1   2"))),
            Code("HTML(x)", outputs: Shows(("text/html",
                "<table><tr><th>Test_loss</th></tr><tr><td>7_8</td></tr></table><script>alert(1)</script>"))),
            Code("Check()", outputs: Shows((Mime.Exercise, """{"exercise":"07-1","solved":false,"message":"Not solved yet. Goal: it is 0"}"""))),
            Text("## Two?", concept: "a.two")));
        File.WriteAllText(_course.Write("07-gradients.ipynb"), notebook.ToJson());
        var curriculum = Curriculum.Read(Path.Combine(_course.Root, "notebooks", "curriculum.json"));
        new SiteBuilder(curriculum, assets ?? NpmAssets.None("a test."), _site, _ => { }).Build([("07-gradients.ipynb", notebook)]);
        return File.ReadAllText(Path.Combine(_site, "07-gradients.html"));
    }

    [Fact]
    public void AChapterHasItsQuestionsItsTitleAndItsDownload()
    {
        var page = Page();
        Assert.Contains("<h1 id=\"07-gradients-that-vanish\">Gradients that vanish</h1>", page);
        Assert.Equal(2, Regex.Matches(page, "<li><a href=\"#a.one\">One\\?</a></li>").Count);
        Assert.Contains("<h2 id=\"a.one\">", page);
        Assert.Contains("Question 2 of 2 · a myth", page);
        Assert.Contains("href=\"notebooks/07-gradients.ipynb\"", page);
        Assert.True(File.Exists(Path.Combine(_site, "notebooks", "07-gradients.ipynb")));
    }

    [Fact]
    public void OutputsAreShownAndNoneOfThemActs()
    {
        var page = Page();
        Assert.Contains("<img src=\"pictures/07-gradients/1.svg\" alt=\"A chart of &quot;it&quot;\" width=\"640\" height=\"400\"", page);
        Assert.True(File.Exists(Path.Combine(_site, "pictures", "07-gradients", "1.svg")));
        Assert.Contains("<p class=\"statement\">a &lt; b</p>", page);
        Assert.Contains("Without b it breaks: 3", page);
        Assert.Contains("<th>Test loss</th></tr><tr><td>7_8</td>", page);
        Assert.Contains("Not solved yet</p><p>Goal: it is 0</p>", page);
        Assert.DoesNotContain("alert(1)", page);
        Assert.Contains("<pre class=\"shown wraps\" tabindex=\"0\">A sentence.</pre>", page);
        Assert.Contains("<pre class=\"shown\" tabindex=\"0\">a   b\n1   2</pre>", page);
    }

    [Fact]
    public void WithoutNpmThePageSaysSoAndShowsPicturesAndTex()
    {
        var page = Page();
        Assert.Contains("Formulas are shown as TeX source and charts as still pictures: a test.", page);
        Assert.Contains("<code class=\"tex\">x</code>", page);
        Assert.DoesNotContain("application/json", page);
    }

    [Fact]
    public void ChartDataCannotEndItsElement()
    {
        var plotly = Path.Combine(_course.Root, "plotly.js");
        File.WriteAllText(plotly, "");
        var page = Page(new NpmAssets(null, plotly, null));
        Assert.Contains("""<script type="application/json">{"data":[{"y":[1],"name":"\u003C/script\u003E""", page);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EveryAddressLiesOnTheSite(bool interactive)
    {
        var plotly = Path.Combine(_course.Root, "plotly.js");
        File.WriteAllText(plotly, "");
        Page(interactive ? new NpmAssets(null, plotly, null) : null);
        foreach (var file in Directory.EnumerateFiles(_site, "*.html"))
        {
            foreach (Match address in Regex.Matches(File.ReadAllText(file), "(?:href|src)=\"([^\"#?]+)"))
            {
                Assert.True(File.Exists(Path.Combine(_site, address.Groups[1].Value)), $"{file}: {address.Groups[1].Value}");
            }
        }
    }

    [Fact]
    public void TheContentsListWrittenChaptersAndThoseToCome()
    {
        Page();
        var contents = File.ReadAllText(Path.Combine(_site, "index.html"));
        Assert.Contains("<a href=\"07-gradients.html\">Gradients that vanish</a>", contents);
        Assert.Contains("<a href=\"07-gradients.html#a.two\">Two?</a>", contents);
        Assert.Contains("To come: 1 question", contents);
        Assert.Contains("2 of 3 questions", contents);
    }

    [Fact]
    public void AFolderOfSomebodyElseIsNotReplaced()
    {
        Directory.CreateDirectory(_site);
        File.WriteAllText(Path.Combine(_site, "mine.txt"), "mine");
        Assert.Equal(ExitCode.BadInput, Assert.Throws<Failure>(() => Page()).ExitCode);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_site, "mine.txt")));
    }

    [Fact]
    public void LocksHoldNoAddresses()
    {
        var root = Repository.Containing(AppContext.BaseDirectory).Root;
        foreach (var name in (string[])["src/Course/Site/assets", ".ci/pages"])
        {
            var text = File.ReadAllText(Path.Combine(root, name, "package-lock.json"));
            Assert.Contains("\"integrity\"", text);
            Assert.DoesNotContain("resolved", text);
            Assert.DoesNotContain("://", text);
        }
    }
}
