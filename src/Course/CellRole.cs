using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Documents;

namespace Course;

/// <summary>What a cell is to the course, by its metadata <c>deepnotebooks</c>.</summary>
/// <param name="Concept">The question that the section beginning here answers.</param>
/// <param name="Exercise">The exercise to which the cell belongs.</param>
/// <param name="Part">Its part there: <c>task</c>, <c>solution</c> or <c>check</c>.</param>
internal sealed record CellRole(string? Concept, string? Exercise, string? Part)
{
    public static CellRole Of(Cell cell) => cell.Metadata["deepnotebooks"] is JsonObject ours
        ? new(Word(ours["concept"]), Word(ours["exercise"]), Word(ours["role"]))
        : new(null, null, null);

    private static string? Word(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? word) ? word : null;
}
