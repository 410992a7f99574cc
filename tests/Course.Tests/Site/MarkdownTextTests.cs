using Course.Site;

namespace Course.Tests.Site;

public class MarkdownTextTests
{
    private static readonly NpmAssets Without = NpmAssets.None("a test");

    private static string Html(string markdown)
    {
        var formulas = new Formulas();
        return formulas.Return(new MarkdownText(formulas).ToHtml(markdown), Without, _ => { });
    }

    [Fact]
    public void FormulasStayReadableAsTexWithoutKatex()
    {
        Assert.Contains("<code class=\"tex\">a_1 &lt; b_2</code>", Html("Let $a_1 < b_2$ be"));
        Assert.Contains("<code class=\"tex display\">x^2 * y * z</code>", Html("$$\nx^2 * y * z\n$$"));
        Assert.Contains("<code class=\"tex display\">y_1</code>", Html("so $$y_1$$ holds"));
    }

    [Theory]
    [InlineData("with ($a = 1$), then", "with <span class=\"nobr\">(<code class=\"tex\">a = 1</code>)</span>, then")]
    [InlineData("with ($a = 1$ or less)", "with <span class=\"nobr\">(<code class=\"tex\">a = 1</code></span> or less)")]
    [InlineData("as $a = 1$.", "as <span class=\"nobr\"><code class=\"tex\">a = 1</code>.</span>")]
    [InlineData("so $a = 1$ holds", "so <code class=\"tex\">a = 1</code> holds")]
    public void AShortFormulaKeepsItsBracketAndTheMarkBehindIt(string markdown, string html) =>
        Assert.Equal($"<p>{html}</p>", Html(markdown).Trim());

    [Fact]
    public void FormulasCannotBringMarkupIn() =>
        Assert.DoesNotContain("<script", Html("$</code><script>x</script>$"));

    [Fact]
    public void MarksOfFormulasInTheTextItselfAreHarmless() =>
        Assert.Equal("<p>a7b</p>", Html("a\uE0007\uE001b").Trim());

    [Fact]
    public void PercentSignsStayWithTheirNumbers() =>
        Assert.Equal("<p>85\u00A0% of <code>7 % 2</code>, not %</p>", Html("85 % of `7 % 2`, not %").Trim().Replace("&nbsp;", "\u00A0"));

    [Fact]
    public void PricesAreNoFormulas() => Assert.DoesNotContain("tex", Html("It costs $5 or $6."));

    [Theory]
    [InlineData("**In short.** It is so.", "<p class=\"in-short\">")]
    [InlineData("> **In short:** It is so.", "<blockquote class=\"in-short\">")]
    [InlineData("**Remember** it.", "<p class=\"remember\">")]
    [InlineData("**The myth.** They say.", "<p class=\"myth\">")]
    public void ShortAnswersAndTheirLikeAreSetOff(string markdown, string opening) => Assert.Contains(opening, Html(markdown));

    [Fact]
    public void SolutionsStayFoldedAndTheirCodeIsColoured()
    {
        var html = Html("<details><summary>Solution</summary>\n\n```csharp\nvar x = 1; // one\n```\n\n</details>");
        Assert.Matches("(?s)<details><summary>Solution</summary>.*<span class=\"k\">var</span> x = <span class=\"n\">1</span>.*</details>", html);
        Assert.Contains("<span class=\"c\">// one</span>", html);
    }

    [Fact]
    public void ScriptsInTheTextAreDropped()
    {
        var html = Html("before <script>alert(1)</script> after\n\n<script>\nalert(2)\n</script>\n\n[x](javascript:alert(3))");
        Assert.DoesNotContain("alert", html);
        Assert.Contains("after", html);
    }

    [Fact]
    public void HeadingsAreAddressedByConceptElseByTheirWordsAndNeverTwiceTheSame()
    {
        var text = new MarkdownText(new Formulas());
        text.ToHtml("## What *is* `x`?\n\n### Details", "grad.vanish");
        text.ToHtml("### Details");
        Assert.Equal([(2, "grad.vanish", "What is x?"), (3, "details", "Details"), (3, "details-2", "Details")],
            text.Headings.Select(h => (h.Level, h.Id, h.Text)));
        Assert.Equal("What <em>is</em> <code>x</code>?", text.Headings[0].Html);
    }
}
