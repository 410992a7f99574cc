using Course.Kernels;
using DeepNotebooks.Jupyter.Documents;
using static Course.Tests.TemporaryCourse;

namespace Course.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryCourse _course = new();

    public void Dispose() => _course.Dispose();

    private void FailsWith(int expected, int actual, params string[] words)
    {
        var error = _course.Error.ToString();
        Assert.True(expected == actual, $"exit code {actual}: {error}");
        Assert.All(words, w => Assert.Contains(w, error));
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData("run", "no-such.ipynb", "no-such.ipynb does not exist")]
    [InlineData("check", "notebooks", "is a folder")]
    [InlineData("run", "text.ipynb", "text.ipynb is not a notebook")]
    [InlineData("check", "other.ipynb", "other.ipynb is not a notebook")]
    [InlineData("run", "old.ipynb", "nbformat 3")]
    [InlineData("run", "--no-such-option", "--no-such-option")]
    [InlineData("no-such-command", null, "no-such-command")]
    [InlineData("run", "--timeout=-1", "--timeout: -1 is not a number of seconds")]
    [InlineData("serve", "--port=70000", "--port: 70000 is no port")]
    [InlineData("serve", null, "holds no site yet")]
    public async Task BadInputIsOneLineAndExitCodeTwo(string command, string? argument, string message)
    {
        File.WriteAllText(Path.Combine(_course.Root, "text.ipynb"), "no notebook");
        File.WriteAllText(Path.Combine(_course.Root, "other.ipynb"), "{\"a\": 1}");
        File.WriteAllText(Path.Combine(_course.Root, "old.ipynb"), "{\"nbformat\": 3, \"nbformat_minor\": 0, \"metadata\": {}, \"worksheets\": []}");
        FailsWith(ExitCode.BadInput, await _course.Run(argument is null ? [command] : [command, argument]), message);
        Assert.Equal("no notebook", File.ReadAllText(Path.Combine(_course.Root, "text.ipynb")));
    }

    [Fact]
    public async Task ModelsAreServedByTheBuiltServer() => FailsWith(
        ExitCode.Environment, await _course.Run("serve", "models", "--", "--max-batch", "8"), "DeepNotebooks.Serving.dll is missing", "Build it");

    [Fact]
    public async Task OutsideTheCourseTheRemedyIsNamed()
    {
        File.Delete(Path.Combine(_course.Root, "notebooks", "curriculum.json"));
        FailsWith(ExitCode.BadInput, await _course.Run("check"), "is not inside the course");
    }

    [Fact]
    public async Task AnOutputFolderThatCannotBeWrittenIsFoundBeforeAnythingRuns()
    {
        var path = _course.Write("07-a.ipynb", Code("System.IO.File.WriteAllText(\"ran\", \"\")"));
        var before = File.ReadAllText(path);
        File.WriteAllText(Path.Combine(_course.Root, "taken"), "");
        FailsWith(ExitCode.Environment, await _course.Run("run", path, "--output", "taken"), "taken cannot be written");
        Assert.False(File.Exists(Path.Combine(_course.Root, "notebooks", "ran")));
        Assert.Equal(before, File.ReadAllText(path));
    }

    [Fact]
    public async Task TwoNotebooksOfOneNameDoNotOverwriteEachOther()
    {
        var one = _course.Write("07-a.ipynb", Code("1"));
        var two = Path.Combine(_course.Root, "07-a.ipynb");
        File.Copy(one, two);
        FailsWith(ExitCode.BadInput, await _course.Run("run", one, two, "--output", "out"), "would both be written");
    }

    [Theory]
    [InlineData]
    [InlineData("run")]
    [InlineData("check")]
    [InlineData("build")]
    [InlineData("serve")]
    public async Task HelpExplainsAndListsTheExitCodes(params string[] command)
    {
        Assert.Equal(ExitCode.Fine, await _course.Run([.. command, "--help"]));
        Assert.Contains("130  stopped by Ctrl+C", _course.Output.ToString());
        Assert.DoesNotContain("execute-one", _course.Output.ToString());
    }

    [Fact]
    public async Task RunWritesOutputsInPlaceOrElsewhereFromTheNotebooksOwnFolder()
    {
        var path = _course.Write("07-a.ipynb", Text("# A"), Code("System.IO.Path.GetFileName(System.IO.Directory.GetCurrentDirectory())"));
        var before = File.ReadAllText(path);
        Assert.Equal(ExitCode.Fine, await _course.Run("run", path, "--output", "out"));
        Assert.Equal(before, File.ReadAllText(path));
        Assert.Equal("notebooks", Notebook.Read(Path.Combine(_course.Root, "out", "07-a.ipynb")).Cells[1].Outputs[0].Text);
        Assert.Equal(ExitCode.Fine, await _course.Run("run"));
        Assert.Equal("notebooks", Notebook.Read(path).Cells[1].Outputs[0].Text);
    }

    [Fact]
    public async Task NotebooksAreCompiledByTheSdksCompiler()
    {
        var path = _course.Write("07-a.ipynb", Code("""
            AppDomain.CurrentDomain.GetAssemblies().Single(a => a.GetName().Name == "Microsoft.CodeAnalysis.CSharp").Location
            """));
        Assert.Equal(ExitCode.Fine, await _course.Run("run"));
        Assert.Contains(Path.Combine("Roslyn", "bincore"), Notebook.Read(path).Cells[0].Outputs[0].Text, StringComparison.Ordinal);

        // What was found out is kept as one file, which no installed kernel is given.
        var notes = Directory.GetFiles(AppContext.BaseDirectory, "course.*.deps.json").Where(PrecompiledCompiler.IsNote).ToList();
        Assert.Equal(["--depsfile", Assert.Single(notes)], PrecompiledCompiler.Arguments);
        Assert.False(PrecompiledCompiler.IsNote(Path.Combine(AppContext.BaseDirectory, "course.deps.json")));
    }

    [Fact]
    public async Task ANotebookThatFailsIsLeftAloneAndTheRestGoesOn()
    {
        var throws = _course.Write("01-throws.ipynb", Code("throw new System.Exception(\"no luck\");"), Code("2"));
        var ends = _course.Write("02-ends.ipynb", Code("System.Environment.Exit(7);"));
        var loops = _course.Write("03-loops.ipynb", Code("while (true) { }"));
        var fine = _course.Write("04-fine.ipynb", Code("40 + 2"));
        string[] before = [File.ReadAllText(throws), File.ReadAllText(ends), File.ReadAllText(loops)];
        FailsWith(ExitCode.NotebookFailed, await _course.Run("run", "--timeout", "5"),
            "01-throws.ipynb: cell 1: System.Exception: no luck", "02-ends.ipynb: cell 1: ended the notebook's process (exit code 7",
            "03-loops.ipynb: cell 1: was stopped: it ran longer than 5 s");
        Assert.Equal<string[]>(before, [File.ReadAllText(throws), File.ReadAllText(ends), File.ReadAllText(loops)]);
        Assert.Equal("42", Notebook.Read(fine).Cells[0].Outputs[0].Text);

        Assert.Equal(ExitCode.NotebookFailed, await _course.Run("run", throws, "--keep-going"));
        var kept = Notebook.Read(throws);
        Assert.Equal((OutputKind.Error, "2"), (kept.Cells[0].Outputs[0].Kind, kept.Cells[1].Outputs[0].Text));
    }

    [Fact]
    public async Task CheckPassesAGoodChapterAndFailsAMutatedOne()
    {
        const string Solution = "<details><summary>Solution</summary>\n\n```csharp\nint Answer() => 42;\n```\n\n</details>";
        string Chapter(string second) => _course.Write("07-a.ipynb",
            Code(Forms), Text("## One?", concept: "a.one"), Code("Claim(true, true)"), Code("Chart()"),
            Text("## Two?", concept: "a.two"), Code(second),
            Code("int Answer() => 0;", "07-1", "task"), Text(Solution, exercise: "07-1", role: "solution"), Code("Check(Answer() == 42)", "07-1", "check"));

        var path = Chapter("Claim(true, true)");
        Assert.Equal(ExitCode.Fine, await _course.Run("run", path));
        var executed = File.ReadAllText(path);
        int code = await _course.Run("check");
        Assert.True(code == ExitCode.Fine, _course.Output.ToString());
        Assert.EndsWith("1 passed, 0 failed", _course.Output.ToString().TrimEnd());
        Assert.Equal(executed, File.ReadAllText(path));

        var folder = Path.Combine(Path.GetDirectoryName(path)!, "checked");
        Assert.Equal(ExitCode.Fine, await _course.Run("check", "--output", folder));
        Assert.Equal(executed, File.ReadAllText(Path.Combine(folder, "07-a.ipynb"))); // as if it had been run, proofs left out
        File.Delete(Path.Combine(folder, "07-a.ipynb"));

        File.WriteAllText(path, executed.Replace("Claim(true, true)", "Claim(true, false)").Replace("== 42", "== 0"));
        Assert.Equal(ExitCode.NotebookFailed, await _course.Run("check", path, "--output", folder));
        Assert.Empty(Directory.GetFiles(folder));
        var output = _course.Output.ToString();
        Assert.Contains("without it the claim holds all the same", output);
        Assert.Contains("exercise 07-1: its check passes the unsolved cell", output);
        Assert.Contains("exercise 07-1: its check fails the solution", output);
        Assert.EndsWith("0 passed, 1 failed", output.TrimEnd());
    }

    [Fact]
    public async Task TheSiteIsReadWhileItsNotebooksRun()
    {
        // Its first cell ends only when this test has read the page with the stored output.
        _course.Write("07-a.ipynb", Text("# A"), Code("while (!System.IO.File.Exists(\"go\")) System.Threading.Thread.Sleep(10);"),
            Code("$\"fresh {6 * 7}\"", outputs: Shows(("text/plain", "\"stored\""))));
        _course.Write("08-b.ipynb", Text("# B"), Code("throw new System.Exception(\"no \" + \"luck\");"));
        using var stop = new CancellationTokenSource();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort()}/") };
        var running = _course.Run(["--port", $"{client.BaseAddress.Port}"], stop.Token);
        try
        {
            Assert.DoesNotContain("fresh 42", await Page("07-a.html", "stored"));
            File.WriteAllText(Path.Combine(_course.Root, "notebooks", "go"), "");
            Assert.DoesNotContain("stored", await Page("07-a.html", "fresh 42"));
            Assert.Contains("no luck", await Page("08-b.html", "no luck"));
            Assert.Contains("07-a.html", await Page("index.html", "Chapters"));
        }
        finally
        {
            await stop.CancelAsync();
        }

        FailsWith(ExitCode.NotebookFailed, await running, "08-b.ipynb: cell 1: System.Exception: no luck");
        Assert.Contains("2 notebooks run meanwhile", _course.Output.ToString());

        async Task<string> Page(string address, string expected)
        {
            string page = "";
            for (var end = DateTime.UtcNow.AddMinutes(1); !page.Contains(expected, StringComparison.Ordinal); await Task.Delay(50))
            {
                Assert.True(DateTime.UtcNow < end && !running.IsCompleted, $"{address} lacks \"{expected}\": {page}");
                try
                {
                    page = await client.GetStringAsync(new Uri(address, UriKind.Relative));
                }
                catch (HttpRequestException)
                {
                    // Not served yet.
                }
            }

            return page;
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
