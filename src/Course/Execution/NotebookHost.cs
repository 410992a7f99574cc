using System.Text;
using System.Text.Json;
using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Engine;
using DeepNotebooks.Jupyter.Runner;

namespace Course.Execution;

/// <summary>The other side of <see cref="NotebookProcess"/>: takes one order, executes it, reports, ends.</summary>
internal static class NotebookHost
{
    public static async Task<int> Run()
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        Console.SetIn(TextReader.Null);
        Console.SetOut(TextWriter.Null);
        _ = Session.WarmUp();
        if (await input.ReadLineAsync() is not { } line)
        {
            return ExitCode.Interrupted;
        }

        EndWith(input);
        var order = JsonSerializer.Deserialize<Order>(line)!;
        var notebook = Notebook.Parse(order.Notebook, order.Name);
        var places = notebook.Cells.Select((cell, at) => (cell, at)).Where(c => c.cell.Kind == CellKind.Code).Select(c => c.at).ToArray();
        var runner = new NotebookRunner
        {
            TimeLimit = TimeSpan.FromSeconds(order.CellSeconds),
            StopOnError = !order.KeepGoing,
            Progress = p => Send(p.Outcome is { } outcome
                ? new Report(Finished: outcome.CellIndex, Problem: Problem(outcome, order.CellSeconds))
                : new Report(Started: places[p.Number - 1])),
        };
        await Session.WarmUp();
        await runner.RunAsync(notebook, order.Folder);
        Send(new Report(Notebook: notebook.ToJson()));

        // A cell's own threads may still run; nothing of theirs is wanted any more.
        Environment.Exit(ExitCode.Fine);
        return ExitCode.Fine;

        void Send(Report report)
        {
            lock (output)
            {
                output.WriteLine(NotebookProcess.Separator + JsonSerializer.Serialize(report));
            }
        }
    }

    private static string? Problem(CellOutcome outcome, double limit) => outcome.Status switch
    {
        CellOutcomeStatus.Error => outcome.ErrorText ?? "failed",
        CellOutcomeStatus.Timeout => $"was stopped: it ran longer than {limit:0.#} s",
        _ => null,
    };

    /// <summary>Ends this process when the one that started it is gone.</summary>
    private static void EndWith(StreamReader input) => new Thread(() =>
    {
        input.ReadToEnd();
        Environment.Exit(ExitCode.Interrupted);
    })
    { IsBackground = true }.Start();
}
