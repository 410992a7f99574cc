using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>A directive of a cell: <c>#r</c>, <c>#load</c>, or a <c>#!</c> command.</summary>
/// <param name="Name">Its name, such as <c>#r</c> or <c>#!time</c>.</param>
/// <param name="Argument">What follows, without quotes.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text">The line as typed.</param>
internal sealed record Directive(string Name, string Argument, int Line, string Text);

/// <summary>A cell cut into its directives and the code between them. The code keeps its line numbers.</summary>
internal sealed partial class CellSource
{
    private static readonly CSharpParseOptions s_script =
        new(LanguageVersion.CSharp14, DocumentationMode.None, SourceCodeKind.Script);

    private CellSource()
    {
    }

    /// <summary>Directives and code in the order in which they are to be carried out: a string is code.</summary>
    public List<object> Parts { get; } = [];

    /// <summary>Whether the cell's time is to be shown.</summary>
    public bool IsTimed { get; private set; }

    public static CellSource Parse(string text)
    {
        var result = new CellSource();
        text = text.ReplaceLineEndings("\n");
        if (!text.Contains('#'))
        {
            result.AddCode(text);
            return result;
        }

        var lines = text.Split('\n');
        var code = new StringBuilder();
        var directives = Directives(text);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!directives.TryGetValue(i, out bool isActive) || !isActive)
            {
                code.Append(directives.ContainsKey(i) ? "" : lines[i]).Append('\n');
                continue;
            }

            var directive = ToDirective(lines[i], i + 1);
            if (directive.Name is "#load" or "#!import" or "#!whos")
            {
                // These run where they stand: after the code above, before the code below.
                result.AddCode(code.ToString());
                code = new StringBuilder(new string('\n', i));
            }

            result.IsTimed |= directive.Name == "#!time";
            result.Parts.Add(directive);
            code.Append('\n');
        }

        result.AddCode(code.ToString());
        return result;
    }

    /// <summary>The text with spaces in place of its directives: what is code keeps its places.</summary>
    public static string WithoutDirectives(string text)
    {
        if (!text.Contains('#'))
        {
            return text;
        }

        var characters = text.ToCharArray();
        foreach (var directive in ParseCode(text, "", out _).DescendantTrivia().Where(t => t.IsDirective && Pattern().IsMatch(t.ToString())))
        {
            for (int i = directive.SpanStart; i < directive.Span.End; i++)
            {
                characters[i] = characters[i] is '\n' or '\r' ? characters[i] : ' ';
            }
        }

        return new string(characters);
    }

    public static CompilationUnitSyntax ParseCode(string text, string path, out SyntaxTree tree)
    {
        tree = SyntaxFactory.ParseSyntaxTree(SourceText.From(text, Encoding.UTF8), s_script, path);
        return (CompilationUnitSyntax)tree.GetRoot();
    }

    // The lines that the language's own scanner takes for such directives, so that text within strings and comments is not; and
    // whether they are active, not cut off by an #if (the compiler would obey an #r there all the same).
    private static Dictionary<int, bool> Directives(string text)
    {
        var root = ParseCode(text, "", out var tree);
        return root.DescendantTrivia().Where(t => t.IsDirective && Pattern().IsMatch(t.ToString())).ToDictionary(
            t => tree.GetLineSpan(t.Span).StartLinePosition.Line, t => t.GetStructure() is DirectiveTriviaSyntax { IsActive: true });
    }

    private static Directive ToDirective(string line, int number)
    {
        var match = Pattern().Match(line);
        string argument = match.Groups[2].Value.Trim();
        int quote = argument.Length > 1 && argument[0] == '"' ? argument.IndexOf('"', 1) : -1;
        return new Directive(match.Groups[1].Value, quote > 0 ? argument[1..quote] : argument, number, line.Trim());
    }

    private void AddCode(string code)
    {
        if (!string.IsNullOrWhiteSpace(code))
        {
            Parts.Add(code);
        }
    }

    [GeneratedRegex(@"^\s*(#r|#i|#load|#![\w?-]*)(?=[\s""]|$)(.*)")]
    private static partial Regex Pattern();
}
