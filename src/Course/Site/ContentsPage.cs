using System.Text;
using static Course.Site.Page;

namespace Course.Site;

/// <summary>The site's first page: what the course is for and its chapters in order.</summary>
internal static class ContentsPage
{
    private const string Purpose =
        "A deep-learning course that runs. Every question an interviewer asks is answered by a short text, an experiment in C#, " +
        "a picture, and a claim that the experiment checks: remove the cause, and the claim must break. The library behind the " +
        "notebooks is small enough to read, so that nothing here has to be believed.";

    public static string Html(Curriculum curriculum, IReadOnlyList<SiteChapter> chapters, NpmAssets assets, string version)
    {
        var html = new StringBuilder();
        foreach (var chapter in curriculum.Chapters)
        {
            var written = chapters.FirstOrDefault(c => c.Chapter == chapter);
            html.AppendLine(written is null ? ToCome(chapter) : Written(chapter, written));
        }

        var others = string.Concat(chapters.Where(c => c.Chapter is null)
            .Select(c => $"<li><h3><a href=\"{c.Address}\">{Encode(c.Title)}</a></h3></li>\n"));
        int ready = chapters.Sum(c => c.Chapter is null ? 0 : c.Concepts.Count), all = curriculum.Chapters.Sum(c => c.Concepts.Count);
        var start = chapters.FirstOrDefault(c => c.Chapter is not null);
        var body = $"""
            <main id="main" class="contents">
            <h1>Deep learning, answered by experiments</h1>
            <p class="purpose">{Encode(Purpose)}</p>
            {(start is null ? "" : $"<p class=\"start\"><a href=\"{start.Address}\">Read the first chapter</a></p>")}
            <h2>Chapters</h2>
            <p class="count">{(ready == all ? $"All {all} questions are answered" : $"{ready} of {all} questions are answered so far")}.</p>
            <ol class="chapters">
            {html}</ol>
            {(others.Length == 0 ? "" : $"<h2>Other notebooks</h2><ul class=\"chapters\">{others}</ul>")}
            </main>
            """;
        return Page.Html("DeepNotebooks", Purpose, body, assets, version);
    }

    private static string Written(Chapter chapter, SiteChapter written)
    {
        var questions = new StringBuilder();
        foreach (var concept in chapter.Concepts.Where(c => written.Concepts.Contains(c.Id)))
        {
            questions.Append($"<li><a href=\"{written.Address}#{Encode(concept.Id)}\">{Encode(concept.Question)}</a></li>");
        }

        return $"""
            <li class="written"><span class="number">{chapter.Number}</span><div>
            <h3><a href="{written.Address}">{Encode(written.Title)}</a></h3>
            <p>{Encode(chapter.Summary)}</p>
            <details><summary>{Count(written.Concepts.Count)}</summary><ol>{questions}</ol></details>
            </div></li>
            """;
    }

    private static string ToCome(Chapter chapter) => $"""
        <li class="to-come"><span class="number">{chapter.Number}</span><div>
        <h3>{Encode(chapter.Title)}</h3>
        <p>{Encode(chapter.Summary)}</p>
        <p class="count">To come: {Count(chapter.Concepts.Count)}</p>
        </div></li>
        """;

    private static string Count(int questions) => questions == 1 ? "1 question" : $"{questions} questions";
}
