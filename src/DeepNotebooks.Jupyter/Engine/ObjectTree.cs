using System.Collections;
using System.Net;
using System.Text;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>An object as a table of its members, with the objects among them folded; neither scripts nor styles of its own.</summary>
internal static class ObjectTree
{
    private const int MaxDepth = 4;
    private const int MaxMembers = 50;

    /// <summary>The object as HTML, or null if it has no members worth a table.</summary>
    public static string? ToHtml(object value)
    {
        if (!HasTree(value))
        {
            return null;
        }

        var html = new StringBuilder();
        Write(value, html, "<details open>", []);
        return html.ToString();
    }

    private static bool HasTree(object? value) => value is not (null or IEnumerable or Delegate or Task or Type or Exception)
        && (!PlainText.HasText(value.GetType()) || value.GetType().GetMethod("<Clone>$") is not null)
        && TypeFormats.Of(value.GetType()).Count == 0
        && PlainText.Members(value.GetType()).Any();

    private static void Write(object value, StringBuilder html, string open, List<object> around)
    {
        var members = PlainText.Members(value.GetType()).ToList();
        html.Append(open).Append("<summary>").Append(WebUtility.HtmlEncode(TypeName.Of(value.GetType()))).Append("</summary>\n<table>\n<tbody>\n");
        foreach (var (name, get) in members.Take(MaxMembers))
        {
            html.Append("<tr><th style=\"text-align:left\">").Append(WebUtility.HtmlEncode(name)).Append("</th><td style=\"text-align:left\">");
            WriteMember(get(value), html, [.. around, value]);
            html.Append("</td></tr>\n");
        }

        html.Append("</tbody>\n</table>\n");
        if (members.Count > MaxMembers)
        {
            html.Append("<p>first ").Append(MaxMembers).Append(" of ").Append(members.Count).Append(" members</p>\n");
        }

        html.Append("</details>");
    }

    private static void WriteMember(object? value, StringBuilder html, List<object> around)
    {
        if (value is not null && around.Exists(o => ReferenceEquals(o, value)))
        {
            html.Append("(this ").Append(WebUtility.HtmlEncode(TypeName.Of(value.GetType()))).Append(" again)");
        }
        else if (around.Count < MaxDepth && HasTree(value))
        {
            Write(value!, html, "<details>", around);
        }
        else if (around.Count < MaxDepth && value is ICollection { Count: > 0 } items && Table.Of(items) is { } table)
        {
            html.Append("<details><summary>").Append(WebUtility.HtmlEncode(TypeName.Of(value.GetType()))).Append(", ").Append(items.Count)
                .Append(items.Count == 1 ? " item" : " items").Append("</summary>\n").Append(table.ToHtml()).Append("\n</details>");
        }
        else
        {
            html.Append(WebUtility.HtmlEncode(PlainText.InTable(value)));
        }
    }
}
