using System.Net;
using System.Text.Json.Nodes;

namespace DeepNotebooks.Course;

/// <summary>The check of an exercise: tells the reader whether the cell above solves it.</summary>
[TypeFormatterSource(typeof(ExerciseFormats))]
public sealed class Exercise
{
    private Exercise(string name, bool solved, string message) => (Name, Solved, Message) = (name, solved, message);

    /// <summary>The exercise's name, such as <c>07-1</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the check passed.</summary>
    public bool Solved { get; }

    /// <summary>What to do next, or what was achieved.</summary>
    public string Message { get; }

    /// <summary>Checks a solution. An exception in it counts as unsolved and is told.</summary>
    /// <param name="name">The exercise's name.</param>
    /// <param name="goal">What a solution achieves, in words.</param>
    /// <param name="check">Whether it does.</param>
    public static Exercise Check(string name, string goal, Func<bool> check)
    {
        try
        {
            bool solved = check();
            return new Exercise(name, solved, solved ? $"Solved: {goal}" : $"Not solved yet. Goal: {goal}");
        }
        catch (Exception e)
        {
            return new Exercise(name, false, $"Not solved yet: the cell above throws {e.GetType().Name} ({e.Message}). Goal: {goal}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Solved ? "✓" : "✎")} Exercise {Name}. {Message}";

    internal string ToHtml() =>
        $"<div style=\"border-left:4px solid {(Solved ? "#2e8b57" : "#8a8a8a")};padding:4px 12px;margin:4px 0\">"
        + $"{WebUtility.HtmlEncode(ToString())}</div>";

    internal string ToJson() => new JsonObject { ["exercise"] = Name, ["solved"] = Solved, ["message"] = Message }.ToJsonString();
}

/// <summary>How exercises are shown.</summary>
public sealed class ExerciseFormats
{
    /// <summary>HTML without scripts, plain text, and JSON for the course's check.</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new MimeFormatter<Exercise>("text/html", exercise => exercise.ToHtml()),
        new MimeFormatter<Exercise>("text/plain", exercise => exercise.ToString()),
        new MimeFormatter<Exercise>("application/vnd.deepnotebooks.exercise+json", exercise => exercise.ToJson()),
    ];
}
