using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DeepNotebooks.Jupyter.Documents;
using static Course.Site.Page;

namespace Course.Site;

/// <summary>What a code cell showed, as HTML: charts, claims, exercises, tables, pictures, text and errors.</summary>
/// <param name="name">The page's name, under which its pictures are kept.</param>
/// <param name="folder">The site's folder.</param>
/// <param name="assets">Whether charts can be interactive.</param>
/// <param name="text">Renders Markdown outputs.</param>
/// <param name="formulas">Takes LaTeX outputs.</param>
internal sealed partial class OutputHtml(string name, string folder, NpmAssets assets, MarkdownText text, Formulas formulas)
{
    private int _pictures;

    public string ToHtml(IEnumerable<Output> outputs)
    {
        var html = new StringBuilder();
        foreach (var output in outputs)
        {
            html.AppendLine(output.Kind switch
            {
                OutputKind.Stream => Plain(output.Text, output.StreamName == "stderr" ? "shown stderr" : "shown"),
                OutputKind.Error => Error(output),
                _ => Value(output),
            });
        }

        return html.ToString();
    }

    private string Value(Output value)
    {
        if (value.Data?[Mime.Claim] is JsonObject claim)
        {
            return Claim(claim);
        }

        if (value.Data?[Mime.Exercise] is JsonObject exercise)
        {
            return Exercise(exercise);
        }

        if (value.Get("image/svg+xml") is { } svg)
        {
            return Chart(value, svg);
        }

        if (value.Data?.Select(m => m.Key).FirstOrDefault(m => Bitmap(m) is not null) is { } bitmap)
        {
            var address = Picture(Bitmap(bitmap)!, Convert.FromBase64String(value.Get(bitmap)!));
            return $"<figure class=\"picture\"><img src=\"{address}\" alt=\"{Encode(value.Get("text/plain") ?? "")}\" loading=\"lazy\"></figure>";
        }

        return value.Get("text/html") is { } html ? $"<div class=\"html\">{HtmlCleaner.Clean(Spaced(Formulas.WithoutMarks(html)))}</div>"
            : value.Get("text/markdown") is { } markdown ? $"<div class=\"markdown\">{text.ToHtml(markdown)}</div>"
            : value.Get("text/latex") is { } latex ? $"<p>{formulas.Hold(Formulas.WithoutMarks(latex).Trim().Trim('$'), display: true)}</p>"
            : Plain(value.Get("text/plain") ?? value.Data?.FirstOrDefault().Value?.ToString() ?? "", "shown");
    }

    private static string? Bitmap(string mime) => mime switch
    {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        _ => null,
    };

    private string Chart(Output value, string svg)
    {
        var address = Picture("svg", Encoding.UTF8.GetBytes(svg));
        var (width, height) = Size(svg);
        var size = width > 0 && height > 0 ? string.Create(CultureInfo.InvariantCulture, $" width=\"{width:0}\" height=\"{height:0}\"") : "";
        var says = value.Get("text/plain") ?? "Chart";

        // The serializer escapes <, so that no text in a chart can end its element.
        var data = assets.Plotly is not null && value.Data?[Mime.Plotly] is { } plotly
            ? $"<script type=\"application/json\">{plotly.ToJsonString()}</script>"
            : "";
        return $"<figure class=\"chart\"><img src=\"{address}\" alt=\"{Encode(says)}\"{size} loading=\"lazy\">{data}</figure>";
    }

    private string Picture(string kind, byte[] content)
    {
        var address = $"pictures/{name}/{++_pictures}.{kind}";
        var path = Path.Combine(folder, address);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return Uri.EscapeDataString(address).Replace("%2F", "/");
    }

    private static (double Width, double Height) Size(string svg)
    {
        var root = SvgRoot().Match(svg).Value;
        double Number(Regex of, int group) =>
            of.Match(root) is { Success: true } m
            && double.TryParse(m.Groups[group].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) ? n : 0;
        var (width, height) = (Number(Width(), 1), Number(Height(), 1));
        return width > 0 && height > 0 ? (width, height) : (Number(ViewBox(), 1), Number(ViewBox(), 2));
    }

    private static string Claim(JsonObject claim)
    {
        bool holds = (bool?)claim["holds"] == true, passed = (bool?)claim["passed"] == true;
        var html = new StringBuilder();
        html.AppendLine($"<section class=\"claim {(passed ? "passed" : "failed")}\" aria-label=\"Claim\">");
        html.AppendLine($"<p class=\"verdict\">{Mark(passed)} " +
            (passed ? "The claim holds" : holds ? "The claim holds, but not for the reason given" : "The claim does not hold") + "</p>");
        html.AppendLine($"<p class=\"statement\">{Encode(MarkdownText.Unbroken((string?)claim["statement"] ?? ""))}</p>");
        if ((string?)claim["measured"] is { Length: > 0 } measured)
        {
            html.AppendLine($"<p class=\"measured\"><span>Measured</span> {Encode(measured)}</p>");
        }

        if (claim["controls"] is JsonArray { Count: > 0 } controls)
        {
            html.AppendLine("<ul class=\"controls\">");
            foreach (var control in controls.OfType<JsonObject>())
            {
                bool breaks = (bool?)control["breaks"] == true;
                html.AppendLine(
                    $"<li class=\"{(breaks ? "passed" : "failed")}\">{Mark(breaks)} Without {Encode((string?)control["without"] ?? "")} it " +
                    $"{(breaks ? "breaks" : "holds all the same, so that is not the cause")}: {Encode((string?)control["measured"] ?? "")}</li>");
            }

            html.AppendLine("</ul>");
        }

        return html.Append("</section>").ToString();
    }

    /// <summary>Heads of columns with spaces: C# lets a row of an anonymous type name them with underscores alone.</summary>
    private static string Spaced(string html) => Heads().Replace(html, head => head.Value.Replace('_', ' '));

    private static string Exercise(JsonObject exercise)
    {
        bool solved = (bool?)exercise["solved"] == true;
        var message = Verdict().Replace((string?)exercise["message"] ?? "", ""); // the line above says it
        return $"<section class=\"exercise {(solved ? "passed" : "open")}\" aria-label=\"Exercise check\"><p class=\"verdict\">"
            + (solved ? Mark(true) + " Solved" : "<span class=\"mark\" aria-hidden=\"true\">○</span> Not solved yet")
            + $"</p><p>{Encode(message is [var initial, ..] ? char.ToUpperInvariant(initial) + message[1..] : "")}</p></section>";
    }

    private static string Mark(bool good) => $"<span class=\"mark\" aria-hidden=\"true\">{(good ? "✓" : "✗")}</span>";

    private static string Error(Output error) =>
        $"<section class=\"failure\" aria-label=\"Error\"><p><strong>{Encode(error.ErrorName ?? "Error")}</strong> " +
        $"{Encode(Colours().Replace(error.ErrorValue ?? "", ""))}</p>{Plain(error.Text, "shown")}</section>";

    private static string Plain(string text, string kind)
    {
        var plain = Formulas.WithoutMarks(Colours().Replace(text, "")).TrimEnd('\n', '\r');
        // Columns stay in line and scroll; sentences wrap.
        string wraps = Columns().IsMatch(plain) ? "" : " wraps";
        return plain.Length == 0 ? "" : $"<pre class=\"{kind}{wraps}\" tabindex=\"0\">{Encode(plain)}</pre>";
    }

    [GeneratedRegex(@"\S {2,}\S|\t")]
    private static partial Regex Columns();

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colours();

    [GeneratedRegex("(?<=<th[^>]*>)[^<]+")]
    private static partial Regex Heads();

    [GeneratedRegex("^(Solved|Not solved yet)[.:] ")]
    private static partial Regex Verdict();

    [GeneratedRegex(@"<svg\b[^>]*>")]
    private static partial Regex SvgRoot();

    [GeneratedRegex(@"\bwidth=""([\d.]+)(?:px)?""")]
    private static partial Regex Width();

    [GeneratedRegex(@"\bheight=""([\d.]+)(?:px)?""")]
    private static partial Regex Height();

    [GeneratedRegex(@"\bviewBox=""[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)""")]
    private static partial Regex ViewBox();
}
