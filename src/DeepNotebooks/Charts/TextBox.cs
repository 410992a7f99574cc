namespace DeepNotebooks.Charts;

/// <summary>How wide text is, without a font: an upper estimate for common sans-serif faces, so that nothing is cut.</summary>
internal static class TextBox
{
    /// <summary>How much wider bold letters are; DejaVu Sans, the widest of the common faces, needs 1.14.</summary>
    public const double Bold = 1.14;

    /// <summary>The width in pixels at a font size in pixels.</summary>
    public static double Width(string text, double size) => size * text.Sum(c => c switch
    {
        'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' => 0.32,
        ' ' or 't' or 'f' or 'r' or '(' or ')' or '[' or ']' or '-' or '/' or '"' => 0.40,
        'm' or 'w' or 'M' or 'W' or '%' or '@' or '∂' => 0.95,
        >= '⁰' and <= '₎' or '¹' or '²' or '³' => 0.42,
        >= 'A' and <= 'Z' or '+' or '−' or '=' or '×' or '<' or '>' => 0.70,
        > '\u2E80' => 1.05,
        _ => 0.60,
    });

    /// <summary>Breaks the text at spaces into lines no wider than <paramref name="width"/>; what has no space is shortened.</summary>
    public static string[] Wrap(string text, double size, double width, int most = 3)
    {
        var lines = new List<string>();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && (Width(lines[^1] + " " + word, size) <= width || lines.Count == most)) lines[^1] += " " + word;
            else lines.Add(word);
        }
        return [.. lines.Select(line => Shorten(line, size, width))];
    }

    /// <summary>The text, cut with an ellipsis where it is wider than <paramref name="width"/>.</summary>
    public static string Shorten(string text, double size, double width)
    {
        if (Width(text, size) <= width) return text;
        int length = text.Length;
        while (length > 1 && Width(text[..length] + "…", size) > width) length--;
        return text[..(length - (char.IsHighSurrogate(text[length - 1]) && length > 1 ? 1 : 0))].TrimEnd() + "…";
    }
}
