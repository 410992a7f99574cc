using System.Text.Json.Nodes;

namespace DeepNotebooks.Jupyter.Documents;

/// <summary>What an output is.</summary>
public enum OutputKind
{
    /// <summary>Text written to standard output or standard error.</summary>
    Stream,

    /// <summary>A value that the cell displayed.</summary>
    DisplayData,

    /// <summary>The value of the cell's last expression.</summary>
    ExecuteResult,

    /// <summary>The exception or compile error that ended the cell.</summary>
    Error,
}

/// <summary>One output of a code cell, as nbformat stores it.</summary>
public sealed class Output
{
    internal Output(JsonObject json) => Json = json;

    /// <summary>The whole output, fields this engine does not know included.</summary>
    public JsonObject Json { get; }

    /// <summary>What the output is.</summary>
    public OutputKind Kind => KindOf((string?)Json["output_type"])!.Value;

    /// <summary>Of a stream: <c>stdout</c> or <c>stderr</c>.</summary>
    public string? StreamName => (string?)Json["name"];

    /// <summary>Of a stream: its text; of a display or a result: its <c>text/plain</c>; of an error: its traceback.</summary>
    public string Text => Kind switch
    {
        OutputKind.Stream => MultilineText.Join(Json["text"]) ?? "",
        OutputKind.Error => string.Join('\n', Traceback),
        _ => Get("text/plain") ?? "",
    };

    /// <summary>Of a display or a result: its forms by MIME type; otherwise null.</summary>
    public JsonObject? Data => Json["data"] as JsonObject;

    /// <summary>The MIME types in which a display or a result is given.</summary>
    public IEnumerable<string> MimeTypes => Data?.Select(m => m.Key) ?? [];

    /// <summary>Of an error: its type, such as <c>System.DivideByZeroException</c> or <c>CS0103</c>.</summary>
    public string? ErrorName => (string?)Json["ename"];

    /// <summary>Of an error: its message.</summary>
    public string? ErrorValue => (string?)Json["evalue"];

    /// <summary>Of an error: the lines that say where it arose.</summary>
    public IReadOnlyList<string> Traceback => Json["traceback"] is JsonArray lines ? [.. lines.Select(l => (string)l!)] : [];

    /// <summary>The form of the given MIME type: text joined from its lines, JSON as JSON text; null when there is none.</summary>
    public string? Get(string mimeType) =>
        Data?[mimeType] is { } value ? MultilineText.Join(value) ?? value.ToJsonString() : null;

    /// <summary>Text written to <paramref name="name"/>: <c>stdout</c> or <c>stderr</c>.</summary>
    public static Output Stream(string name, string text) =>
        new(new JsonObject { ["output_type"] = "stream", ["name"] = name, ["text"] = MultilineText.Split(text) });

    /// <summary>A displayed value in all its forms: JSON types as JSON, the rest as strings.</summary>
    public static Output DisplayData(IReadOnlyDictionary<string, JsonNode?> bundle) =>
        new(new JsonObject { ["output_type"] = "display_data", ["data"] = Bundle(bundle), ["metadata"] = new JsonObject() });

    /// <summary>The value of a cell's last expression in all its forms.</summary>
    public static Output ExecuteResult(IReadOnlyDictionary<string, JsonNode?> bundle, int? executionCount) => new(new JsonObject
    {
        ["output_type"] = "execute_result",
        ["data"] = Bundle(bundle),
        ["metadata"] = new JsonObject(),
        ["execution_count"] = executionCount,
    });

    /// <summary>An error by its type, message and the lines of its traceback.</summary>
    public static Output Error(string name, string value, IEnumerable<string> traceback) => new(new JsonObject
    {
        ["output_type"] = "error",
        ["ename"] = name,
        ["evalue"] = value,
        ["traceback"] = new JsonArray([.. traceback.Select(l => JsonValue.Create(l))]),
    });

    internal static OutputKind? KindOf(string? outputType) => outputType switch
    {
        "stream" => OutputKind.Stream,
        "display_data" => OutputKind.DisplayData,
        "execute_result" => OutputKind.ExecuteResult,
        "error" => OutputKind.Error,
        _ => null,
    };

    private static JsonObject Bundle(IReadOnlyDictionary<string, JsonNode?> forms)
    {
        var data = new JsonObject();
        foreach (var (mime, value) in forms)
        {
            data[mime] = MultilineText.IsString(value) && MultilineText.IsSplit(mime)
                ? MultilineText.Split(value!.GetValue<string>())
                : value?.DeepClone();
        }

        return data;
    }
}
