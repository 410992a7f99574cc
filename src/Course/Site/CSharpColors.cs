using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Site;

/// <summary>C# source as HTML with a class on every keyword, type, method, string, number, comment and directive.</summary>
internal static class CSharpColors
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);

    public static string ToHtml(string source)
    {
        var html = new StringBuilder(source.Length * 2);
        foreach (var token in CSharpSyntaxTree.ParseText(source, Script).GetRoot().DescendantTokens())
        {
            Trivia(html, token.LeadingTrivia);
            Span(html, Class(token), token.Text);
            Trivia(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    private static void Trivia(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (var trivia in list)
        {
            var kind = trivia.Kind();
            Span(html, trivia.IsDirective ? "d" : kind is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia ? null : "c",
                trivia.ToFullString());
        }
    }

    private static void Span(StringBuilder html, string? name, string text)
    {
        var encoded = WebUtility.HtmlEncode(text);
        if (name is null || text.Length == 0)
        {
            html.Append(encoded);
        }
        else
        {
            html.Append("<span class=\"").Append(name).Append("\">").Append(encoded).Append("</span>");
        }
    }

    private static string? Class(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringEndToken
            or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedSingleLineRawStringStartToken
            or SyntaxKind.InterpolatedMultiLineRawStringStartToken or SyntaxKind.InterpolatedRawStringEndToken => "s",
        SyntaxKind.IdentifierToken => Name(token),
        var kind when SyntaxFacts.IsKeywordKind(kind) || SyntaxFacts.IsContextualKeyword(kind) => "k",
        _ => null,
    };

    /// <summary>Without symbols, by where the name stands; a capitalised name before a dot is taken for a type.</summary>
    private static string? Name(SyntaxToken token) => token.Parent switch
    {
        IdentifierNameSyntax { IsVar: true } => "k",
        BaseTypeDeclarationSyntax or ConstructorDeclarationSyntax or TypeParameterSyntax or DelegateDeclarationSyntax => "t",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "m",
        SimpleNameSyntax { Parent: UsingDirectiveSyntax or QualifiedNameSyntax { Parent: UsingDirectiveSyntax } } => null,
        SimpleNameSyntax { Parent: InvocationExpressionSyntax call } name when call.Expression == name => "m",
        SimpleNameSyntax { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member } name
            when member.Name == name && call.Expression == member => "m",
        SimpleNameSyntax { Parent: MemberAccessExpressionSyntax member } name when member.Expression == name =>
            char.IsUpper(token.Text[0]) ? "t" : null,
        GenericNameSyntax => "t",
        IdentifierNameSyntax name when SyntaxFacts.IsInTypeOnlyContext(name) => "t",
        _ => null,
    };
}
