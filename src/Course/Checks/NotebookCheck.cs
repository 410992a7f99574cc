using System.Text.Json.Nodes;
using Course.Execution;
using DeepNotebooks.Jupyter.Documents;

namespace Course.Checks;

/// <summary>What a notebook holds, counted.</summary>
internal sealed record Counts(int Cells, int Claims, int Controls, int Charts, int Exercises);

/// <summary>Everything that must be true of an executed notebook.</summary>
internal sealed class NotebookCheck
{
    private readonly Notebook _stored;
    private readonly Notebook? _fresh;
    private readonly int[] _origin;
    private readonly HashSet<int> _failed;
    private readonly List<Problem> _problems = [];

    private NotebookCheck(Notebook stored, Outcome outcome, int[] origin)
    {
        (_stored, _fresh, _origin) = (stored, outcome.Notebook, origin);
        _failed = [.. outcome.Failures.Select(f => f.Cell)];
    }

    /// <summary>The problems of a notebook and what it holds.</summary>
    /// <param name="stored">The notebook as it is in its file.</param>
    /// <param name="outcome">What executing it with its solutions gave.</param>
    /// <param name="origin">Of each executed cell its place in <paramref name="stored"/>; -1 for the added ones.</param>
    /// <param name="solved">The executed cell that checks each exercise's solution.</param>
    /// <param name="chapter">What the curriculum demands.</param>
    public static (IReadOnlyList<Problem> Problems, Counts Counts) Of(
        Notebook stored, Outcome outcome, int[] origin, IReadOnlyDictionary<string, int> solved, Chapter? chapter)
    {
        var check = new NotebookCheck(stored, outcome, origin);
        check.Failures(outcome);
        check.Concepts(chapter);
        var counts = new Counts(stored.Cells.Count(c => c.Kind == CellKind.Code), 0, 0, 0, Exercise.Of(stored).Count);
        if (check._fresh is not null)
        {
            counts = check.Outputs(counts);
            check.StoredKinds();
            check.Sections();
            check.Exercises(solved);
        }

        return (check._problems, counts);
    }

    private void Failures(Outcome outcome)
    {
        foreach (var (cell, reason) in outcome.Failures)
        {
            Add(PlaceOf(cell), reason);
        }
    }

    private Counts Outputs(Counts counts)
    {
        int claims = 0, controls = 0, charts = 0;
        foreach (var (place, output) in Fresh().SelectMany(c => c.Cell.Outputs.Select(o => (Place(c.Stored), o))))
        {
            if (output.Data?[Mime.Claim] is JsonObject claim)
            {
                claims++;
                var statement = (string?)claim["statement"] ?? "a claim without a statement";
                if ((bool?)claim["holds"] != true)
                {
                    Add(place, $"the claim does not hold: {statement} (measured {(string?)claim["measured"]})");
                }

                foreach (var control in claim["controls"]?.AsArray().OfType<JsonObject>() ?? [])
                {
                    controls++;
                    if ((bool?)control["breaks"] != true)
                    {
                        Add(place, $"without {(string?)control["without"]} the claim holds all the same: {statement} "
                            + $"(measured {(string?)control["measured"]})");
                    }
                }
            }

            if (output.Data?.ContainsKey(Mime.Plotly) == true || output.Data?.ContainsKey(Mime.Svg) == true)
            {
                charts++;
                if (output.Data.ContainsKey(Mime.Svg) != true)
                {
                    Add(place, "a chart has no picture: its output lacks image/svg+xml");
                }
            }
        }

        return counts with { Claims = claims, Controls = controls, Charts = charts };
    }

    /// <summary>The stored outputs must be of the kinds that the fresh ones are.</summary>
    private void StoredKinds()
    {
        if (_stored.Cells.All(c => c.Outputs.Count == 0) && Fresh().Any(c => c.Cell.Outputs.Count > 0))
        {
            Add(null, "no outputs are stored: execute it with `run` first");
            return;
        }

        foreach (var (cell, at) in Fresh().Where(c => !Failed(c.Stored)))
        {
            var (stored, fresh) = (Kinds(_stored.Cells[at]), Kinds(cell));
            if (!stored.SequenceEqual(fresh))
            {
                Add(Place(at), $"the stored outputs differ in kind from the fresh ones: stored {Listed(stored)}; fresh {Listed(fresh)}. "
                    + "Execute it with `run` again");
            }
        }
    }

    private static string Listed(IReadOnlyList<string> kinds) => kinds.Count == 0 ? "none" : string.Join(", ", kinds);

    /// <summary>Kind and MIME types of each output; text that came in pieces is one; HTML beside a picture is not stored.</summary>
    private static List<string> Kinds(Cell cell)
    {
        var kinds = new List<string>();
        foreach (var output in cell.Outputs)
        {
            var mimes = output.MimeTypes.Where(m => m != Mime.Html || !output.MimeTypes.Contains(Mime.Svg)).Order(StringComparer.Ordinal);
            var kind = output.Kind switch
            {
                OutputKind.Stream => output.StreamName ?? "stream",
                OutputKind.Error => "error",
                _ => $"{(output.Kind == OutputKind.ExecuteResult ? "result" : "display")} ({string.Join(" + ", mimes)})",
            };
            if (output.Kind != OutputKind.Stream || kinds.LastOrDefault() != kind)
            {
                kinds.Add(kind);
            }
        }

        return kinds;
    }

    /// <summary>The chapter's questions each have one section, and there is no section besides.</summary>
    private void Concepts(Chapter? chapter)
    {
        var sections = _stored.Cells.Select((cell, at) => (cell, at, id: CellRole.Of(cell).Concept)).Where(s => s.id is not null).ToList();
        foreach (var (cell, _, id) in sections)
        {
            if (cell.Kind != CellKind.Markdown || !cell.Source.TrimStart().StartsWith("## ", StringComparison.Ordinal))
            {
                Add($"section {id}", "its first cell is not a Markdown cell that begins with a heading `## …`");
            }

            if (chapter is not null && chapter.Concepts.All(c => c.Id != id))
            {
                Add($"section {id}", $"the curriculum of chapter {chapter.Number} knows no such id");
            }
        }

        foreach (var twice in sections.GroupBy(s => s.id).Where(g => g.Count() > 1))
        {
            Add($"section {twice.Key}", $"the id stands on {twice.Count()} sections");
        }

        foreach (var missing in chapter?.Concepts.Where(c => sections.All(s => s.id != c.Id)) ?? [])
        {
            Add($"section {missing.Id}", $"there is none, but chapter {chapter!.Number} must answer: {missing.Question}");
        }
    }

    /// <summary>Every section makes a claim.</summary>
    private void Sections()
    {
        var claiming = Fresh().Where(c => c.Cell.Outputs.Any(o => o.Data?.ContainsKey(Mime.Claim) == true)).Select(c => c.Stored).ToHashSet();
        for (int at = 0; at < _stored.Cells.Count; at++)
        {
            if (CellRole.Of(_stored.Cells[at]).Concept is not { } id)
            {
                continue;
            }

            int end = at + 1;
            while (end < _stored.Cells.Count && !BeginsSection(_stored.Cells[end]))
            {
                end++;
            }

            if (!Enumerable.Range(at, end - at).Any(c => claiming.Contains(c) || Failed(c)))
            {
                Add($"section {id}", "it makes no claim");
            }
        }
    }

    private static bool BeginsSection(Cell cell) => CellRole.Of(cell).Concept is not null
        || (cell.Kind == CellKind.Markdown && cell.Source.TrimStart() is var text
            && (text.StartsWith("## ", StringComparison.Ordinal) || text.StartsWith("# ", StringComparison.Ordinal)));

    /// <summary>A check tells the unsolved cell from the solution.</summary>
    private void Exercises(IReadOnlyDictionary<string, int> solved)
    {
        foreach (var exercise in Exercise.Of(_stored))
        {
            var place = $"exercise {exercise.Id}";
            if (exercise.Task is null || exercise.Solution is null || exercise.Check is null)
            {
                Add(place, "it lacks its " + string.Join(" and its ",
                    ((string?[])[
                        exercise.Task is null ? "task (a code cell)" : null,
                        exercise.Solution is null ? "solution (a cell with a ```csharp fence)" : null,
                        exercise.Check is null ? "check (a code cell)" : null,
                    ]).OfType<string>()));
                continue;
            }

            int check = Array.IndexOf(_origin, exercise.Check.Value);
            if (Failed(exercise.Task.Value) || Enumerable.Range(check, 3).Any(_failed.Contains))
            {
                continue;
            }

            var unsolvedCell = _fresh!.Cells[check];
            var (unsolved, withSolution) = (Solved(unsolvedCell), Solved(_fresh.Cells[solved[exercise.Id]]));
            if (unsolved is null || withSolution is null)
            {
                string what = unsolved is null ? "of the unsolved cell" : "of the solution";
                Add(place, $"its check says nothing {what}: it must show an exercise's result");
            }
            else
            {
                if (unsolved.Value)
                {
                    Add(place, "its check passes the unsolved cell");
                }

                if (!withSolution.Value)
                {
                    Add(place, $"its check fails the solution: {Message(_fresh.Cells[solved[exercise.Id]])}");
                }
            }
        }
    }

    /// <summary>Whether a stored cell failed, which was said already: what follows from it is not said again.</summary>
    private bool Failed(int stored) => _failed.Contains(Array.IndexOf(_origin, stored));

    private static JsonObject? Result(Cell cell) => cell.Outputs.Select(o => o.Data?[Mime.Exercise]).OfType<JsonObject>().LastOrDefault();

    private static bool? Solved(Cell cell) => (bool?)Result(cell)?["solved"];

    private static string Message(Cell cell) => (string?)Result(cell)?["message"] ?? "";

    private IEnumerable<(Cell Cell, int Stored)> Fresh() =>
        _fresh!.Cells.Select((cell, at) => (cell, _origin[at])).Where(c => c.Item2 >= 0 && c.cell.Kind == CellKind.Code);

    private string PlaceOf(int executed) => _origin[executed] >= 0
        ? Place(_origin[executed])
        : $"solution behind {Place(_origin[..executed].Last(o => o >= 0))}";

    private string Place(int stored) => $"cell {Executor.Ordinal(_stored, stored)}";

    private void Add(string? place, string reason) => _problems.Add(new(place, reason));
}
