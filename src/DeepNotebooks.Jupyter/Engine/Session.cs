using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// Executes C# cells one after another; what a cell declares, the following ones see. A process may hold several sessions, each with
/// its own variables and assemblies, but only one cell runs at a time: the working directory belongs to the process.
/// </summary>
public sealed class Session : IDisposable
{
    private static readonly SemaphoreSlim s_turn = new(1, 1);

    private readonly Submissions _submissions;
    private readonly Lock _interruption = new();
    private RunningCell? _executing;
    private bool _isExecuting;
    private bool _isInterrupted;

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
        Packages = new Packages(WorkingDirectory);
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

    /// <summary>Whether <see cref="Execute"/> is executing a cell.</summary>
    internal bool IsExecuting => Volatile.Read(ref _isExecuting);

    internal Traceback Tracebacks { get; }

    internal Packages Packages { get; }

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
        var outputs = new RecordedOutputs();
        using var cell = Begin(source, $"Cell {ExecutionCount}", outputs);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var limit = Task.Delay(timeLimit ?? Timeout.InfiniteTimeSpan, waiting.Token);
        var status = CellStatus.Ok;
        string end = "";
        if (await Task.WhenAny(cell.Thread.Ended, limit).ConfigureAwait(false) != cell.Thread.Ended)
        {
            status = cancellation.IsCancellationRequested ? CellStatus.Cancelled : CellStatus.Timeout;
            IsBroken = !await Task.Factory.StartNew(
                cell.Thread.Stop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            string what = status == CellStatus.Timeout ? $"stopped after {Duration(timeLimit!.Value)}, its time limit" : "cancelled";
            end = $"was {what}{(IsBroken ? ", but does not stop: it still runs" : "")}";
        }

        await waiting.CancelAsync().ConfigureAwait(false);
        status = Finish(cell, status, end);
        return new CellResult(status, ExecutionCount, outputs.Outputs, cell.Clock.Elapsed);
    }

    /// <summary>Executes a cell while its caller waits, without the thread pool: a kernel's way.</summary>
    /// <param name="source">The cell's text.</param>
    /// <param name="outputs">Where its outputs go.</param>
    /// <param name="name">What errors call the cell when it is not counted; null counts it.</param>
    internal CellStatus Execute(string source, CellOutputs outputs, string? name = null)
    {
        lock (_interruption)
        {
            (_isExecuting, _isInterrupted) = (true, false);
        }

        WarmUp().Wait();
        if (name is null)
        {
            name = $"Cell {++ExecutionCount}";
        }

        using var cell = Begin(source, name, outputs);
        lock (_interruption)
        {
            _executing = cell;
            if (_isInterrupted)
            {
                StartStop(cell);
            }
        }

        cell.Thread.Ended.Wait();
        bool isInterrupted;
        lock (_interruption)
        {
            _executing = null;
            (isInterrupted, _isExecuting) = (_isInterrupted, false);
        }

        return Finish(cell, isInterrupted ? CellStatus.Interrupted : CellStatus.Ok, "was interrupted");
    }

    /// <summary>Stops the cell that <see cref="Execute"/> is executing; without one does nothing.</summary>
    internal void Interrupt()
    {
        lock (_interruption)
        {
            _isInterrupted = _isExecuting;
            if (_executing is { } cell)
            {
                StartStop(cell);
            }
        }
    }

    /// <summary>What could stand at a place of a cell's text.</summary>
    internal Completion Complete(string text, int position)
    {
        WarmUp().Wait();
        return DirectiveCompletion.At(text, position, WorkingDirectory) ?? Completion.At(_submissions, text, position);
    }

    /// <summary>What stands at a place of a cell's text; null if nothing is known about it.</summary>
    internal Inspection? Inspect(string text, int position, bool isDetailed)
    {
        WarmUp().Wait();
        return Inspection.At(_submissions, text, position, isDetailed);
    }

    private static void StartStop(RunningCell cell) => new Thread(() =>
    {
        if (!cell.Thread.Stop())
        {
            cell.Run.OwnOutputs.Write(
                "stderr", $"{cell.Name} does not stop: it is in code that cannot be interrupted. Restart the kernel to end it.\n");
        }
    })
    { IsBackground = true, Name = "interrupt" }.Start();

    // The working directory belongs to the process.
    private RunningCell Begin(string source, string name, CellOutputs outputs)
    {
        string folder = Environment.CurrentDirectory;
        Environment.CurrentDirectory = WorkingDirectory;
        var run = new CellRun(this, outputs);
        var work = new CellWork(this, _submissions, run, name, source);
        Running = run;
        return new RunningCell(this, name, run, work, new CellThread(run, work), folder, Stopwatch.StartNew());
    }

    private CellStatus Finish(RunningCell cell, CellStatus status, string end)
    {
        cell.Dispose();
        var outputs = cell.Run.OwnOutputs;
        if (cell.Work.IsTimed)
        {
            outputs.Write("stdout", $"Wall time: {Duration(cell.Clock.Elapsed)}\n");
        }

        var error = cell.Thread.Ended.IsCompleted ? cell.Thread.Ended.Result : null;
        if (status != CellStatus.Ok)
        {
            outputs.Error(Tracebacks.Stopped(status.ToString(), $"{cell.Name} {end}.", error));
        }
        else if (error is not null)
        {
            outputs.Error(Tracebacks.Error(error));
            status = CellStatus.Error;
        }

        return status;
    }

    private sealed record RunningCell(
        Session Session, string Name, CellRun Run, CellWork Work, CellThread Thread, string FormerFolder, Stopwatch Clock) : IDisposable
    {
        public void Dispose()
        {
            if (Session.Running == Run)
            {
                Session.Running = null;
                Environment.CurrentDirectory = FormerFolder;
            }
        }
    }

    private static string Duration(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.#} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s");
}
