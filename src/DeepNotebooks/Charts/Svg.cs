using System.Globalization;
using System.Text;

namespace DeepNotebooks.Charts;

/// <summary>Writes SVG elements: numbers in tenths of a pixel whatever the culture, text escaped, attributes inline.</summary>
internal sealed class Svg
{
    private readonly StringBuilder text = new();

    /// <summary>A coordinate, to a tenth of a pixel.</summary>
    public static string N(double value)
    {
        double tenths = Math.Round(Math.Clamp(value, -1e6, 1e6) * 10) / 10;
        return (tenths == 0 ? 0 : tenths).ToString("0.#", CultureInfo.InvariantCulture);
    }

    /// <summary>Text for an element or attribute; characters that XML forbids are dropped.</summary>
    public static string Escape(string value) => string.Concat(value.EnumerateRunes()
        .Where(r => r.Value is >= 0x20 and not (0xFFFD or 0xFFFE or 0xFFFF) or '\n' or '\t')
        .Select(r => r.Value switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '"' => "&quot;", _ => r.ToString() }));

    public Svg Raw(string markup)
    {
        text.Append(markup);
        return this;
    }

    public void Line(double x1, double y1, double x2, double y2, string stroke, double width = 1, string dash = "") =>
        Raw($"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{stroke}\" stroke-width=\"{N(width)}\"{dash}/>\n");

    public void Rect(Box box, string attributes) =>
        Raw($"<rect x=\"{N(box.Left)}\" y=\"{N(box.Top)}\" width=\"{N(box.Width)}\" height=\"{N(box.Height)}\" {attributes}/>\n");

    /// <summary>A path; nothing when it has no points.</summary>
    public void Path(string points, string attributes)
    {
        if (points.Length > 0) Raw($"<path d=\"{points}\" {attributes}/>\n");
    }

    /// <summary>One or more lines of text, the first with its baseline at y.</summary>
    public void Text(double x, double y, string value, string anchor = "start", double size = FigureLayout.TickSize,
        string fill = Palette.Ink, double angle = 0, bool bold = false)
    {
        string[] lines = value.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0) continue;
            string turn = angle == 0 ? "" : $" transform=\"rotate({N(angle)} {N(x)} {N(y)})\"";
            Raw($"<text x=\"{N(x)}\" y=\"{N(y + i * 15)}\" text-anchor=\"{anchor}\" font-size=\"{N(size)}\" fill=\"{fill}\""
                + $"{(bold ? " font-weight=\"600\"" : "")}{turn}>{Escape(lines[i])}</text>\n");
        }
    }

    public override string ToString() => text.ToString();
}
