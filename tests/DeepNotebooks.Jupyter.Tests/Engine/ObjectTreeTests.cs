namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class ObjectTreeTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task ObjectsWithinObjectsAreFolded()
    {
        string html = await Html("""
            record Engine(int Power, string Name);
            class Ship { public Engine Engine = new(7, "<b>"); public int[] Crew => new int[3]; public List<Engine> Spare = [new(1, "a"), new(2, "b")]; }
            new Ship()
            """);
        Assert.StartsWith("<details open><summary>Ship</summary>", html);
        Assert.Contains("<details><summary>Engine</summary>", html);
        Assert.Contains("<details><summary>List<Engine>, 2 items</summary>".Replace("<Engine>", "&lt;Engine&gt;"), html);
        Assert.Contains("&lt;b&gt;", html);
        Assert.DoesNotContain("<script", html);
    }

    [Fact]
    public async Task ACircleEndsWhereItCloses()
    {
        string html = await Html("class Link { public Link Next; }\nvar link = new Link();\nlink.Next = link;\nlink");
        Assert.Contains("(this Link again)", html);
    }

    [Fact]
    public async Task JsonOfValuesAndOfText()
    {
        var outputs = await _session.Outputs("display(JSON(new { A = 1 })); JSON(\"[1, 2]\")");
        Assert.Equal("{\"A\":1}", outputs[0].Data!["application/json"]!.ToJsonString());
        Assert.Equal("[1,2]", outputs[1].Data!["application/json"]!.ToJsonString());
    }

    [Theory]
    [InlineData("namespace A { }", "Cells have no namespaces")]
    [InlineData("static class E { public static int Twice(this int x) => 2 * x; }", "stands by itself")]
    [InlineData("static class E { extension(int x) { public int Twice => 2 * x; } }", "Cells cannot declare extension blocks")]
    [InlineData("Span<int> s = new int[3];", "A cell's variables are fields")]
    public async Task WhatCellsCannotSayComesWithARemedy(string source, string remedy) =>
        Assert.Contains(remedy, (await _session.Error(source)).Text);

    [Fact]
    public async Task AValueOfATypeThatWasDeclaredAnewIsExplained()
    {
        await _session.Text("record Point(int X);\nvar p = new Point(1);");
        Assert.Contains("declared anew in a later cell", (await _session.Error("record Point(int X, int Y);\nPoint q = p;")).Text);
    }

    private async Task<string> Html(string source) =>
        string.Concat((await _session.Outputs(source))[^1].Data!["text/html"]!.AsArray().Select(line => (string)line!));
}
