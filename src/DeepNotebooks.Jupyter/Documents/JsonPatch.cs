using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepNotebooks.Jupyter.Documents;

/// <summary>
/// Writes a JSON tree. Values that equal those of the original text are copied from it; what is new has the form Jupyter
/// writes: keys sorted, nothing escaped that need not be, and the original's indentation (one space where there is none).
/// </summary>
internal sealed class JsonPatch
{
    private readonly MemoryStream _out = new();
    private readonly byte[] _original;
    private readonly string? _indent;
    private readonly string _newline;
    private readonly string _colon;

    /// <param name="original">The text to keep to; empty where there is none.</param>
    public JsonPatch(byte[] original)
    {
        _original = original;
        (_indent, _newline, _colon) = Layout(Encoding.UTF8.GetString(original));
    }

    public byte[] ToArray() => _out.ToArray();

    /// <summary>Writes bytes of the original text.</summary>
    public void Copy(int start, int end) => _out.Write(_original, start, end - start);

    public void Write(string text) => _out.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes <paramref name="now"/>, taking from <paramref name="was"/> every part that is the same.</summary>
    /// <param name="now">The value to write.</param>
    /// <param name="was">Its original, or null.</param>
    /// <param name="depth">How many levels of indentation surround it.</param>
    /// <param name="pairs">For the notebook's cells: each one's original index, or -1.</param>
    public void Value(JsonNode? now, JsonText? was, int depth, int[]? pairs = null)
    {
        if (was is null)
        {
            Fresh(now, depth);
        }
        else if (JsonNode.DeepEquals(now, was.ToNode()))
        {
            Copy(was.Start, was.End);
        }
        else if (now is JsonObject o && was.Members is { Count: > 0 })
        {
            Object(o, was, depth, pairs);
        }
        else if (now is JsonArray a && was.Elements is { } old && (pairs is not null || a.Count == old.Count))
        {
            Array(a, was, depth, pairs ?? [.. Enumerable.Range(0, a.Count)]);
        }
        else
        {
            Fresh(now, depth);
        }
    }

    /// <summary>Writes a value that has no original.</summary>
    public void Fresh(JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject o:
                Items('{', '}', depth, [.. o.OrderBy(m => m.Key, StringComparer.Ordinal)], m =>
                {
                    Key(m.Key);
                    Fresh(m.Value, depth + 1);
                });
                break;
            case JsonArray a:
                Items('[', ']', depth, [.. a], item => Fresh(item, depth + 1));
                break;
            case JsonValue v when v.GetValueKind() == JsonValueKind.String:
                Text(v.GetValue<string>());
                break;
            default:
                Write(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private void Object(JsonObject now, JsonText was, int depth, int[]? pairs)
    {
        var old = was.Members!;
        var last = old.GroupBy(m => m.Name).ToDictionary(g => g.Key, g => g.Last().Value);
        if (now.Count == last.Count && now.All(m => last.ContainsKey(m.Key)))
        {
            int at = was.Start;
            foreach (var (name, value) in old.Where(m => last[m.Name] == m.Value))
            {
                Copy(at, value.Start);
                Value(now[name], value, depth + 1, pairs);
                at = value.End;
            }

            Copy(at, was.End);
            return;
        }

        var names = last.Keys.Where(now.ContainsKey).ToList();
        bool sorted = names.SequenceEqual(names.Order(StringComparer.Ordinal));
        names.AddRange(now.Select(m => m.Key).Where(k => !last.ContainsKey(k)).Order(StringComparer.Ordinal));
        Items('{', '}', depth, sorted ? names.Order(StringComparer.Ordinal).ToList() : names, name =>
        {
            Key(name);
            Value(now[name], last.GetValueOrDefault(name), depth + 1, pairs);
        });
    }

    private void Array(JsonArray now, JsonText was, int depth, int[] pairs)
    {
        var old = was.Elements!;
        if (old.Count > 0 && pairs.SequenceEqual(Enumerable.Range(0, old.Count)))
        {
            int at = was.Start;
            for (int i = 0; i < old.Count; i++)
            {
                Copy(at, old[i].Start);
                Value(now[i], old[i], depth + 1);
                at = old[i].End;
            }

            Copy(at, was.End);
            return;
        }

        Items('[', ']', depth, [.. Enumerable.Range(0, now.Count)],
            i => Value(now[i], pairs[i] < 0 ? null : old[pairs[i]], depth + 1));
    }

    private void Items<T>(char open, char close, int depth, IReadOnlyList<T> items, Action<T> write)
    {
        Write(open.ToString());
        for (int i = 0; i < items.Count; i++)
        {
            Write(i == 0 ? "" : _indent is null && _colon.Length > 1 ? ", " : ",");
            Break(depth + 1);
            write(items[i]);
        }

        if (items.Count > 0)
        {
            Break(depth);
        }

        Write(close.ToString());
    }

    private void Break(int depth)
    {
        if (_indent is not null)
        {
            Write(_newline + string.Concat(Enumerable.Repeat(_indent, depth)));
        }
    }

    private void Key(string name)
    {
        Text(name);
        Write(_colon);
    }

    private void Text(string text)
    {
        var sb = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => sb.Append("\\\""),
                '\\' => sb.Append("\\\\"),
                '\n' => sb.Append("\\n"),
                '\r' => sb.Append("\\r"),
                '\t' => sb.Append("\\t"),
                '\b' => sb.Append("\\b"),
                '\f' => sb.Append("\\f"),
                < ' ' => sb.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => sb.Append(c),
            };
        }

        Write(sb.Append('"').ToString());
    }

    // Jupyter's own layout unless the text shows another: what stands between the first brace and the first name says which.
    private static (string? Indent, string Newline, string Colon) Layout(string text)
    {
        int brace = text.IndexOf('{');
        int name = text.IndexOf('"');
        if (brace < 0 || name < brace)
        {
            return (" ", "\n", ": ");
        }

        string gap = text[(brace + 1)..name];
        int colon = text.IndexOf(':', name);
        string afterColon = colon >= 0 && colon + 1 < text.Length && text[colon + 1] == ' ' ? ": " : ":";
        int line = gap.LastIndexOf('\n');
        return line < 0 ? (null, "", afterColon) : (gap[(line + 1)..], gap.Contains('\r') ? "\r\n" : "\n", afterColon);
    }
}
