using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Whether text could be run as it stands: what a console asks before it offers another line.</summary>
/// <param name="Status"><c>complete</c>, <c>incomplete</c> or <c>invalid</c>.</param>
/// <param name="Indent">Of incomplete text: what the next line should begin with.</param>
internal sealed record Completeness(string Status, string Indent)
{
    private const int Width = 4;

    public static Completeness Of(string text)
    {
        // Directives are lines of their own, complete by themselves.
        var cell = CellSource.Parse(text);
        string code = string.Concat(cell.Parts.OfType<string>());
        var root = CellSource.ParseCode(code, "", out var tree);
        bool isInvalid = tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error);

        // What had to be skipped no further line can mend.
        bool isBeyondMending = root.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SkippedTokensTrivia));
        if (!isBeyondMending && !SyntaxFactory.IsCompleteSubmission(tree))
        {
            return new Completeness("incomplete", new string(' ', Width * Math.Max(0, Depth(root))));
        }

        return new Completeness(isInvalid ? "invalid" : "complete", "");
    }

    private static int Depth(SyntaxNode root) => root.DescendantTokens().Sum(t => t.IsMissing ? 0 : t.Kind() switch
    {
        SyntaxKind.OpenBraceToken => 1,
        SyntaxKind.CloseBraceToken => -1,
        _ => 0,
    });
}
