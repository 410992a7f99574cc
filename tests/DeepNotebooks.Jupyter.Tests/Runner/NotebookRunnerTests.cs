using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Runner;

namespace DeepNotebooks.Jupyter.Tests.Runner;

public sealed class NotebookRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CellsAreExecutedInOrderAndTheirOutputsKept()
    {
        var notebook = Notebook("int a = 1; a", "# text", "", "Console.WriteLine(a + 1);");
        notebook.Cells[1] = new Cell(CellKind.Markdown, "# text");
        notebook.Cells[0].Outputs.Add(Output.Stream("stdout", "old"));
        var progress = new List<CellProgress>();
        var result = await new NotebookRunner { Progress = progress.Add }.RunAsync(notebook, _folder.Path);
        Assert.True(result.Succeeded);
        Assert.Equal([(0, CellOutcomeStatus.Ok), (2, CellOutcomeStatus.Skipped), (3, CellOutcomeStatus.Ok)], result.Cells.Select(c => (c.CellIndex, c.Status)));
        Assert.Equal("1", Assert.Single(notebook.Cells[0].Outputs).Text);
        Assert.Equal("2\n", Assert.Single(notebook.Cells[3].Outputs).Text);
        Assert.Equal([1, null, null, 2], notebook.Cells.Select(c => c.ExecutionCount));
        Assert.Equal([(1, 3, "int a = 1; a", false), (1, 3, "int a = 1; a", true), (3, 3, "Console.WriteLine(a + 1);", false), (3, 3, "Console.WriteLine(a + 1);", true)],
            progress.Select(p => (p.Number, p.Count, p.FirstLine, p.Outcome is not null)));
    }

    [Theory]
    [InlineData(false, CellOutcomeStatus.Ok)]
    [InlineData(true, CellOutcomeStatus.Skipped)]
    public async Task AfterAFailureTheRunGoesOnOrStopsAsAsked(bool stop, CellOutcomeStatus next)
    {
        var notebook = Notebook("throw new Exception(\"x\");", "1");
        notebook.Cells[1].Outputs.Add(Output.Stream("stdout", "old"));
        var result = await new NotebookRunner { StopOnError = stop }.RunAsync(notebook, _folder.Path);
        Assert.False(result.Succeeded);
        Assert.Equal([CellOutcomeStatus.Error, next], result.Cells.Select(c => c.Status));
        Assert.StartsWith("System.Exception: x\n   at Cell 1, line 1", result.Cells[0].ErrorText, StringComparison.Ordinal);
        Assert.Equal(OutputKind.Error, Assert.Single(notebook.Cells[0].Outputs).Kind);
        Assert.DoesNotContain(notebook.Cells[1].Outputs, o => o.Text == "old");
    }

    [Fact]
    public async Task ACellThatNeverEndsIsReportedAndTheOthersRun()
    {
        var notebook = Notebook("int a = 1;", "while (true) { }", "a");
        var result = await new NotebookRunner { TimeLimit = TimeSpan.FromSeconds(2) }.RunAsync(notebook, _folder.Path);
        Assert.Equal([CellOutcomeStatus.Ok, CellOutcomeStatus.Timeout, CellOutcomeStatus.Ok], result.Cells.Select(c => c.Status));
        Assert.Equal("Cell 2 was stopped after 2 s, its time limit.", notebook.Cells[1].Outputs[0].ErrorValue);
        Assert.False(result.Succeeded);
    }

    [Fact]
    public async Task TagsSkipCellsAndAnnounceErrors()
    {
        var notebook = Notebook("throw new Exception();", "throw new Exception(\"shown\");", "1");
        notebook.Cells[0].Metadata["tags"] = new JsonArray("skip-execution");
        notebook.Cells[1].Metadata["tags"] = new JsonArray("other", "raises-exception");
        var result = await new NotebookRunner { StopOnError = true }.RunAsync(notebook, _folder.Path);
        Assert.Equal([CellOutcomeStatus.Skipped, CellOutcomeStatus.Ok, CellOutcomeStatus.Ok], result.Cells.Select(c => c.Status));
        Assert.Equal("shown", notebook.Cells[1].Outputs[0].ErrorValue);
    }

    [Fact]
    public async Task HtmlIsLeftOutWhereThereIsAPicture()
    {
        var notebook = Notebook("""
            class TypeFormatterSourceAttribute(Type type) : Attribute { public Type FormatterSourceType => type; }
            class Formatter(string mime, string text)
            {
                public string MimeType => mime;
                public bool Format(object value, System.IO.TextWriter writer) { writer.Write(text); return true; }
            }
            class Source { public object CreateTypeFormatters() => new[] { new Formatter("text/html", "<b/>"), new Formatter("image/svg+xml", "<svg/>"), new Formatter("text/plain", "p") }; }
            [TypeFormatterSource(typeof(Source))] class Chart { }
            var shown = display(new Chart()); display(HTML("<i/>")); var later = display(1);
            """, "later.Update(new Chart());");
        await new NotebookRunner().RunAsync(notebook, _folder.Path);
        Assert.Equal([["image/svg+xml", "text/plain"], ["text/html", "text/plain"], ["image/svg+xml", "text/plain"]],
            notebook.Cells[0].Outputs.Select(o => o.MimeTypes.ToArray()));
    }

    [Fact]
    public async Task NothingOfTheMachineStandsInOutputs()
    {
        var notebook = Notebook("Console.WriteLine(Environment.CurrentDirectory); Console.WriteLine(System.IO.Path.GetFullPath(\"a/b\"));",
            "System.IO.File.ReadAllText(\"missing.txt\")");
        await new NotebookRunner().RunAsync(notebook, _folder.Path);
        Assert.Equal(".\na/b\n", notebook.Cells[0].Outputs[0].Text);
        Assert.DoesNotContain(_folder.Path, notebook.ToJson(), StringComparison.Ordinal);
        Assert.Contains("'missing.txt'", notebook.Cells[1].Outputs[0].ErrorValue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoRunsGiveTheSameBytes()
    {
        string[] cells =
        [
            "record R(int A); new[] { new R(1) }", "Console.WriteLine(1.5); display(\"x\").Update(\"y\"); Enumerable.Range(0, 5).Select(i => (i, i * i))",
            "undefined", "throw new InvalidOperationException(\"e\", new Exception(\"inner\"));", "await Task.Delay(1); new Dictionary<string, double> { [\"a\"] = .1 }",
        ];
        var notebook = Notebook(cells);
        await new NotebookRunner().RunAsync(notebook, _folder.Path);
        string first = notebook.ToJson();
        var again = DeepNotebooks.Jupyter.Documents.Notebook.Parse(first);
        await new NotebookRunner().RunAsync(again, _folder.Path);
        Assert.Equal(first, again.ToJson());
        var anew = Notebook(cells);
        await new NotebookRunner().RunAsync(anew, _folder.Path);
        Assert.Equal(first, anew.ToJson());
    }

    [Fact]
    public async Task ARunIsCancelled()
    {
        using var cancel = new CancellationTokenSource();
        var notebook = Notebook("1", "while (true) { }");
        var runner = new NotebookRunner
        {
            Progress = p =>
            {
                if (p is { Number: 2, Outcome: null })
                {
                    cancel.Cancel();
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.RunAsync(notebook, _folder.Path, cancel.Token));
    }

    [Fact]
    public async Task AFolderThatDoesNotExistIsNamed() => Assert.Contains("missing",
        (await Assert.ThrowsAsync<DirectoryNotFoundException>(() => new NotebookRunner().RunAsync(Notebook("1"), _folder["missing"]))).Message, StringComparison.Ordinal);

    private static Notebook Notebook(params string[] cells)
    {
        var notebook = new Notebook();
        foreach (string source in cells)
        {
            notebook.Cells.Add(new Cell(CellKind.Code, source));
        }

        return notebook;
    }
}
