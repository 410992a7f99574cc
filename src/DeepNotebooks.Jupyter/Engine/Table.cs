using System.Collections;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Sequences of objects, dictionaries and matrices as rows and columns, the first ones of each.</summary>
internal sealed class Table
{
    private const int MaxRows = 20;
    private const int MaxColumns = 20;

    private readonly string[] _header;
    private readonly List<(string Text, bool IsNumber)[]> _rows;
    private readonly string? _note;

    private Table(IEnumerable<string> header, IEnumerable<IEnumerable<object?>> rows, int? count, int columns)
    {
        _header = [.. header.Take(MaxColumns)];
        _rows = [.. rows.Take(MaxRows + 1)
            .Select(r => r.Take(MaxColumns).Select(v => (PlainText.InTable(v), PlainText.IsNumber(v))).ToArray())];
        var notes = new List<string>();
        if (_rows.Count > MaxRows)
        {
            _rows.RemoveAt(MaxRows);
            notes.Add(count is { } n
                ? string.Create(CultureInfo.InvariantCulture, $"first {MaxRows} of {n:N0} rows")
                : $"first {MaxRows} rows, more follow");
        }

        if (columns > MaxColumns)
        {
            notes.Add($"first {MaxColumns} of {columns} columns");
        }

        _note = notes.Count == 0 ? null : string.Join(", ", notes);
    }

    /// <summary>The value as a table, or null if it is not one.</summary>
    public static Table? Of(object value) => value switch
    {
        string => null,
        Array { Rank: 2 } matrix => Matrix(matrix),
        IDictionary d => new Table(["Key", "Value"], PlainText.Entries(d).Select(e => (object?[])[e.Key, e.Value]), d.Count, 2),
        IEnumerable items when value is Array || !PlainText.HasText(value.GetType()) => Sequence(items),
        _ => null,
    };

    /// <summary>The table as HTML without scripts or styles of its own.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder("<table>\n");
        if (_header.Length > 0)
        {
            Row(_header.Select(h => ("th", h, false)), "<thead>", "</thead>\n");
        }

        html.Append("<tbody>\n");
        foreach (var row in _rows)
        {
            Row(row.Select(c => ("td", c.Text, c.IsNumber)), "", "\n");
        }

        html.Append("</tbody>\n</table>");
        return _note is null ? html.ToString() : html.Append("\n<p>").Append(_note).Append("</p>").ToString();

        void Row(IEnumerable<(string Tag, string Text, bool IsNumber)> cells, string open, string close)
        {
            html.Append(open).Append("<tr>");
            foreach (var (tag, text, isNumber) in cells)
            {
                html.Append('<').Append(tag).Append(tag == "td" && !isNumber ? " style=\"text-align:left\">" : ">")
                    .Append(WebUtility.HtmlEncode(text)).Append("</").Append(tag).Append('>');
            }

            html.Append("</tr>").Append(close);
        }
    }

    /// <summary>The table as text with aligned columns.</summary>
    public string ToText()
    {
        var lines = new List<(string Text, bool IsNumber)[]>(_rows);
        int columns = Math.Max(_header.Length, _rows.Select(r => r.Length).DefaultIfEmpty().Max());
        bool[] right = [.. Enumerable.Range(0, columns).Select(c => _rows.Where(r => c < r.Length).All(r => r[c].IsNumber))];
        if (_header.Length > 0)
        {
            lines.Insert(0, [.. _header.Select(h => (h, false))]);
        }

        int[] widths = [.. Enumerable.Range(0, columns).Select(c => lines.Where(r => c < r.Length).Max(r => r[c].Text.Length))];
        string Aligned(string cell, int c) => right[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]);
        var text = lines.Select(r => string.Join("  ", r.Select((cell, c) => Aligned(cell.Text, c))).TrimEnd()).ToList();
        if (_header.Length > 0)
        {
            text.Insert(1, string.Join("  ", widths.Select(w => new string('-', w))));
        }

        return string.Join('\n', _note is null ? text : text.Append($"({_note})"));
    }

    private static Table? Sequence(IEnumerable items)
    {
        var first = items.Cast<object?>().Take(MaxRows + 1).ToList();
        int? count = first.Count <= MaxRows ? first.Count : PlainText.Count(items);
        var types = first.Where(i => i is not null).Select(i => i!.GetType()).Distinct().ToList();
        if (types is not [var type])
        {
            return null;
        }

        if (first.All(i => i is IEnumerable and not string && PlainText.IsNumber(((IEnumerable)i).Cast<object?>().FirstOrDefault())))
        {
            int columns = first.Max(i => PlainText.Count((IEnumerable)i!) ?? MaxColumns);
            return new Table([], first.Select(i => ((IEnumerable)i!).Cast<object?>()), count, columns);
        }

        if (first.All(i => i is ITuple))
        {
            int size = ((ITuple)first[0]!).Length;
            return new Table(Enumerable.Range(1, size).Select(i => $"Item{i}"),
                first.Select(i => Enumerable.Range(0, size).Select(k => ((ITuple)i!)[k])), count, size);
        }

        bool isRow = TypeName.IsAnonymous(type) || type.GetMethod("<Clone>$") is not null || !PlainText.HasText(type)
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));
        if (!isRow || first.Contains(null) || typeof(IEnumerable).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type)
            || typeof(Task).IsAssignableFrom(type) || TypeFormats.Of(type).Count > 0)
        {
            return null;
        }

        // In a name that was made for the table, an underscore stands for a space.
        var members = PlainText.Members(type).ToList();
        var names = members.Select(m => TypeName.IsAnonymous(type) ? m.Name.Replace('_', ' ') : m.Name);
        return members.Count == 0
            ? null
            : new Table(names, first.Select(i => members.Select(m => m.Get(i!))), count, members.Count);
    }

    private static Table Matrix(Array matrix)
    {
        int rows = matrix.GetLength(0), columns = matrix.GetLength(1);
        int firstRow = matrix.GetLowerBound(0), firstColumn = matrix.GetLowerBound(1);
        var items = Enumerable.Range(0, rows)
            .Select(r => Enumerable.Range(0, columns).Select(c => matrix.GetValue(firstRow + r, firstColumn + c)));
        return new Table([], items, rows, columns);
    }
}
