using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class DirectiveTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task AReferenceByRelativePathFindsWhatLiesBesideIt()
    {
        string part = Library("lib/Part.dll", "namespace Parts { public class Part { public int Size = 3; } }");
        Library("lib/Whole.dll", "namespace Wholes { public class Whole { public Parts.Part Part() => new() { Size = 4 }; } }", part);
        Assert.Equal("4", await _session.Text("#r \"lib/Whole.dll\"\nusing Wholes;\nvar w = new Whole();\nw.Part().Size"));
        Assert.Equal("5", await _session.Text("var p = w.Part(); p.Size + 1"));
    }

    [Fact]
    public async Task WhatAReferenceUsesCanBeUsedAndReferencedToo()
    {
        string part = Library("lib/Part.dll", "namespace Parts { public class Part { public int Size = 3; } }");
        Library("lib/Whole.dll", "namespace Wholes { public class Whole { public Parts.Part Part = new(); } }", part);
        Assert.Equal("3", await _session.Text("#r \"lib/Whole.dll\"\nusing Parts; Part part = new Wholes.Whole().Part; part.Size"));
        Assert.Equal("4", await _session.Text("#r \"lib/Part.dll\"\nPart same = part; same.Size + 1"));
    }

    [Fact]
    public async Task AReferenceMayUseRarerPartsOfTheFramework()
    {
        Library("A.dll", "public class A { public System.Net.Http.HttpMethod Method = System.Net.Http.HttpMethod.Get; }");
        Assert.Null(await _session.Text("var early = new[] { 1 }.OrderBy(x => x);"));
        Assert.Equal("GET", await _session.Text("#r \"A.dll\"\nnew A().Method.Method"));
        Assert.Equal("[1]", await _session.Text("early.ThenBy(x => x)"));
    }

    [Fact]
    public async Task AReferenceMayStandBelowCode() =>
        Assert.Equal("1", await _session.Text($"int before = 1;\n  #r \"{Library("A.dll", "public static class A { public static int One => 1; }")}\"\nA.One * before"));

    [Fact]
    public async Task AFileInUseCanBeBuiltAnewAndAnotherSessionLoadsTheNewOne()
    {
        Library("A.dll", "public static class A { public static int Version => 1; public static int Calls; }");
        Assert.Equal("1", await _session.Text("#r \"A.dll\"\nA.Calls++; A.Version"));
        Library("A.dll", "public static class A { public static int Version => 2; public static int Calls; }");
        File.SetLastWriteTimeUtc(_session.Folder["A.dll"], new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        using var other = new Session(_session.Folder.Path);
        var result = await other.ExecuteAsync("#r \"A.dll\"\n(A.Version, A.Calls)");
        Assert.True(result.Status == CellStatus.Ok, result.ErrorText);
        Assert.Equal("(2, 0)", result.Outputs[0].Text);
        Assert.Equal("(1, 1)", await _session.Text("(A.Version, A.Calls)"));
    }

    [Fact]
    public async Task FrameworkAssembliesAreReferencedAlready() =>
        Assert.Equal("1", await _session.Text("#r \"System.Net.Http\"\n#r \"System.Xml.XDocument.dll\"\nnew System.Xml.Linq.XElement(\"a\", 1).Value"));

    [Theory]
    [InlineData("int a = 1;\n#r \"missing.dll\"", "Cell 1, line 2: #r \"missing.dll\": there is no file missing.dll")]
    [InlineData("#r \"../../no/such.dll\"", "there is no file ../../no/such.dll. If it is built from source, build it first.")]
    [InlineData("#r \"text.txt\"", "the file is not a .NET assembly")]
    [InlineData("#r", "a path is missing")]
    [InlineData("#load \"missing.csx\"", "there is no file missing.csx")]
    [InlineData("#!import missing.ipynb", "there is no file missing.ipynb")]
    [InlineData("1\n#!html", "Cell 1, line 2: #!html: this engine does not know #!html. It knows #r \"path.dll\", #r \"project.csproj\", #r \"nuget: Name, version\", #i \"nuget: source\", #load \"file.csx\", #!import \"file\", #!time")]
    [InlineData("#load \"circle.csx\"", "load one another 32 deep")]
    public async Task ADirectiveThatCannotBeCarriedOutSaysWhy(string source, string reason)
    {
        File.WriteAllText(_session.Folder["text.txt"], "no assembly");
        File.WriteAllText(_session.Folder["circle.csx"], "#load \"circle.csx\"");
        var error = await _session.Error(source);
        Assert.Equal("DirectiveError", error.ErrorName);
        Assert.Contains(reason, error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#load \"sub/a.csx\"")]
    [InlineData("#!import \"sub/a.csx\"")]
    [InlineData("#!import sub/a.csx")]
    public async Task FilesAreLoadedRelativeToTheirOwnFolder(string directive)
    {
        Directory.CreateDirectory(_session.Folder["sub"]);
        File.WriteAllText(_session.Folder["sub/a.csx"], "#load \"b.cs\"\nint Twice(int x) => 2 * x;\nint fromA = B.Value;\nfromA");
        File.WriteAllText(_session.Folder["sub/b.cs"], "static class B { public static int Value = 21; }");
        Assert.Equal("42", await _session.Text($"{directive}\nTwice(fromA)"));
        Assert.Equal("21", await _session.Text("fromA"));
    }

    [Fact]
    public async Task ErrorsInLoadedFilesNameThem()
    {
        File.WriteAllText(_session.Folder["a.csx"], "int x = 0;\nint y = 1 / x;");
        File.WriteAllText(_session.Folder["b.csx"], "\nnonsense;");
        Assert.Contains("at a.csx, line 2: int y = 1 / x;", (await _session.Error("#load \"a.csx\"")).Text, StringComparison.Ordinal);
        Assert.Contains("b.csx, line 2: error CS", (await _session.Error("#load \"b.csx\"")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheCodeCellsOfANotebookAreImported()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new Cell(CellKind.Markdown, "# no code"));
        notebook.Cells.Add(new Cell(CellKind.Code, "int a = 1;"));
        notebook.Cells.Add(new Cell(CellKind.Code, "int b = a + 1; b"));
        notebook.Save(_session.Folder["other.ipynb"]);
        Assert.Equal("3", await _session.Text("#!import \"other.ipynb\"\na + b"));
        notebook.Cells.Add(new Cell(CellKind.Code, "b / (a - 1)"));
        notebook.Save(_session.Folder["other.ipynb"]);
        Assert.Contains("at other.ipynb, cell 3, line 1: b / (a - 1)", (await _session.Error("#!import \"other.ipynb\"")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TimeIsShown()
    {
        var outputs = await _session.Outputs("#!time\n1 + 1");
        Assert.Equal("2", outputs[0].Text);
        Assert.Matches(@"^Wall time: [0-9.]+ m?s\n$", outputs[1].Text);
    }

    [Fact]
    public async Task VariablesAreListedAsTheyStandThere()
    {
        await _session.Run("int a = 1; var words = new List<string> { \"x\" }; const int Fixed = 2; int F() => 1;");
        string? text = await _session.Text("string a = \"new\"; a += \"er\";\n#!whos\na += \"est\";");
        Assert.Matches(@"(?s)words +List<string> .*\na +string +newer", text);
        Assert.DoesNotContain("newest", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"a +int", text);
    }

    [Theory]
    [InlineData("#!about", "C# 14")]
    [InlineData("#!lsmagic", "#!whos ")]
    [InlineData("#!help", "display(value)")]
    public async Task TheEngineTellsAboutItself(string directive, string words) =>
        Assert.Contains(words, await _session.Text(directive), StringComparison.Ordinal);

    [Fact]
    public async Task WhatOnlyLooksLikeADirectiveIsText()
    {
        Assert.Equal("\n#!time\n#r \"x.dll\"\n", await _session.Text("var s = @\"\n#!time\n#r \"\"x.dll\"\"\n\";\n/*\n#!bogus\n*/\n#region r\n#endregion\ns"));
        Assert.Equal("2", await _session.Text("#!csharp\n#if false\n#r \"none.dll\"\n1\n#else\n2\n#endif"));
    }

    [Fact]
    public async Task LinesKeepTheirNumbersBelowDirectives() => Assert.Equal(
        "Cell 1, line 4: error CS0103: The name 'x' does not exist in the current context",
        (await _session.Error("#!time\r\n\r\n#!csharp\r\nx")).Traceback[0]);

    private string Library(string path, string source, params string[] references) =>
        _session.Folder.Library(path, source, references);
}
