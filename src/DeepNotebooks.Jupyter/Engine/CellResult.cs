using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>How a cell ended.</summary>
public enum CellStatus
{
    /// <summary>It ran to its end.</summary>
    Ok,

    /// <summary>It does not compile, or an exception ended it.</summary>
    Error,

    /// <summary>Its time was over, so it was stopped.</summary>
    Timeout,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>The reader interrupted it.</summary>
    Interrupted,
}

/// <summary>What executing a cell gave.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="ExecutionCount">As which of the session's cells it was executed, from 1.</param>
/// <param name="Outputs">What it put out, in order; if it did not end well, the last one is the error.</param>
/// <param name="Elapsed">How long it ran, compilation included.</param>
public sealed record CellResult(CellStatus Status, int ExecutionCount, IReadOnlyList<Output> Outputs, TimeSpan Elapsed)
{
    /// <summary>The traceback of a cell that did not end well; otherwise null.</summary>
    public string? ErrorText => Outputs.LastOrDefault(o => o.Kind == OutputKind.Error)?.Text;
}
