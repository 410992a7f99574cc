using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class StopTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) a++;")]
    [InlineData("while (true);")]
    [InlineData("for (;;);")]
    [InlineData("for (;;) { try { System.Threading.Thread.Sleep(5); } catch { } }")]
    [InlineData("again: a++; goto again;")]
    [InlineData("again: goto again;")]
    [InlineData("do a--; while (true);")]
    [InlineData("switch (1) { case 1: goto case 2; case 2: goto case 1; }")]
    [InlineData("IEnumerable<int> Forever() { while (true) yield return 1; }\nforeach (var i in Forever()) { }")]
    [InlineData("IEnumerable<int> Forever() { again: yield return 1; goto again; }\nForever().Last()")]
    [InlineData("foreach (var (x, y) in Enumerable.Repeat((1, 2), int.MaxValue)) foreach (var i in Enumerable.Repeat(1, int.MaxValue)) { }")]
    [InlineData("Enumerable.Repeat(1L, int.MaxValue).Select(x => x + 1).SelectMany(x => Enumerable.Range(0, int.MaxValue)).Count(x => x > 1)")]
    [InlineData("Action spin = () => { while (true) { } }; spin();")]
    [InlineData("Action spin = delegate { while (true) { } }; spin();")]
    [InlineData("class Spinner { public int P { get { while (true) { } } } public static Spinner operator +(Spinner a, Spinner b) { for (;;); } } new Spinner() + new Spinner()")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("await Task.Yield(); while (true) { }")]
    [InlineData("await Task.Run(() => { while (true) { } });")]
    [InlineData("Task.Run(() => { while (true) { } }).Wait();")]
    [InlineData("await new TaskCompletionSource().Task;")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    [InlineData("try { System.Threading.Thread.Sleep(-1); } catch { } System.Threading.Thread.Sleep(-1);")]
    [InlineData("new System.Threading.ManualResetEvent(false).WaitOne();")]
    [InlineData("new System.Threading.ManualResetEventSlim().Wait();")]
    [InlineData("var t = new System.Threading.Thread(() => { while (true) { } }); t.Start(); t.Join();")]
    [InlineData("new List<int> { 1 }.ForEach(x => { while (true) Console.Write(\"\"); });")]
    [InlineData("#!time\nwhile (true) { }")]
    public async Task WhatNeverEndsIsStoppedAndTheSessionGoesOn(string source)
    {
        await _session.Run("int a = 1; var kept = \"kept\";");
        var result = await _session.Session.ExecuteAsync(source, TimeSpan.FromMilliseconds(200));
        Assert.Equal(CellStatus.Timeout, result.Status);
        Assert.Equal("Cell 2 was stopped after 200 ms, its time limit.", result.Outputs[^1].ErrorValue);
        Assert.False(_session.Session.IsBroken);
        Assert.Equal("kept", await _session.Text("kept"));
        Assert.Equal("3", await _session.Text("int sum = 0; foreach (var i in new[] { 1, 2 }) sum += i; sum"));
    }

    [Theory]
    [InlineData("Func<int, int> f = null; f = n => f(n + 1); f(0)")]
    [InlineData("Func<int, int> f = null; f = n => 1 + f(n + 1); f(0)")]
    [InlineData("Func<int, int> f = null; f = n => f.Invoke(n + 1); f(0)")]
    [InlineData("int F(int n) => F(n + 1) + 1; F(0)")]
    [InlineData("void F() => F(); F();")]
    [InlineData("int F(int n) { return F(n + 1) + 1; } F(0)")]
    [InlineData("class C { public int P => P + 1; } new C().P")]
    [InlineData("class C { public C() { new C(); } } new C()")]
    [InlineData("class C { public override string ToString() => $\"{this}\"; } new C().ToString()")]
    public async Task ARecursionWithoutEndIsAnErrorNotTheEndOfTheProcess(string source)
    {
        var error = await _session.Error(source);
        Assert.Equal("System.InsufficientExecutionStackException", error.ErrorName);
        Assert.Contains("more frames", error.Text, StringComparison.Ordinal);
        Assert.Equal("1", await _session.Text("1"));
    }

    [Fact]
    public async Task ACancelledCellKeepsItsOutputsAndSaysWhereItWas()
    {
        using var cancel = new CancellationTokenSource();
        AppContext.SetData("test.cancel", (Action)(() => Task.Run(cancel.Cancel)));
        var result = await _session.Session.ExecuteAsync("""
            Console.Write("before");
            display(1);
            ((Action)AppContext.GetData("test.cancel"))();
            while (true) { }
            """, null, cancel.Token);
        Assert.Equal((CellStatus.Cancelled, "Cell 1 was cancelled."), (result.Status, result.Outputs[^1].ErrorValue));
        Assert.Equal(["before", "1"], result.Outputs.SkipLast(1).Select(o => o.Text));
        Assert.Contains("   at Cell 1, line 4: while (true) { }", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal("1", await _session.Text("1"));
    }

    [Fact]
    public async Task LibrariesAreStoppedAtTheirCheckpoints()
    {
        var check = typeof(AppContext).FullName;
        var result = await _session.Session.ExecuteAsync($$"""
            var check = (Action){{check}}.GetData("notebook.checkpoint");
            Enumerable.Range(0, int.MaxValue).All(new Func<int, bool>(new Caller { Check = check }.Call));
            class Caller { public Action Check; public bool Call(int i) { Check(); return true; } }
            """, TimeSpan.FromMilliseconds(200));
        Assert.Equal(CellStatus.Timeout, result.Status);
        Assert.False(_session.Session.IsBroken);
    }

    [Fact]
    public async Task WhatCannotBeStoppedBreaksTheSession()
    {
        // A loop within compiled code, which has no checkpoints and waits for nothing; released at the end of the test.
        using var stop = new CancellationTokenSource();
        AppContext.SetData("test.spin", (Action)(() => { while (!stop.IsCancellationRequested) { } }));
        var result = await _session.Session.ExecuteAsync("((Action)AppContext.GetData(\"test.spin\"))();", TimeSpan.FromMilliseconds(100));
        Assert.Equal(CellStatus.Timeout, result.Status);
        Assert.Contains("does not stop: it still runs", result.Outputs[^1].ErrorValue, StringComparison.Ordinal);
        Assert.True(_session.Session.IsBroken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _session.Run("1"));

        using var other = new TestSession();
        Assert.Equal("1", await other.Text("1"));
        await stop.CancelAsync();
    }

    [Fact]
    public async Task LambdasThatBecomeExpressionTreesStayWhatTheyAre()
    {
        Assert.Equal("x => (x + 1)", await _session.Text("System.Linq.Expressions.Expression<Func<int, int>> e = x => x + 1; e"));
        Assert.Equal("6", await _session.Text("new[] { 1, 2, 3 }.AsQueryable().Select(x => x * 1).Sum()"));
    }

    [Theory]
    [InlineData("Action<int> log = x => Print(x); void Print(int x) => Console.Write(x); log(5);", "5")]
    [InlineData("async Task A() => await Task.Yield(); Func<Task> f = async () => await A(); await f(); Console.Write(\"done\");", "done")]
    [InlineData("async Task<int> A() => await Task.FromResult(3); Console.Write(await A());", "3")]
    [InlineData("int x = 1; ref int R() => ref x; R() = 5; Console.Write(x);", "5")]
    [InlineData("int T() => throw new Exception(\"t\"); try { T(); } catch (Exception e) { Console.Write(e.Message); }", "t")]
    [InlineData("class C { int n; public int N { get => n; set => n = value; } public int this[int i] => i * 2; } var c = new C { N = 4 }; Console.Write(c.N + c[3]);", "10")]
    [InlineData("for (int i = 0; i < 3; i++) if (i == 1) Console.Write(i); else if (i > 1) while (i < 5) i++;", "1")]
    [InlineData("Console.Write($\"{new[] { 1, 2 }.Select(x => x + 1).Sum():0.0}\");", "5.0")]
    [InlineData("Func<int, Func<int, int>> add = a => b => a + b; Console.Write(add(1)(2));", "3")]
    [InlineData("int n = 0; retry: if (n < 3) { n++; goto retry; } Console.Write(n);", "3")]
    public async Task CheckpointsDoNotChangeWhatCodeMeans(string source, string text) => Assert.Equal(text, await _session.Text(source));
}
