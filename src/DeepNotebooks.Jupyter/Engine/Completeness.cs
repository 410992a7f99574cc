using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Whether text could be run as it stands: what a console asks before it offers another line.</summary>
/// <param name="Status"><c>complete</c>, <c>incomplete</c> or <c>invalid</c>.</param>
/// <param name="Indent">Of incomplete text: what the next line should begin with.</param>
internal sealed record Completeness(string Status, string Indent)
{
    private const int Width = 4;
    private const string OpenRawString = "CS8997";

    public static Completeness Of(string text)
    {
        // Directives are lines of their own, complete by themselves.
        var cell = CellSource.Parse(text);
        string code = string.Concat(cell.Parts.OfType<string>());
        var root = CellSource.ParseCode(code, "", out var tree);
        var errors = tree.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();

        // What had to be skipped no further line can mend.
        bool isBeyondMending = root.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SkippedTokensTrivia));
        if (!isBeyondMending && (!SyntaxFactory.IsCompleteSubmission(tree) || errors.Exists(e => e.Id == OpenRawString)))
        {
            return new Completeness("incomplete", new string(' ', Width * Math.Max(0, Depth(root))));
        }

        return new Completeness(errors.Count > 0 ? "invalid" : "complete", "");
    }

    private static int Depth(SyntaxNode root) => root.DescendantTokens().Sum(t => t.IsMissing ? 0 : t.Kind() switch
    {
        SyntaxKind.OpenBraceToken => 1,
        SyntaxKind.CloseBraceToken => -1,
        _ => 0,
    });
}
