using System.Text;
using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>One cell while it runs: what it has put out so far, and whether it is to stop.</summary>
internal sealed class CellRun(Session session)
{
    // A cell that prints without end must not take the machine's memory.
    private const int MaxStreamLength = 1_000_000;

    private static readonly AsyncLocal<CellRun?> s_current = new();

    private readonly List<object> _outputs = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The cell that the calling code belongs to, on whichever thread; null outside of cells.</summary>
    public static CellRun? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>Completes when the cell is to stop.</summary>
    public Task Stopped => _stopped.Task;

    /// <summary>The outputs so far, in order.</summary>
    public List<Output> Outputs
    {
        get
        {
            lock (session)
            {
                return [.. _outputs.Select(o => o as Output ?? ((StreamText)o).ToOutput())];
            }
        }
    }

    /// <summary>What the cell awaited when it was stopped, and left waiting.</summary>
    public Task? Abandoned { get; set; }

    /// <summary>Cancelled when the cell is to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public void Stop()
    {
        _stopped.TrySetResult();
        _stopping.Cancel();
    }

    public void ThrowIfStopped()
    {
        if (Stopped.IsCompleted)
        {
            throw new CellStoppedException();
        }
    }

    /// <summary>Adds text to a stream. What a thread of an earlier cell writes goes to the cell that now runs.</summary>
    public void Write(string stream, ReadOnlySpan<char> text)
    {
        ThrowIfStopped();
        lock (session)
        {
            var outputs = Target()._outputs;
            if (outputs.LastOrDefault() is not StreamText last || last.Name != stream)
            {
                outputs.Add(last = new StreamText(stream));
            }

            last.Append(text);
        }
    }

    public DisplayHandle Display(Bundle bundle)
    {
        ThrowIfStopped();
        var output = Output.DisplayData(bundle.Forms);
        Add(output);
        return new DisplayHandle(this, output);
    }

    public void Update(Output output, Bundle bundle)
    {
        ThrowIfStopped();
        lock (session)
        {
            output.Json["data"] = Output.DisplayData(bundle.Forms).Data!.DeepClone();
        }
    }

    public void Add(Output output)
    {
        lock (session)
        {
            Target()._outputs.Add(output);
        }
    }

    /// <summary>Reports an exception that nobody caught on a thread which the cell started.</summary>
    public void Report(Exception exception)
    {
        if (!Stopped.IsCompleted)
        {
            Write("stderr", "Unhandled exception on a thread of the cell:\n" + session.Tracebacks.Error(exception).Text + "\n");
        }
    }

    private CellRun Target() => session.Running ?? this;

    private sealed class StreamText(string name)
    {
        private readonly StringBuilder _text = new();

        public string Name => name;

        public void Append(ReadOnlySpan<char> text)
        {
            if (_text.Length < MaxStreamLength)
            {
                _text.Append(text[..Math.Min(text.Length, MaxStreamLength - _text.Length)]);
                if (_text.Length == MaxStreamLength)
                {
                    _text.Append("\n… cut: the cell wrote more than 1,000,000 characters.\n");
                }
            }
        }

        public Output ToOutput() => Output.Stream(name, _text.ToString());
    }
}
