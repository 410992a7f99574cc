using DeepNotebooks.Jupyter.Documents;
using Markdig;
using Markdig.Syntax;

namespace Course.Checks;

/// <summary>An exercise of a notebook: the reader's cell, the hidden solution and the check, by their places.</summary>
internal sealed record Exercise(string Id, int? Task, string? Solution, int? Check)
{
    /// <summary>The exercises of a notebook, in order.</summary>
    public static IReadOnlyList<Exercise> Of(Notebook notebook)
    {
        var cells = notebook.Cells.Select((cell, at) => (cell, at, role: CellRole.Of(cell))).Where(c => c.role.Exercise is not null);
        return [.. cells.GroupBy(c => c.role.Exercise!).Select(g => new Exercise(g.Key,
            g.Where(c => c.role.Part == "task" && c.cell.Kind == CellKind.Code).Select(c => (int?)c.at).FirstOrDefault(),
            g.Where(c => c.role.Part == "solution").Select(c => Fence(c.cell.Source)).FirstOrDefault(),
            g.Where(c => c.role.Part == "check" && c.cell.Kind == CellKind.Code).Select(c => (int?)c.at).FirstOrDefault()))];
    }

    /// <summary>
    /// The notebook with each solution and, once more, its check behind the check that was there: executed, the first check must not be
    /// passed and the second must. <paramref name="solved"/> gets each added check's place by its exercise.
    /// </summary>
    public static (Notebook Notebook, int[] Origin) Proving(Notebook notebook, Dictionary<string, int> solved)
    {
        var proving = Notebook.Parse(notebook.ToJson());
        List<int> origin = [.. Enumerable.Range(0, notebook.Cells.Count)];
        foreach (var exercise in Of(notebook).Where(e => e is { Check: not null, Solution: not null }))
        {
            int behind = origin.IndexOf(exercise.Check!.Value) + 1;
            proving.Cells.Insert(behind, new Cell(CellKind.Code, exercise.Solution!));
            proving.Cells.Insert(behind + 1, new Cell(CellKind.Code, notebook.Cells[exercise.Check.Value].Source));
            origin.InsertRange(behind, [-1, -1]);
        }

        foreach (var exercise in Of(notebook).Where(e => e is { Check: not null, Solution: not null }))
        {
            solved[exercise.Id] = origin.IndexOf(exercise.Check!.Value) + 2;
        }

        return (proving, [.. origin]);
    }

    /// <summary>An executed proof without the cells that were put in for it: as if the notebook itself had been executed.</summary>
    public static Notebook WithoutProofs(Notebook executed, int[] origin)
    {
        var own = Notebook.Parse(executed.ToJson());
        for (int at = origin.Length - 1; at >= 0; at--)
        {
            if (origin[at] < 0)
            {
                own.Cells.RemoveAt(at);
            }
        }

        int count = 0;
        foreach (var cell in own.Cells.Where(c => c.Kind == CellKind.Code))
        {
            cell.ExecutionCount = ++count;
            foreach (var output in cell.Outputs.Where(o => o.Kind == OutputKind.ExecuteResult))
            {
                output.Json["execution_count"] = count;
            }
        }

        return own;
    }

    /// <summary>The C# of the first fence in a solution's cell.</summary>
    private static string? Fence(string markdown) =>
        Markdown.Parse(markdown).Descendants<FencedCodeBlock>().FirstOrDefault(f => f.Info is "csharp" or "cs" or "c#")?.Lines.ToString();
}
