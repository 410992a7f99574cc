using System.Net;
using System.Text.RegularExpressions;
using Course.Site;

namespace Course.Tests.Site;

public class CSharpColorsTests
{
    [Theory]
    [InlineData("#r \"../a.dll\"\nusing System;\nvar x = $\"{1 + 2:f2} <b>\"; // & so\nawait Task.Delay(1);\n")]
    [InlineData("does not ( compile ] at \" all")]
    [InlineData("#!time\nvar t = \"\"\"\n  raw\n  \"\"\";")]
    public void LosesNoCharacter(string source) =>
        Assert.Equal(source, WebUtility.HtmlDecode(Regex.Replace(CSharpColors.ToHtml(source), "</?span[^>]*>", "")));

    [Theory]
    [InlineData("var x = new Linear(2);", "<span class=\"k\">var</span>", "<span class=\"t\">Linear</span>", "<span class=\"n\">2</span>")]
    [InlineData("Chart.Line(run.Loss)", "<span class=\"t\">Chart</span>", "<span class=\"m\">Line</span>", "run.Loss")]
    [InlineData("List<Module> f(int n) => null;", "<span class=\"t\">List</span>", "<span class=\"t\">Module</span>", "<span class=\"m\">f</span>")]
    [InlineData("#r \"a\"", "<span class=\"d\">", "#r", "a")]
    public void TellsKindsApart(string source, params string[] parts) =>
        Assert.All(parts, part => Assert.Contains(part, CSharpColors.ToHtml(source)));
}
