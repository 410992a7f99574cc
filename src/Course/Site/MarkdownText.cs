using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course.Site;

/// <summary>A heading of a page and the address within the page that leads to it.</summary>
internal sealed record Heading(int Level, string Id, string Html, string Text);

/// <summary>A notebook's Markdown as the HTML of a page: mathematics, coloured C#, the course's set-off paragraphs, no script.</summary>
internal sealed partial class MarkdownText
{
    /// <summary>Paragraphs that open with one of these in bold are set off.</summary>
    private static readonly (string Opening, string Class)[] SetOff =
    [
        ("in short", "in-short"), ("remember", "remember"), ("what to remember", "remember"), ("to remember", "remember"),
        ("myth", "myth"), ("the myth", "myth"), ("answer instead", "in-short"), ("what to answer", "in-short"),
    ];

    private readonly MarkdownPipeline _pipeline;
    private readonly Formulas _formulas;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public MarkdownText(Formulas formulas)
    {
        _formulas = formulas;
        _pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseMathematics().UseEmphasisExtras().UseListExtras().UseTaskLists()
            .UseAutoLinks().UseFootnotes().UseDefinitionLists().Build();
    }

    /// <summary>The headings met so far, in order.</summary>
    public List<Heading> Headings { get; } = [];

    /// <summary>Renders one cell.</summary>
    /// <param name="markdown">The cell's source.</param>
    /// <param name="id">What the cell's first heading is addressed by, instead of an id made from its words.</param>
    public string ToHtml(string markdown, string? id = null)
    {
        var document = Markdown.Parse(Formulas.WithoutMarks(markdown), _pipeline);
        foreach (var literal in document.Descendants<LiteralInline>())
        {
            literal.Content = new(Unbroken(literal.Content.ToString()));
        }

        foreach (var block in document.Descendants<ParagraphBlock>())
        {
            if (Opening(block) is { } name)
            {
                ((Block?)(block.Parent as QuoteBlock) ?? block).GetAttributes().AddClass(name);
            }
        }

        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            var text = PlainText(heading.Inline);
            var address = Unique(id ?? Slug(text));
            id = null;
            heading.GetAttributes().Id = address;
            Headings.Add(new(heading.Level, address, HtmlCleaner.Clean(Render(r => r.WriteChildren(heading.Inline!))), text));
        }

        return HtmlCleaner.Clean(Render(r => r.Render(document)));
    }

    /// <summary>The text with percent signs that do not part from their numbers at the end of a line.</summary>
    internal static string Unbroken(string text) => Percents().Replace(text, "\u00A0%");

    [GeneratedRegex("(?<=[0-9]) %")]
    private static partial Regex Percents();

    private string Render(Action<HtmlRenderer> write)
    {
        using var to = new StringWriter();
        var renderer = new HtmlRenderer(to);
        _pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<HtmlMathInlineRenderer>(new InlineFormula(_formulas));
        renderer.ObjectRenderers.Replace<HtmlMathBlockRenderer>(new BlockFormula(_formulas));
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new ColouredCode());
        write(renderer);
        return to.ToString();
    }

    private static string? Opening(ParagraphBlock paragraph)
    {
        if (paragraph.Inline?.FirstChild is not EmphasisInline { DelimiterCount: 2 } bold)
        {
            return null;
        }

        var words = PlainText(bold).Trim().TrimEnd('.', ':', '!').ToLowerInvariant();
        return SetOff.FirstOrDefault(s => s.Opening == words).Class;
    }

    private static string PlainText(ContainerInline? inline) => inline is null ? "" : string.Concat(inline.Descendants().Select(i => i switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        MathInline math => math.Content.ToString(),
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        LineBreakInline => " ",
        _ => "",
    }));

    private string Unique(string id)
    {
        var unique = id;
        for (int n = 2; !_ids.Add(unique); n++)
        {
            unique = $"{id}-{n}";
        }

        return unique;
    }

    private static string Slug(string text)
    {
        var slug = string.Join('-', new string([.. text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return slug.Length == 0 ? "section" : slug;
    }

    private sealed class InlineFormula(Formulas formulas) : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline formula) =>
            renderer.Write(formulas.Hold(formula.Content.ToString(), display: formula.DelimiterCount > 1));
    }

    private sealed class BlockFormula(Formulas formulas) : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock formula) =>
            renderer.Write("<p>").Write(formulas.Hold(formula.Lines.ToString(), display: true)).WriteLine("</p>");
    }

    private sealed class ColouredCode : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            var language = (block as FencedCodeBlock)?.Info?.ToLowerInvariant();
            var source = block.Lines.ToString();
            if (language is "csharp" or "cs" or "c#")
            {
                renderer.Write("<div class=\"code\"><pre><code>").Write(CSharpColors.ToHtml(source)).WriteLine("</code></pre></div>");
            }
            else
            {
                renderer.Write("<pre class=\"plain\"><code>").WriteEscape(source).WriteLine("</code></pre>");
            }
        }
    }
}
