using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class CompletenessTests
{
    [Theory]
    [InlineData("", "complete")]
    [InlineData("1", "complete")]
    [InlineData("#!time\n#r \"a.dll\"\nint x = 1;", "complete")]
    [InlineData("class C { }", "complete")]
    [InlineData("if (true) {", "incomplete")]
    [InlineData("f(1,", "incomplete")]
    [InlineData("\"\"\"\n text", "incomplete")]
    [InlineData("/* comment", "incomplete")]
    [InlineData("int x = ;", "invalid")]
    [InlineData("f(1))", "invalid")]
    public void TextIsJudgedAsTheCompilerDoes(string text, string status) => Assert.Equal(status, Completeness.Of(text).Status);

    [Theory]
    [InlineData("if (true) {", 4)]
    [InlineData("class C { void F() {\n", 8)]
    [InlineData("f(", 0)]
    public void TheNextLineIsIndentedByBraces(string text, int width) => Assert.Equal(new string(' ', width), Completeness.Of(text).Indent);
}
