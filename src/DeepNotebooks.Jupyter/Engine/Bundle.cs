using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>A value in all the forms in which it is shown, by MIME type; <c>text/plain</c> is always among them.</summary>
internal sealed partial class Bundle
{
    private readonly Dictionary<string, JsonNode?> _forms = [];

    private Bundle()
    {
    }

    public IReadOnlyDictionary<string, JsonNode?> Forms => _forms;

    public static Bundle Of(object? value)
    {
        var bundle = new Bundle();
        switch (value)
        {
            case RichText text:
                bundle.Add(text.MimeType, text.Text);
                bundle._forms.TryAdd("text/plain", text.MimeType == "text/html" ? WithoutTags(text.Text) : text.Text);
                break;
            case not null when TypeFormats.Of(value.GetType()) is { Count: > 0 } formats:
                bundle.AddFormats(value, formats);
                break;
            default:
                bundle.AddValue(PlainText.RunThrough(value));
                break;
        }

        return bundle;
    }

    private static string WithoutTags(string html) => WebUtility.HtmlDecode(Tag().Replace(html, "")).Trim();

    private static bool IsJson(string mimeType) =>
        mimeType == "application/json"
        || (mimeType.StartsWith("application/", StringComparison.Ordinal) && mimeType.EndsWith("+json", StringComparison.Ordinal));

    private void AddValue(object? value)
    {
        var table = value is null ? null : Table.Of(value);
        if (table is not null)
        {
            Add("text/html", table.ToHtml());
        }

        else if (value is not null && ObjectTree.ToHtml(value) is { } tree)
        {
            Add("text/html", tree);
        }

        Add("text/plain", table?.ToText() ?? PlainText.Of(value));
    }

    private void AddFormats(object value, IReadOnlyList<TypeFormats.Format> formats)
    {
        var notes = new List<string>();
        foreach (var format in formats.Where(f => !_forms.ContainsKey(f.MimeType)))
        {
            try
            {
                if (format.Write(value) is { } text)
                {
                    Add(format.MimeType, text);
                }
            }
            catch (Exception e) when (e is not (CellStoppedException or ThreadInterruptedException))
            {
                string reason = $"{TypeName.Of(e.GetType())}: {e.Message}";
                notes.Add($"({TypeName.Of(value.GetType())} could not be shown as {format.MimeType}: {reason})");
            }
        }

        string plain = (string?)_forms.GetValueOrDefault("text/plain") ?? (notes.Count > 0 ? "" : PlainText.Of(value));
        _forms["text/plain"] = string.Join('\n', notes.Prepend(plain).Where(line => line.Length > 0));
    }

    private void Add(string mimeType, string text) => _forms[mimeType] = IsJson(mimeType) ? Json(text) : text;

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new FormatException($"this is not JSON: {e.Message}", e);
        }
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
