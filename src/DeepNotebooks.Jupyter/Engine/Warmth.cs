using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>The compiler, loaded once in a process: most of an engine's cold start is the compiler being compiled itself.</summary>
internal static class Warmth
{
    private const string Typical = """
        using System.Threading;
        record Point(int X, double Y);
        static async Task<int> Later(int n) { await Task.Yield(); return n; }
        var points = Enumerable.Range(0, 3).Select(i => new Point(i, i * 0.5)).Where(p => p.Y >= 0).ToList();
        foreach (var (x, y) in points) { $"{x}: {y:0.0}".ToString(); }
        for (int i = 0; i < 2; i++) { if (i is > 0 and < 5) await Later(i); }
        display(points);
        points
        """;

    // The runtime optimizes what was called thirty times, and begins to count when it has met no new code for a tenth of a second:
    // by then some is counted that the round before brought to light.
    private const int CallsUntilOptimized = 32;
    private const int Rounds = 3;

    // A client that runs a cell at once is not to compete with this.
    private static readonly TimeSpan s_untilUsed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_untilCounted = TimeSpan.FromMilliseconds(200);
    private static readonly Lazy<Task> s_started = new(Begin);

    /// <summary>Completes when a trivial cell is quick; more than that is then still being loaded.</summary>
    public static Task Start() => s_started.Value;

    private static Task Begin()
    {
        // Two threads, since a cell's way through the compiler has two halves: what binds, and what emits.
        var ready = Task.WhenAll(Task.Run(() => new Submissions().Add("1 + 1", "warm-up", default)), Task.Run(Emit));
        ready.ContinueWith(_ => new Submissions().Add(Typical, "warm-up", default), TaskScheduler.Default);
        return ready;
    }

    /// <summary>
    /// Has the compiler compile small cells until the runtime has optimized what they all go through, on a thread of its own: who types
    /// the first cells need not wait for that.
    /// </summary>
    /// <param name="isBusy">Whether a real cell is executed, which goes first.</param>
    public static void Practise(Func<bool> isBusy) => new Thread(() =>
    {
        Thread.Sleep(s_untilUsed);
        var cells = new Submissions();
        for (int round = 0; round < Rounds; round++)
        {
            Thread.Sleep(s_untilCounted);
            for (int i = 0; i < CallsUntilOptimized; i++)
            {
                while (isBusy())
                {
                    Thread.Sleep(s_untilCounted);
                }

                cells.Add("1 + 1", "warm-up", default);
            }
        }
    })
    { IsBackground = true, Name = "practice" }.Start();

    private static void Emit()
    {
        var compilation = CSharpCompilation.Create(
            "warm-up",
            [CSharpSyntaxTree.ParseText("public class C { object o = 1; public object M() { return o; } }", encoding: Encoding.UTF8)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Debug, concurrentBuild: false));
        compilation.Emit(new MemoryStream(), new MemoryStream(), options: Submissions.EmitOptions);
    }
}
