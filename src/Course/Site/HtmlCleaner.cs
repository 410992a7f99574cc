using System.Net;
using System.Text;

namespace Course.Site;

/// <summary>
/// Keeps the tags and attributes that text, tables and figures need and drops the rest: no script, no style sheet, no handler,
/// nothing that makes the reader's browser ask another host. Tags left open are closed, strays dropped, tables put into a box that
/// scrolls.
/// </summary>
internal static class HtmlCleaner
{
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt",
        "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "li", "mark", "ol",
        "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
        "thead", "tr", "u", "ul", "var",
    };

    /// <summary>Dropped together with what they hold; all others are dropped alone.</summary>
    private static readonly HashSet<string> Swallowed = new(StringComparer.Ordinal)
    {
        "script", "style", "iframe", "object", "embed", "applet", "template", "noscript", "noframes", "noembed", "textarea", "title",
        "select", "svg", "math", "xmp", "head",
    };

    private static readonly HashSet<string> Void = new(StringComparer.Ordinal) { "br", "col", "hr", "img", "input" };

    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal)
    {
        "class", "id", "title", "lang", "dir", "colspan", "rowspan", "scope", "open", "start", "reversed", "alt", "width", "height",
        "role", "span",
    };

    public static string Clean(string html)
    {
        var to = new StringBuilder(html.Length);
        var open = new Stack<string>();
        int at = 0;
        while (at < html.Length)
        {
            int tag = html.IndexOf('<', at);
            if (tag < 0)
            {
                to.Append(html, at, html.Length - at);
                break;
            }

            to.Append(html, at, tag - at);
            at = Tag(html, tag, to, open);
        }

        while (open.TryPop(out var name))
        {
            to.Append(Closing(name));
        }

        return to.ToString();
    }

    private static string Closing(string name) => name == "table" ? "</table></div>" : $"</{name}>";

    /// <summary>Reads what begins with the &lt; at <paramref name="at"/> and returns where it ends.</summary>
    private static int Tag(string html, int at, StringBuilder to, Stack<string> open)
    {
        if (Starts(html, at, "<!--"))
        {
            return After(html, "-->", at + 4);
        }

        if (at + 1 < html.Length && html[at + 1] is '!' or '?')
        {
            return After(html, ">", at + 1);
        }

        bool end = at + 1 < html.Length && html[at + 1] == '/';
        int start = at + (end ? 2 : 1);
        int stop = start;
        while (stop < html.Length && (char.IsAsciiLetterOrDigit(html[stop]) || html[stop] == '-'))
        {
            stop++;
        }

        if (stop == start || !char.IsAsciiLetter(html[start]))
        {
            to.Append("&lt;");
            return at + 1;
        }

        var name = html[start..stop].ToLowerInvariant();
        var attributes = ReadAttributes(html, ref stop);
        if (Swallowed.Contains(name))
        {
            int close = end ? -1 : html.IndexOf("</" + name, stop, StringComparison.OrdinalIgnoreCase);
            return end ? stop : close < 0 ? html.Length : After(html, ">", close);
        }

        if (!Kept.Contains(name))
        {
            return stop;
        }

        if (end)
        {
            if (open.Contains(name))
            {
                string closed;
                do
                {
                    closed = open.Pop();
                    to.Append(Closing(closed));
                }
                while (closed != name);
            }

            return stop;
        }

        if (name == "input" && attributes.All(a => a != ("type", "checkbox")))
        {
            return stop;
        }

        to.Append(name == "table" ? "<div class=\"table\" role=\"region\" aria-label=\"Table\" tabindex=\"0\"><" : "<").Append(name);
        foreach (var (key, value) in attributes)
        {
            if (Keep(name, key, value) is { } kept)
            {
                to.Append(' ').Append(key).Append("=\"").Append(WebUtility.HtmlEncode(kept)).Append('"');
            }
        }

        to.Append(name == "input" ? " disabled>" : ">");
        if (!Void.Contains(name))
        {
            open.Push(name);
        }

        return stop;
    }

    private static string? Keep(string tag, string attribute, string value) => attribute switch
    {
        "href" => tag == "a" && IsHarmlessLink(value) ? value : null,
        "src" => tag == "img" && IsLocalPicture(value) ? value : null,
        "type" or "checked" => tag == "input" ? value : null,
        "style" => Alignment(value),
        _ => Attributes.Contains(attribute) || attribute.StartsWith("aria-", StringComparison.Ordinal) ? value : null,
    };

    private static bool IsHarmlessLink(string link) => Scheme(link) is null or "http" or "https" or "mailto";

    private static bool IsLocalPicture(string link) =>
        Scheme(link) is { } scheme
            ? scheme == "data" && link.TrimStart().StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)
            : !link.TrimStart().StartsWith("//", StringComparison.Ordinal) && !link.TrimStart().StartsWith('\\');

    /// <summary>The scheme as a browser finds it, which skips blanks and control characters.</summary>
    private static string? Scheme(string link)
    {
        var plain = string.Concat(link.Where(c => c > ' '));
        int colon = plain.IndexOf(':');
        return colon < 0 || plain.IndexOfAny(['/', '?', '#']) is >= 0 and var other && other < colon
            ? null
            : plain[..colon].ToLowerInvariant();
    }

    /// <summary>The one style that tables need.</summary>
    private static string? Alignment(string style) => style.Replace(" ", "").TrimEnd(';') switch
    {
        "text-align:left" => "text-align:left",
        "text-align:center" => "text-align:center",
        "text-align:right" => "text-align:right",
        _ => null,
    };

    private static List<(string Name, string Value)> ReadAttributes(string html, ref int at)
    {
        var attributes = new List<(string, string)>();
        while (at < html.Length && html[at] != '>')
        {
            if (char.IsWhiteSpace(html[at]) || html[at] == '/')
            {
                at++;
                continue;
            }

            int start = at++;
            while (at < html.Length && html[at] is not ('=' or '>' or '/') && !char.IsWhiteSpace(html[at]))
            {
                at++;
            }

            var name = html[start..at].ToLowerInvariant();
            int ahead = at;
            while (ahead < html.Length && char.IsWhiteSpace(html[ahead]))
            {
                ahead++;
            }

            var value = "";
            if (ahead < html.Length && html[ahead] == '=')
            {
                at = ahead + 1;
                while (at < html.Length && char.IsWhiteSpace(html[at]))
                {
                    at++;
                }

                if (at < html.Length && html[at] is '"' or '\'')
                {
                    char quote = html[at++];
                    int close = html.IndexOf(quote, at);
                    close = close < 0 ? html.Length : close;
                    value = html[at..close];
                    at = Math.Min(close + 1, html.Length);
                }
                else
                {
                    start = at;
                    while (at < html.Length && html[at] != '>' && !char.IsWhiteSpace(html[at]))
                    {
                        at++;
                    }

                    value = html[start..at];
                }
            }

            attributes.Add((name, WebUtility.HtmlDecode(value)));
        }

        at = Math.Min(at + 1, html.Length);
        return attributes;
    }

    private static bool Starts(string html, int at, string with) => string.CompareOrdinal(html, at, with, 0, with.Length) == 0;

    private static int After(string html, string what, int from)
    {
        int found = html.IndexOf(what, Math.Min(from, html.Length), StringComparison.Ordinal);
        return found < 0 ? html.Length : found + what.Length;
    }
}
