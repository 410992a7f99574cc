using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// Executes C# cells one after another; what a cell declares, the following ones see. A process may hold several sessions, each with
/// its own variables and assemblies, but only one cell runs at a time: the working directory belongs to the process.
/// </summary>
public sealed class Session : IDisposable
{
    private const int StackSize = 16 << 20;

    private static readonly TimeSpan s_untilInterrupt = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_untilAbandoned = TimeSpan.FromSeconds(2);
    private static readonly SemaphoreSlim s_turn = new(1, 1);

    private readonly Submissions _submissions;

    static Session()
    {
        AppContext.SetData("notebook.display", (Func<object, Action<object>>)(value => CellFunctions.display(value).Update));
        AppContext.SetData("notebook.checkpoint", (Action)Checkpoint.Function);

        // An exception on a thread that a cell started would end the process, and so would stopping such a thread.
        ExceptionHandling.SetUnhandledExceptionHandler(exception =>
        {
            if (CellRun.Current is not { } run)
            {
                return false;
            }

            if (exception is not CellStoppedException and not ThreadInterruptedException)
            {
                run.Report(exception);
            }

            return true;
        });
    }

    /// <summary>A new session.</summary>
    /// <param name="workingDirectory">The folder in which its cells run, and from which relative paths start.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public Session(string workingDirectory)
    {
        WorkingDirectory = Path.GetFullPath(workingDirectory);
        if (!Directory.Exists(WorkingDirectory))
        {
            throw new DirectoryNotFoundException($"Session: the folder {WorkingDirectory} does not exist.");
        }

        _ = WarmUp();
        ConsoleRouter.Install();
        _submissions = new Submissions();
        Tracebacks = new Traceback(_submissions.Compiled);
    }

    /// <summary>The folder in which cells run.</summary>
    public string WorkingDirectory { get; }

    /// <summary>How many cells were executed.</summary>
    public int ExecutionCount { get; private set; }

    /// <summary>
    /// Whether a cell could not be stopped and still runs: it may change variables and files at any time, so nothing that this session
    /// gives can be trusted any longer.
    /// </summary>
    public bool IsBroken { get; private set; }

    internal CellRun? Running { get; private set; }

    internal Traceback Tracebacks { get; }

    /// <summary>
    /// Loads the compiler in the background, so that the first cell need not wait for it. A new session starts this by itself; who
    /// knows earlier that one will be needed can start it earlier.
    /// </summary>
    public static Task WarmUp() => Warmth.Start();

    /// <summary>Executes a cell.</summary>
    /// <param name="source">The cell's text.</param>
    /// <param name="timeLimit">After how long it is stopped; null for never.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidOperationException">The session is broken.</exception>
    public async Task<CellResult> ExecuteAsync(string source, TimeSpan? timeLimit = null, CancellationToken cancellation = default)
    {
        // A cell's time is its own, not the compiler's that loads.
        await WarmUp().WaitAsync(cancellation).ConfigureAwait(false);
        await s_turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsBroken)
            {
                throw new InvalidOperationException("Session: an earlier cell could not be stopped and still runs. Start a new session.");
            }

            return await ExecuteInTurn(source, timeLimit, cancellation).ConfigureAwait(false);
        }
        finally
        {
            s_turn.Release();
        }
    }

    /// <summary>Lets go of the session's variables.</summary>
    public void Dispose() => _submissions.Clear();

    private async Task<CellResult> ExecuteInTurn(string source, TimeSpan? timeLimit, CancellationToken cancellation)
    {
        ExecutionCount++;
        var run = new CellRun(this);
        var work = new CellWork(this, _submissions, run, $"Cell {ExecutionCount}", source);
        var clock = Stopwatch.StartNew();
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => ended.SetResult(work.Run()), StackSize) { IsBackground = true, Name = "notebook cell" };
        Running = run;
        string folder = Environment.CurrentDirectory;
        CellStatus status;
        Exception? error = null;
        try
        {
            Environment.CurrentDirectory = WorkingDirectory;
            thread.Start();
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var limit = Task.Delay(timeLimit ?? Timeout.InfiniteTimeSpan, waiting.Token);
            if (await Task.WhenAny(ended.Task, limit).ConfigureAwait(false) == ended.Task)
            {
                await waiting.CancelAsync().ConfigureAwait(false);
                error = await ended.Task.ConfigureAwait(false);
                status = error is null ? CellStatus.Ok : CellStatus.Error;
            }
            else
            {
                status = cancellation.IsCancellationRequested ? CellStatus.Cancelled : CellStatus.Timeout;
                error = await Stop(run, thread, ended.Task).ConfigureAwait(false);
            }
        }
        finally
        {
            Running = null;
            Environment.CurrentDirectory = folder;
        }

        if (work.IsTimed)
        {
            run.Add(Output.Stream("stdout", $"Wall time: {Duration(clock.Elapsed)}\n"));
        }

        if (status == CellStatus.Error)
        {
            run.Add(Tracebacks.Error(error!));
        }
        else if (status != CellStatus.Ok)
        {
            string what = status == CellStatus.Timeout ? $"stopped after {Duration(timeLimit!.Value)}, its time limit" : "cancelled";
            string still = IsBroken ? ", but does not stop: it still runs" : "";
            run.Add(Tracebacks.Stopped($"Cell {ExecutionCount} was {what}{still}.", status, error));
        }

        return new CellResult(status, ExecutionCount, run.Outputs, clock.Elapsed);
    }

    private async Task<Exception?> Stop(CellRun run, Thread thread, Task<Exception?> ended)
    {
        Checkpoint.Raise();
        run.Stop();
        var clock = Stopwatch.StartNew();
        while (await Task.WhenAny(ended, Task.Delay(s_untilInterrupt)).ConfigureAwait(false) != ended)
        {
            if (clock.Elapsed > s_untilAbandoned)
            {
                IsBroken = true;
                return null;
            }

            thread.Interrupt();
        }

        if (run.Abandoned is null)
        {
            Checkpoint.Lower();
        }
        else
        {
            _ = run.Abandoned.ContinueWith(_ => Checkpoint.Lower(), TaskScheduler.Default);
        }

        return await ended.ConfigureAwait(false);
    }

    private static string Duration(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.#} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s");
}
