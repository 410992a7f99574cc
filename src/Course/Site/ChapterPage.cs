using System.Text;
using System.Text.RegularExpressions;
using DeepNotebooks.Jupyter.Documents;
using static Course.Site.Page;

namespace Course.Site;

/// <summary>A notebook as the site knows it before its page is written.</summary>
/// <param name="Name">Its file's name without ending, and the page's.</param>
/// <param name="Notebook">The notebook with its outputs.</param>
/// <param name="Chapter">What the curriculum says of it.</param>
internal sealed record SiteChapter(string Name, Notebook Notebook, Chapter? Chapter)
{
    public string Address => Uri.EscapeDataString(Name) + ".html";
    public string Number => Chapter?.Number ?? "";

    /// <summary>The first heading of the notebook; else what the curriculum calls it.</summary>
    public string Title { get; } =
        Notebook.Cells.Where(c => c.Kind == CellKind.Markdown).SelectMany(c => c.Source.Split('\n'))
            .FirstOrDefault(l => l.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim() is { } first
            ? StripNumber(first) : Chapter?.Title ?? Name;

    /// <summary>The questions it answers, by the ids of its sections.</summary>
    public IReadOnlyList<string> Concepts { get; } = [.. Notebook.Cells.Select(c => CellRole.Of(c).Concept).OfType<string>()];

    private static string StripNumber(string title) => Regex.Replace(title, @"^\d\d\s*[·:.–—-]?\s+", "");
}

/// <summary>A chapter's page.</summary>
internal static partial class ChapterPage
{
    public static string Html(
        SiteChapter chapter, SiteChapter? previous, SiteChapter? next, NpmAssets assets, string folder, string version, Action<string> warn)
    {
        var formulas = new Formulas();
        var text = new MarkdownText(formulas);
        var outputs = new OutputHtml(chapter.Name, folder, assets, text, formulas);
        var article = Article(chapter, text, outputs);
        var contents = Contents(text.Headings);
        var body = $"""
            <div class="columns">
            <nav class="sidebar" aria-label="Questions of this chapter"><p class="where">{Encode(chapter.Number)} {Encode(chapter.Title)}</p>
            {contents}</nav>
            <main id="main">
            <details class="toc"><summary>Questions of this chapter</summary><nav aria-label="Questions of this chapter">{contents}</nav></details>
            <article>
            {article}
            </article>
            <nav class="around" aria-label="Chapters before and after">
            {Link(previous, "previous", "Previous")}
            {Link(next, "next", "Next")}
            </nav>
            </main>
            </div>
            """;
        var page = formulas.Return(body, assets, m => warn($"{chapter.Name}: {m}"));
        return Page.Html($"{chapter.Title} · DeepNotebooks", chapter.Chapter?.Summary ?? chapter.Title, page, assets, version);
    }

    private static string Article(SiteChapter chapter, MarkdownText text, OutputHtml outputs)
    {
        var html = new StringBuilder();
        bool titled = false, open = false;
        int question = 0;
        foreach (var cell in chapter.Notebook.Cells)
        {
            var role = CellRole.Of(cell);
            if (cell.Kind == CellKind.Markdown)
            {
                int heading = text.Headings.Count;
                var body = Anchored(text.ToHtml(cell.Source, role.Concept));
                var first = text.Headings.ElementAtOrDefault(heading);
                if (first?.Level == 1 && !titled)
                {
                    titled = true;
                    html.AppendLine($"<p class=\"kicker\">{(chapter.Number.Length > 0 ? "Chapter " + chapter.Number : "Notebook")}</p>");
                    body = FirstHeading().Replace(body, $"<h1 id=\"{first.Id}\">{Encode(chapter.Title)}</h1>{Download(chapter)}", 1);
                }
                else if (first?.Level == 2)
                {
                    html.AppendLine(open ? "</section>" : "").AppendLine($"<section class=\"part\" aria-labelledby=\"{Encode(first.Id)}\">");
                    open = true;
                    if (role.Concept is not null)
                    {
                        bool myth = chapter.Chapter?.Concepts.FirstOrDefault(c => c.Id == role.Concept)?.Myth == true;
                        html.AppendLine($"<p class=\"kicker\">Question {++question} of {chapter.Concepts.Count}{(myth ? " · a myth" : "")}</p>");
                    }
                }

                html.AppendLine(role.Part is null ? body : $"<div class=\"{Encode(role.Part)}\">{body}</div>");
            }
            else if (cell.Kind == CellKind.Code && cell.Source.Trim().Length > 0)
            {
                html.AppendLine($"<div class=\"cell {Encode(role.Part ?? "")}\">");
                if (role is { Part: "task", Exercise: { } exercise })
                {
                    html.AppendLine($"<p class=\"label\">Exercise {Encode(exercise)}: your turn</p>");
                }

                html.AppendLine($"<div class=\"code\"><pre tabindex=\"0\"><code>{CSharpColors.ToHtml(cell.Source.TrimEnd())}</code></pre></div>");
                if (outputs.ToHtml(cell.Outputs) is { Length: > 0 } shown)
                {
                    html.AppendLine($"<div class=\"outputs\">{shown}</div>");
                }

                html.AppendLine("</div>");
            }
        }

        if (!titled)
        {
            html.Insert(0, $"<h1>{Encode(chapter.Title)}</h1>{Download(chapter)}\n");
        }

        return html.Append(open ? "</section>" : "").ToString();
    }

    private static string Contents(List<Heading> headings)
    {
        var html = new StringBuilder("<ol class=\"questions\">\n");
        foreach (var heading in headings.Where(h => h.Level == 2))
        {
            html.AppendLine($"<li><a href=\"#{Encode(heading.Id)}\">{heading.Html}</a></li>");
        }

        return html.Append("</ol>").ToString();
    }

    private static string Download(SiteChapter chapter) =>
        $"<p class=\"download\"><a href=\"notebooks/{Uri.EscapeDataString(chapter.Name)}.ipynb\" download>Download this notebook</a>"
        + " to run it and change it</p>";

    private static string Link(SiteChapter? chapter, string kind, string word) => chapter is null
        ? ""
        : $"<a class=\"{kind}\" rel=\"{(kind == "previous" ? "prev" : kind)}\" href=\"{chapter.Address}\"><span>{word}</span> "
          + $"{Encode(chapter.Number)} {Encode(chapter.Title)}</a>";

    private static string Anchored(string html) => Headings().Replace(html, m =>
        $"<h{m.Groups[1].Value} id=\"{m.Groups[2].Value}\">{m.Groups[3].Value} "
        + $"<a class=\"anchor\" href=\"#{m.Groups[2].Value}\" aria-label=\"Link to this section\">#</a></h{m.Groups[1].Value}>");

    [GeneratedRegex(@"<h([2-4]) id=""([^""]*)"">(.*?)</h\1>", RegexOptions.Singleline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"<h1 id=""[^""]*"">.*?</h1>", RegexOptions.Singleline)]
    private static partial Regex FirstHeading();
}
