namespace DeepNotebooks.Jupyter.Engine;

/// <summary>One cell while it runs: where its outputs go, and whether it is to stop.</summary>
internal sealed class CellRun(Session session, CellOutputs outputs)
{
    private static readonly AsyncLocal<CellRun?> s_current = new();

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isUninterruptible;

    /// <summary>The cell that the calling code belongs to, on whichever thread; null outside of cells.</summary>
    public static CellRun? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>Completes when the cell is to stop.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>What the cell awaited when it was stopped, and left waiting.</summary>
    public Task? Abandoned { get; set; }

    /// <summary>Cancelled when the cell is to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Where the outputs go. What a thread of an earlier cell puts out goes to the cell that now runs.</summary>
    public CellOutputs Outputs
    {
        get
        {
            ThrowIfStopped();
            return (session.Running ?? this).OwnOutputs;
        }
    }

    /// <summary>Where this cell's own outputs go, even when it is to stop.</summary>
    public CellOutputs OwnOutputs => outputs;

    public void Stop()
    {
        lock (_stopping)
        {
            _stopped.TrySetResult();
        }

        _stopping.Cancel();
    }

    /// <summary>Does what must not be interrupted; it is to watch <see cref="Stopping"/> instead.</summary>
    /// <exception cref="CellStoppedException">The cell is to stop already.</exception>
    public T Uninterrupted<T>(Func<T> action)
    {
        lock (_stopping)
        {
            ThrowIfStopped();
            _isUninterruptible = true;
        }

        try
        {
            return action();
        }
        finally
        {
            lock (_stopping)
            {
                _isUninterruptible = false;
            }
        }
    }

    /// <summary>Wakes the cell's thread if it waits, or when it next does.</summary>
    public void Interrupt(Thread thread)
    {
        lock (_stopping)
        {
            if (!_isUninterruptible)
            {
                thread.Interrupt();
            }
        }
    }

    public void ThrowIfStopped()
    {
        if (Stopped.IsCompleted)
        {
            throw new CellStoppedException();
        }
    }

    public DisplayHandle Display(Bundle bundle)
    {
        var target = Outputs;
        string id = Guid.NewGuid().ToString("N");
        target.Display(bundle, id);
        return new DisplayHandle(this, target, id);
    }

    public string Read(string prompt, bool isPassword)
    {
        string answer = Outputs.Read(prompt, isPassword, Stopped);
        ThrowIfStopped();
        return answer;
    }

    /// <summary>Reports an exception that nobody caught on a thread which the cell started.</summary>
    public void Report(Exception exception)
    {
        if (!Stopped.IsCompleted)
        {
            Outputs.Write("stderr", "Unhandled exception on a thread of the cell:\n" + session.Tracebacks.Error(exception).Text + "\n");
        }
    }
}
