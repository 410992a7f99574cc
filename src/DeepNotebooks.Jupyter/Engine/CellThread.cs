using System.Diagnostics;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>A cell on a thread of its own: started, waited for, stopped.</summary>
internal sealed class CellThread
{
    private const int StackSize = 16 << 20;

    private static readonly TimeSpan s_untilInterrupt = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_untilAbandoned = TimeSpan.FromSeconds(2);

    private readonly CellRun _run;
    private readonly Thread _thread;
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStopping;

    public CellThread(CellRun run, CellWork work)
    {
        _run = run;
        _thread = new Thread(() => _ended.SetResult(work.Run()), StackSize) { IsBackground = true, Name = "notebook cell" };
        _thread.Start();
    }

    /// <summary>Completes with what ended the cell, or null.</summary>
    public Task<Exception?> Ended => _ended.Task;

    /// <summary>
    /// Asks the cell to stop and waits until it does: at its next checkpoint, or when an interrupt ends what it waits for. Blocks, and
    /// needs nothing of the thread pool, which the cell may have used up.
    /// </summary>
    /// <returns>Whether it stopped.</returns>
    public bool Stop()
    {
        bool isFirst;
        lock (_ended)
        {
            (isFirst, _isStopping) = (!_isStopping, true);
        }

        if (isFirst)
        {
            Checkpoint.Raise();
            _run.Stop();
            Ended.ContinueWith(_ => Lower(), TaskScheduler.Default);
        }

        var clock = Stopwatch.StartNew();
        while (!Ended.Wait(s_untilInterrupt))
        {
            if (clock.Elapsed > s_untilAbandoned)
            {
                return false;
            }

            _run.Interrupt(_thread);
        }

        return true;
    }

    // What was left waiting may wake up and run on; it is to meet a raised checkpoint then.
    private void Lower() => (_run.Abandoned ?? Task.CompletedTask).ContinueWith(_ => Checkpoint.Lower(), TaskScheduler.Default);
}
