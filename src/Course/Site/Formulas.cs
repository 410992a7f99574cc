using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Course.Site;

/// <summary>
/// The formulas of a page: put aside while its text is rendered, typeset together by KaTeX, then put back. Without KaTeX each
/// stays readable as its TeX source.
/// </summary>
internal sealed class Formulas
{
    // Two characters of Unicode's private use area mark a formula's place; no cleaner or highlighter touches them.
    private const char Open = '\uE000', Close = '\uE001';

    /// <summary>A formula of at most this many characters stays on one line with the punctuation behind it.</summary>
    private const int ShortFormula = 30;

    private readonly List<(string Tex, bool Display)> _held = [];

    /// <summary>Puts a formula aside and returns the mark that stands for it.</summary>
    public string Hold(string tex, bool display)
    {
        _held.Add((tex.Trim(), display));
        return $"{Open}{_held.Count - 1}{Close}";
    }

    /// <summary>Text without the characters that mark formulas.</summary>
    public static string WithoutMarks(string text) => text.Replace($"{Open}", "").Replace($"{Close}", "");

    /// <summary>Puts every formula back into the page's HTML; what KaTeX refuses is told to <paramref name="warn"/>.</summary>
    public string Return(string html, NpmAssets assets, Action<string> warn)
    {
        var set = _held.Count > 0 && assets.Katex is { } katex ? Typeset(katex, warn) : [];
        var to = new StringBuilder(html.Length * 2);
        for (int at = 0; at < html.Length;)
        {
            int open = html.IndexOf(Open, at), close = open < 0 ? -1 : html.IndexOf(Close, open);
            if (close < 0)
            {
                to.Append(html, at, html.Length - at);
                break;
            }

            int index = int.Parse(html.AsSpan(open + 1, close - open - 1));
            var formula = index < set.Count && set[index] is { } done ? Wrap(index, done) : Source(index);
            bool isShort = !_held[index].Display && _held[index].Tex.Length <= ShortFormula;
            bool opened = isShort && open > at && html[open - 1] == '(';
            to.Append(html, at, open - at - (opened ? 1 : 0));
            at = close + 1;
            bool closed = isShort && at < html.Length && html[at] is '.' or ',' or ';' or ':' or ')' or '?' or '!';
            if (opened || closed)
            {
                to.Append("<span class=\"nobr\">").Append(opened ? "(" : "").Append(formula)
                    .Append(closed ? html[at++].ToString() : "").Append("</span>");
            }
            else
            {
                to.Append(formula);
            }
        }

        return to.ToString();
    }

    private string Wrap(int index, string html) => _held[index].Display ? $"<span class=\"formula\">{html}</span>" : html;

    private string Source(int index)
    {
        var (tex, display) = _held[index];
        return $"<code class=\"tex{(display ? " display" : "")}\">{WebUtility.HtmlEncode(tex)}</code>";
    }

    private List<string?> Typeset(string katex, Action<string> warn)
    {
        var script = Path.Combine(NpmAssets.Own, "typeset.cjs");
        using var node = Process.Start(new ProcessStartInfo("node", [script, katex])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var errors = node.StandardError.ReadToEndAsync();
        var output = node.StandardOutput.ReadToEndAsync();
        node.StandardInput.Write(JsonSerializer.Serialize(_held.Select(f => new { tex = f.Tex, display = f.Display })));
        node.StandardInput.Close();
        node.WaitForExit();
        if (node.ExitCode != 0)
        {
            warn($"KaTeX could not be run, formulas stay as TeX: {errors.Result.Trim().Split('\n')[0]}");
            return [];
        }

        var set = new List<string?>();
        foreach (var result in JsonDocument.Parse(output.Result).RootElement.EnumerateArray())
        {
            set.Add(result.TryGetProperty("html", out var html) ? html.GetString() : null);
            if (result.TryGetProperty("error", out var error))
            {
                warn($"a formula is not valid TeX: {_held[set.Count - 1].Tex.ReplaceLineEndings(" ")}: {error.GetString()}");
            }
        }

        return set;
    }
}
