using DeepNotebooks.Jupyter.Documents;

namespace Course.Execution;

/// <summary>Executes notebooks one after another and tells how far it is.</summary>
internal sealed class Executor(ProgressLine progress, TimeSpan cellLimit, bool keepGoing, CancellationToken cancel)
{
    public async Task<Outcome> Run(Notebook notebook, string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        int count = notebook.Cells.Count(c => c.Kind == CellKind.Code);
        progress.Now($"{name}: starting");
        try
        {
            var execution = await NotebookProcess.Run(notebook, path, cellLimit, keepGoing,
                at => progress.Now($"{name}: cell {Ordinal(notebook, at)} of {count}"), cancel);
            progress.Done($"{name}: {count} cells in {execution.Elapsed.TotalSeconds:0.0} s"
                + (execution.Failures.Count == 0 ? "" : $", {execution.Failures.Count} failed"));
            return execution;
        }
        finally
        {
            progress.Clear();
        }
    }

    /// <summary>A cell as readers see it numbered: by its place among the code cells, from 1, as a fresh run counts them.</summary>
    public static int Ordinal(Notebook notebook, int cell) => notebook.Cells.Take(cell + 1).Count(c => c.Kind == CellKind.Code);
}
