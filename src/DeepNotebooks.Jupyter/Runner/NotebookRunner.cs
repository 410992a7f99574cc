using System.Diagnostics;
using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Runner;

/// <summary>How a notebook's cell fared.</summary>
public enum CellOutcomeStatus
{
    /// <summary>It ran to its end, or failed as its tag <c>raises-exception</c> announces.</summary>
    Ok,

    /// <summary>It does not compile, or an exception ended it.</summary>
    Error,

    /// <summary>Its time was over, so it was stopped.</summary>
    Timeout,

    /// <summary>It was not run: an earlier cell failed, it is tagged <c>skip-execution</c>, or it is empty.</summary>
    Skipped,
}

/// <summary>What running one code cell gave.</summary>
/// <param name="CellIndex">The cell's place in <see cref="Notebook.Cells"/>, from 0.</param>
/// <param name="Status">How it fared.</param>
/// <param name="Elapsed">How long it ran.</param>
/// <param name="ErrorText">The traceback, if it failed.</param>
public sealed record CellOutcome(int CellIndex, CellOutcomeStatus Status, TimeSpan Elapsed, string? ErrorText);

/// <summary>How far a run has come; reported before each cell (without an outcome) and after it.</summary>
/// <param name="Number">Which of the code cells, from 1.</param>
/// <param name="Count">How many code cells there are.</param>
/// <param name="FirstLine">The cell's first line that is not empty.</param>
/// <param name="Outcome">What it gave; null while it runs.</param>
public sealed record CellProgress(int Number, int Count, string FirstLine, CellOutcome? Outcome);

/// <summary>What running a notebook gave.</summary>
/// <param name="Cells">Its code cells, in order.</param>
/// <param name="Elapsed">How long all of it took.</param>
public sealed record RunResult(IReadOnlyList<CellOutcome> Cells, TimeSpan Elapsed)
{
    /// <summary>Whether no cell failed.</summary>
    public bool Succeeded => Cells.All(c => c.Status is not (CellOutcomeStatus.Error or CellOutcomeStatus.Timeout));
}

/// <summary>Executes the code cells of notebooks in order, and puts their outputs and execution counts into them.</summary>
public sealed class NotebookRunner
{
    /// <summary>How long a cell may run before it is stopped.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the cells after a failed one are left out. A cell that could not be stopped always ends the run.</summary>
    public bool StopOnError { get; init; }

    /// <summary>Told before and after each cell.</summary>
    public Action<CellProgress>? Progress { get; init; }

    /// <summary>Executes all code cells in a session of their own.</summary>
    /// <param name="notebook">The notebook; its outputs are replaced.</param>
    /// <param name="folder">The folder in which it lies, where its cells run.</param>
    /// <param name="cancellation">Ends the run; the notebook is then half executed.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public async Task<RunResult> RunAsync(Notebook notebook, string folder, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        using var session = new Session(folder);
        var cells = notebook.Cells.Select((cell, index) => (cell, index)).Where(c => c.cell.Kind == CellKind.Code).ToList();
        foreach (var (cell, _) in cells)
        {
            cell.Outputs.Clear();
            cell.ExecutionCount = null;
        }

        var outcomes = new List<CellOutcome>();
        bool ended = false;
        foreach (var (cell, index) in cells)
        {
            string firstLine = cell.Source.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0, "");
            if (ended || firstLine.Length == 0 || HasTag(cell, "skip-execution"))
            {
                outcomes.Add(new CellOutcome(index, CellOutcomeStatus.Skipped, TimeSpan.Zero, null));
                continue;
            }

            int number = outcomes.Count + 1;
            Progress?.Invoke(new CellProgress(number, cells.Count, firstLine, null));
            var outcome = await Run(session, cell, index, cancellation).ConfigureAwait(false);
            outcomes.Add(outcome);
            Progress?.Invoke(new CellProgress(number, cells.Count, firstLine, outcome));
            ended = session.IsBroken || (StopOnError && outcome.Status != CellOutcomeStatus.Ok);
        }

        // Only now: a later cell may have shown a value of an earlier one anew.
        foreach (var output in cells.SelectMany(c => c.cell.Outputs))
        {
            SavedForm.Apply(output, session.WorkingDirectory);
        }

        return new RunResult(outcomes, clock.Elapsed);
    }

    private async Task<CellOutcome> Run(Session session, Cell cell, int index, CancellationToken cancellation)
    {
        var result = await session.ExecuteAsync(cell.Source, TimeLimit, cancellation).ConfigureAwait(false);
        cell.ExecutionCount = result.ExecutionCount;
        foreach (var output in result.Outputs)
        {
            cell.Outputs.Add(output);
        }

        cancellation.ThrowIfCancellationRequested();
        var status = result.Status switch
        {
            CellStatus.Ok => CellOutcomeStatus.Ok,
            CellStatus.Error when HasTag(cell, "raises-exception") => CellOutcomeStatus.Ok,
            CellStatus.Error => CellOutcomeStatus.Error,
            _ => CellOutcomeStatus.Timeout,
        };
        return new CellOutcome(index, status, result.Elapsed, result.ErrorText);
    }

    private static bool HasTag(Cell cell, string tag) =>
        cell.Metadata["tags"] is JsonArray tags && tags.Any(t => t is JsonValue v && v.TryGetValue(out string? s) && s == tag);
}
