using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class SessionTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task LaterCellsSeeWhatEarlierOnesDeclared()
    {
        Assert.Null(await _session.Text("using System.Globalization; int a = 5; int F(int n) => n <= 1 ? 1 : n * F(n - 1); class Foo { public int X = 7; }"));
        Assert.Equal("120", await _session.Text("F(a)"));
        Assert.Equal("7", await _session.Text("new Foo().X"));
        Assert.Equal("True", await _session.Text("CultureInfo.CurrentCulture.Equals(CultureInfo.InvariantCulture)"));
        Assert.Equal("6", await _session.Text("var a = \"newer\"; a.Length + 1"));
        Assert.Equal("newer", await _session.Text("a"));
    }

    [Fact]
    public async Task ACellOfUsingLinesAloneCounts()
    {
        Assert.Null(await _session.Text("using System.Threading;\nusing static System.Math;"));
        Assert.Equal("3", await _session.Text("Max(Interlocked.CompareExchange(ref x, 1, 0), 3)".Insert(0, "int x = 0; ")));
    }

    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("1 + 1;", null, "CS0201")]
    [InlineData("int x = 3;", null)]
    [InlineData("int x = 3; x", "3")]
    [InlineData("Math.Max(1, 2);", null)]
    [InlineData("Console.Out.Flush()", null)]
    [InlineData("null", "null")]
    [InlineData("object o = null; o", "null")]
    [InlineData("await Task.Yield(); 4", "4")]
    [InlineData("await Task.FromResult(8)", "8")]
    [InlineData("return 9;", "9")]
    [InlineData("if (true) { return 9; }", "9")]
    [InlineData("", null)]
    [InlineData("// only a comment", null)]
    [InlineData("field = 1; record P(int A); int field; new P(field)", "P { A = 1 }")]
    [InlineData("new int[] { 1, 2 } is [1, ..] and { Length: 2 }", "True")]
    [InlineData("List<int> l = [1, .. new[] { 2, 3 }]; l.Count", "3")]
    [InlineData("class C { public string S { get => field ?? \"d\"; set; } } new C().S", "d")]
    [InlineData("System.Numerics.BigInteger.Pow(2, 70)", "1180591620717411303424")]
    [InlineData("new System.Net.Http.HttpMethod(\"GET\").Method", "GET")]
    public async Task TheLastExpressionIsShown(string source, string? text, string? error = null)
    {
        var result = await _session.Run(source);
        Assert.Equal(error, result.Outputs.LastOrDefault()?.ErrorName);
        if (error is null)
        {
            Assert.True(result.Status == CellStatus.Ok, result.ErrorText);
            Assert.Equal(text, result.Outputs.SingleOrDefault()?.Text);
            Assert.All(result.Outputs, o => Assert.Equal(OutputKind.ExecuteResult, o.Kind));
        }
    }

    [Fact]
    public async Task ExecutionCountsAreThoseOfJupyter()
    {
        Assert.Equal(1, (await _session.Run("1")).ExecutionCount);
        Assert.Equal(2, (await _session.Run("nonsense")).ExecutionCount);
        var third = await _session.Run("3");
        Assert.Equal((3, 3), (third.ExecutionCount, (int)third.Outputs[0].Json["execution_count"]!));
    }

    [Fact]
    public async Task StreamsAndDisplaysKeepTheirOrder()
    {
        var outputs = await _session.Outputs("""
            Console.Write("a"); Console.WriteLine('b'); Console.Write("{0}\n", 1.5);
            display("shown");
            Console.Error.Write("e1 "); await Console.Error.WriteLineAsync("e2");
            "two".Display();
            Console.WriteLine("c");
            42
            """);
        Assert.Equal(["stdout:ab\n1.5\n", "display_data:shown", "stderr:e1 e2\n", "display_data:two", "stdout:c\n", "execute_result:42"],
            outputs.Select(o => $"{o.StreamName ?? (string?)o.Json["output_type"]}:{o.Text}"));
    }

    [Fact]
    public async Task OutputOfThreadsBelongsToTheCell()
    {
        var outputs = await _session.Outputs("""
            var thread = new System.Threading.Thread(() => Console.WriteLine("thread"));
            thread.Start(); thread.Join();
            await Task.Run(() => display("task"));
            System.Threading.Tasks.Parallel.For(0, 4, i => { Console.Write("x"); });
            """);
        Assert.Equal(["thread\n", "task", "xxxx"], outputs.Select(o => o.Text));
    }

    [Fact]
    public async Task ALateThreadWritesIntoTheCellThatRuns()
    {
        Assert.Empty(await _session.Outputs("""
            var go = new System.Threading.ManualResetEventSlim(); var done = new System.Threading.ManualResetEventSlim();
            new System.Threading.Thread(() => { go.Wait(); Console.Write("late"); done.Set(); }).Start();
            """));
        Assert.Equal("late", await _session.Text("go.Set(); done.Wait();"));
    }

    [Fact]
    public async Task AShownValueIsUpdatedInItsPlaceAlsoFromALaterCell()
    {
        var first = await _session.Outputs("var handle = display(1); Console.Write(\"after\"); handle.Update(2);");
        Assert.Equal(["2", "after"], first.Select(o => o.Text));
        Assert.Empty(await _session.Outputs("handle.Update(HTML(\"<b>3</b>\"));"));
        Assert.Equal("<b>3</b>", first[0].Get("text/html"));
        Assert.Null(await _session.Text("handle.Update(4)"));
        Assert.Equal("4", first[0].Text);
    }

    [Fact]
    public async Task ADisplayAsTheLastExpressionIsShownOnce() => Assert.Equal("1", await _session.Text("display(1)"));

    [Fact]
    public async Task LibrariesReachTheDisplayWithoutKnowingTheHost()
    {
        var outputs = await _session.Outputs("""
            var show = (Func<object, Action<object>>)AppContext.GetData("notebook.display");
            Action<object> update = null;
            await Task.Run(() => update = show("first"));
            update("second");
            """);
        Assert.Equal("second", Assert.Single(outputs).Text);
    }

    [Fact]
    public async Task ACompileErrorChangesNothing()
    {
        await _session.Run("int a = 1;");
        var error = await _session.Error("a = 2;\nvar b = undefined + 1;");
        Assert.Equal(("CS0103", "The name 'undefined' does not exist in the current context"), (error.ErrorName, error.ErrorValue));
        Assert.Equal(
            ["Cell 2, line 2: error CS0103: The name 'undefined' does not exist in the current context", "    var b = undefined + 1;", "            ^~~~~~~~~"],
            error.Traceback);
        Assert.Equal("1", await _session.Text("a"));
        Assert.Equal("CS0103", (await _session.Error("b")).ErrorName);
    }

    [Theory]
    [InlineData("int[] a = [1, 2];\nConsole.WriteLine(a[2]);", "   at Cell 1, line 2: Console.WriteLine(a[2]);")]
    [InlineData("int[] a = [1, 2];\nfor (int i = 0; i < 9; i++)\n{\n    a[i] = i;\n}", "   at Cell 1, line 4: a[i] = i;")]
    [InlineData("int big = int.MaxValue;\nint more = checked(big + 1);", "   at Cell 1, line 2: int more = checked(big + 1);")]
    [InlineData("string text = null;\nint n = text.Length;", "   at Cell 1, line 2: int n = text.Length;")]
    public async Task AnErrorThatTheRuntimeRaisesNamesItsLine(string source, string place) =>
        Assert.Equal(place, (await _session.Error(source)).Traceback[^1]);

    [Fact]
    public async Task CompileErrorsPointAtTheSourceAsTyped()
    {
        var error = await _session.Error("foreach (var i in new[] { 1 }) for (;;) { Func<int, int> f = x => x + 1; i = 2; }");
        Assert.Equal("    foreach (var i in new[] { 1 }) for (;;) { Func<int, int> f = x => x + 1; i = 2; }", error.Traceback[1]);
        Assert.Equal(error.Traceback[1].IndexOf("i = 2", StringComparison.Ordinal), error.Traceback[2].IndexOf('^'));
    }

    [Fact]
    public async Task AnExceptionKeepsWhatWasAssignedBeforeIt()
    {
        await _session.Error("int a = 1, b = 2;\na = 10;\nb = a / (b - 2);\na = 11;");
        Assert.Equal("(10, 2)", await _session.Text("(a, b)"));
    }

    [Fact]
    public async Task ATracebackNamesCellsLinesAndFunctionsOnly()
    {
        await _session.Run("""
            class Divider
            {
                public int By(int n)
                {
                    return 1 / n;
                }
            }

            static async Task<int> Later(int n) { await Task.Yield(); return new Divider().By(n); }
            """);
        var error = await _session.Error("""
            int Wrapped(int n)
            {
                try { return Later(n).GetAwaiter().GetResult(); }
                catch (Exception e) { throw new InvalidOperationException("wrapped", e); }
            }

            new[] { 0 }.Select(x => Wrapped(x)).ToArray()
            """);
        Assert.Equal(("System.InvalidOperationException", "wrapped"), (error.ErrorName, error.ErrorValue));
        string text = error.Text;
        Assert.Contains("at Wrapped in Cell 2, line 4: catch (Exception e)", text, StringComparison.Ordinal);
        Assert.Contains("at lambda in Cell 2, line 7: new[] { 0 }", text, StringComparison.Ordinal);
        Assert.Contains("   at Cell 2, line 7: new[] { 0 }", text, StringComparison.Ordinal);
        Assert.Contains("caused by System.DivideByZeroException: Attempted to divide by zero.", text, StringComparison.Ordinal);
        Assert.Contains("at Divider.By in Cell 1, line 5: return 1 / n;", text, StringComparison.Ordinal);
        Assert.Contains("at Later in Cell 1, line 9:", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("Submission|Initialize|Factory|Roslyn|DeepNotebooks|CodeAnalysis|MethodBuilder|DisplayClass|/tmp", text);
    }

    [Fact]
    public async Task ExceptionsDeclaredInCellsAreNamedAsWritten()
    {
        var error = await _session.Error("class Mine(string m) : Exception(m); throw new Mine(\"text\");");
        Assert.Equal(("Mine", "text"), (error.ErrorName, error.ErrorValue));
    }

    [Fact]
    public async Task AnExceptionOnAThreadIsReportedAndTheSessionGoesOn()
    {
        var output = Assert.Single(await _session.Outputs("""
            var bad = new System.Threading.Thread(() => throw new FormatException("thread"));
            bad.Start(); bad.Join();
            """));
        Assert.Equal("stderr", output.StreamName);
        Assert.Contains("FormatException: thread", output.Text, StringComparison.Ordinal);
        Assert.Equal("1", await _session.Text("1"));
    }

    [Fact]
    public async Task EndlessOutputIsCut()
    {
        string text = (await _session.Text("for (int i = 0; i < 30000; i++) Console.Write(new string('x', 100));"))!;
        Assert.Equal(1_000_000, text.Count(c => c == 'x') - "wrote more than 1,000,000 characters.".Count(c => c == 'x'));
        Assert.EndsWith("characters.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyAnswersConsoleInput()
    {
        Assert.Contains("nobody is there to answer", (await _session.Error("Console.ReadLine()")).ErrorValue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CellsRunInTheFolderOfTheSession()
    {
        string before = Environment.CurrentDirectory;
        File.WriteAllText(_session.Folder["here.txt"], "found");
        Assert.Equal("found", await _session.Text("System.IO.File.ReadAllText(\"here.txt\")"));
        Assert.Equal(before, Environment.CurrentDirectory);
        Assert.Throws<DirectoryNotFoundException>(() => new Session(_session.Folder["missing"]));
    }

    [Fact]
    public async Task TypesStayTheSameWhenRarerPartsOfTheFrameworkComeIn()
    {
        await _session.Run("var ordered = new[] { 2, 1 }.OrderBy(x => x); var shown = display(1); var list = new List<int> { 1 };");
        Assert.Equal("GET", await _session.Text("var get = new System.Net.Http.HttpMethod(\"GET\"); get.Method"));
        Assert.Equal("[1, 2]", await _session.Text("IOrderedEnumerable<int> same = ordered; shown.Update(2); List<int> l = list; same.ThenBy(x => x)"));
        Assert.Equal("x", await _session.Text("HTML(\"x\")"));
        Assert.Equal("y", await _session.Text("display(\"y\");"));
    }

    [Fact]
    public async Task SessionsHaveVariablesOfTheirOwn()
    {
        using var other = new TestSession();
        await _session.Run("int a = 1;");
        Assert.Equal("CS0103", (await other.Error("a")).ErrorName);
    }
}
