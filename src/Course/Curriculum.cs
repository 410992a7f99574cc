using System.Text.Json;

namespace Course;

/// <summary>One question of the course.</summary>
internal sealed record Concept(string Id, string Question, bool Myth = false);

/// <summary>One chapter as planned; its notebook may not exist yet.</summary>
internal sealed record Chapter(string Number, string Title, string Summary, IReadOnlyList<Concept> Concepts)
{
    /// <summary>Whether a notebook, by its file name, is this chapter's.</summary>
    public bool IsOf(string notebook) => Path.GetFileName(notebook).StartsWith(Number + "-", StringComparison.Ordinal);
}

/// <summary>The list of what the course must answer: <c>notebooks/curriculum.json</c>.</summary>
internal sealed record Curriculum(IReadOnlyList<Chapter> Chapters)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static Curriculum Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Curriculum>(File.ReadAllText(path), Json)!;
        }
        catch (JsonException e)
        {
            throw new Failure(ExitCode.BadInput, $"{path}: not a curriculum: {e.Message}", e);
        }
    }

    /// <summary>The chapter of a notebook by its file name <c>NN-topic.ipynb</c>; null for a notebook of none.</summary>
    public Chapter? ChapterOf(string notebook) => Chapters.FirstOrDefault(c => c.IsOf(notebook));
}
