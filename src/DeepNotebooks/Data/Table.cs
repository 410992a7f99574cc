using System.Globalization;

namespace DeepNotebooks.Data;

/// <summary>
/// Named columns of text, as <see cref="Read.Csv"/> reads them; columns of numbers become tensors by <see cref="ToTensor"/>.
/// </summary>
public sealed class Table
{
    private static readonly HashSet<string> s_missing = new(["", "NA", "N/A", "NaN", "null", "?"], StringComparer.OrdinalIgnoreCase);
    private readonly string[][] _rows;
    private readonly int[] _lines;

    internal Table(IReadOnlyList<string> columns, string[][] rows, int[] lines) => (Columns, _rows, _lines) = (columns, rows, lines);

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Length;

    /// <summary>A column's values as they are written.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public string[] this[string column]
    {
        get
        {
            int place = Place(column);
            return [.. _rows.Select(row => row[place])];
        }
    }

    /// <summary>A column of numbers; NaN where the value is missing (empty, NA, N/A, NaN, null or ?).</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">A value is no number.</exception>
    public double[] Numbers(string column)
    {
        int place = Place(column);
        return [.. _rows.Select((row, i) => s_missing.Contains(row[place].Trim()) ? double.NaN
            : double.TryParse(row[place], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
            : throw new InvalidDataException($"Table: line {_lines[i]}: \"{row[place]}\" in column \"{column}\" is no number. "
                + "Encode such a column with Categories."))];
    }

    /// <summary>These columns of numbers side by side [rows, columns]; all columns if none are named.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">A value is no number.</exception>
    public Tensor ToTensor(params IEnumerable<string> columns)
    {
        double[][] numbers = [.. (columns.Any() ? columns : Columns).Select(Numbers)];
        double[] rows = [.. Enumerable.Range(0, Count).SelectMany(row => numbers.Select(column => column[row]))];
        return Tensor.From(rows, [Count, numbers.Length]);
    }

    /// <summary>The names and the first rows.</summary>
    public override string ToString()
    {
        string[][] shown = [[.. Columns], .. _rows.Take(5)];
        int[] widths = [.. Columns.Select((_, c) => shown.Max(row => row[c].Length))];
        string rows = string.Join('\n', shown.Select(row => string.Join("  ", row.Select((v, c) => v.PadRight(widths[c]))).TrimEnd()));
        return Count > 5 ? $"{rows}\n… {Count} rows" : rows;
    }

    private int Place(string column) => Columns.ToList().IndexOf(column) is >= 0 and int place
        ? place
        : throw new ArgumentException(
            $"Table: there is no column \"{column}\". The columns are {string.Join(", ", Columns)}.", nameof(column));
}
