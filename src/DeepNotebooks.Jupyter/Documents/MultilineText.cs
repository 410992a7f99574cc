using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepNotebooks.Jupyter.Documents;

/// <summary>nbformat's "multiline string": one string or an array of lines that keep their line ends.</summary>
internal static class MultilineText
{
    // Python's str.splitlines, by which Jupyter splits.
    private const string Ends = "\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029";

    public static string? Join(JsonNode? node) => node switch
    {
        JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>(),
        JsonArray a when a.All(IsString) => string.Concat(a.Select(l => l!.GetValue<string>())),
        _ => null,
    };

    public static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!Ends.Contains(text[i]))
            {
                continue;
            }

            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                i++;
            }

            lines.Add(text[start..(i + 1)]);
            start = i + 1;
        }

        if (start < text.Length)
        {
            lines.Add(text[start..]);
        }

        return lines;
    }

    /// <summary>Whether Jupyter stores this MIME type's text as lines.</summary>
    public static bool IsSplit(string mimeType) =>
        mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType is "application/javascript" or "image/svg+xml";

    public static bool IsString(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;
}
