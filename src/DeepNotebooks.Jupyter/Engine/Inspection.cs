using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>What is known of a name in a cell: its signatures, and what its documentation says.</summary>
/// <param name="Text">As plain text.</param>
/// <param name="Markdown">As Markdown.</param>
internal sealed record Inspection(string Text, string Markdown)
{
    private const int MaxSignatures = 20;
    private const int MaxDetailed = 30;

    private static readonly SymbolDisplayFormat s_format = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword)
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeExtensionThis)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints);

    private static readonly SymbolDisplayFormat s_inCell =
        s_format.WithMemberOptions(s_format.MemberOptions & ~SymbolDisplayMemberOptions.IncludeContainingType);

    // Of a type its namespace is worth knowing: it tells which using line it needs.
    private static readonly SymbolDisplayFormat s_whole = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithKindOptions(s_format.KindOptions)
        .WithGenericsOptions(s_format.GenericsOptions);

    /// <summary>What stands at <paramref name="position"/>: the name there, or else the function whose arguments are there.</summary>
    public static Inspection? At(Submissions submissions, string text, int position, bool isDetailed)
    {
        string code = CellSource.WithoutDirectives(text);
        var model = submissions.Understand(code);
        var symbols = Symbols(model, position);
        if (symbols.Count == 0)
        {
            model = submissions.Understand(code, withRest: true);
            symbols = Symbols(model, position);
        }

        return symbols.Count == 0 ? null : Describe(symbols, model, position, isDetailed, Value(symbols[0], submissions));
    }

    /// <summary>A symbol with its types, in one line.</summary>
    public static string Signature(ISymbol symbol, SemanticModel model, int position) => symbol switch
    {
        { ContainingType.IsScriptClass: true } => symbol.ToMinimalDisplayString(model, position, s_inCell),
        IMethodSymbol { MethodKind: MethodKind.Constructor } => Constructor(symbol.ToMinimalDisplayString(model, position, s_inCell),
            symbol.ContainingType.ToMinimalDisplayString(model, position)),
        INamespaceOrTypeSymbol => symbol.ToDisplayString(s_whole),
        _ => symbol.ToMinimalDisplayString(model, position, s_format),
    };

    private static string Constructor(string signature, string type) => "new " + type + signature[signature.IndexOf('(')..];

    private static List<ISymbol> Symbols(SemanticModel model, int position)
    {
        var root = model.SyntaxTree.GetRoot();
        var token = root.FindToken(position);
        if (!IsName(token) || token.SpanStart > position)
        {
            var left = token.SpanStart >= position ? token.GetPreviousToken() : token;
            token = IsName(left) && left.Span.End == position ? left : default;
        }

        if (token.Parent is { } node && OfName(model, node, token) is { Count: > 0 } found)
        {
            return found;
        }

        // The innermost call around.
        var start = root.FindToken(Math.Max(0, position - 1)).Parent;
        foreach (var list in start?.AncestorsAndSelf().OfType<BaseArgumentListSyntax>() ?? [])
        {
            if (position > list.SpanStart && (position < list.Span.End || list.GetLastToken(includeZeroWidth: true).IsMissing)
                && list.Parent is { } call)
            {
                var target = call switch
                {
                    InvocationExpressionSyntax i => OfExpression(model, i.Expression),
                    BaseObjectCreationExpressionSyntax c => Constructors(model, c),
                    ElementAccessExpressionSyntax e => [.. model.GetSymbolInfo(e) is var info ? Preferred(info.Symbol, info.CandidateSymbols) : []],
                    _ => [],
                };
                if (target.Count > 0)
                {
                    return target;
                }
            }
        }

        return [];
    }

    private static bool IsName(SyntaxToken token) => token.IsKind(SyntaxKind.IdentifierToken) || token.Parent is PredefinedTypeSyntax;

    private static List<ISymbol> OfName(SemanticModel model, SyntaxNode node, SyntaxToken token)
    {
        if (node is not (SimpleNameSyntax or PredefinedTypeSyntax))
        {
            return token.IsKind(SyntaxKind.IdentifierToken) && model.GetDeclaredSymbol(node) is { } declared ? [declared] : [];
        }

        // The outermost name of which this is the end: in new A.B(…), of B the whole.
        var whole = node;
        while (whole.Parent is QualifiedNameSyntax q && q.Right == whole)
        {
            whole = q;
        }

        return whole.Parent is ObjectCreationExpressionSyntax creation && creation.Type == whole
            ? [.. Constructors(model, creation) is { Count: > 0 } all ? all : OfExpression(model, node)]
            : OfExpression(model, node);
    }

    private static List<ISymbol> OfExpression(SemanticModel model, SyntaxNode node)
    {
        var info = model.GetSymbolInfo(node);
        var symbol = info.Symbol is IAliasSymbol alias ? alias.Target : info.Symbol;
        if (symbol is INamespaceSymbol or ITypeSymbol or ILocalSymbol or IFieldSymbol or IPropertySymbol)
        {
            return [symbol];
        }

        return Preferred(symbol, [.. model.GetMemberGroup(node), .. info.CandidateSymbols]);
    }

    private static List<ISymbol> Constructors(SemanticModel model, BaseObjectCreationExpressionSyntax creation) =>
        model.GetTypeInfo(creation).Type is INamedTypeSymbol { TypeKind: not TypeKind.Error } type
            ? Preferred(model.GetSymbolInfo(creation).Symbol, type.InstanceConstructors.Where(c => c.DeclaredAccessibility == Accessibility.Public))
            : [];

    private static List<ISymbol> Preferred(ISymbol? chosen, IEnumerable<ISymbol> all) =>
        [.. ((ISymbol?[])[chosen, .. all]).OfType<ISymbol>().Distinct(SymbolEqualityComparer.Default)
            .DistinctBy(s => s.OriginalDefinition, SymbolEqualityComparer.Default)];

    // A variable's value, if that is short to say and saying it runs no code of the reader's.
    private static string? Value(ISymbol symbol, Submissions submissions)
    {
        if (symbol is not IFieldSymbol { ContainingType.IsScriptClass: true })
        {
            return null;
        }

        object? value = submissions.Variables.FirstOrDefault(v => v.Name == symbol.Name).Value;
        return value is string or bool or char or Enum || PlainText.IsNumber(value) ? PlainText.InTable(value) : null;
    }

    private static Inspection Describe(List<ISymbol> symbols, SemanticModel model, int position, bool isDetailed, string? value)
    {
        int most = isDetailed ? MaxDetailed : MaxSignatures;
        var signatures = symbols.Take(most).Select(s => Signature(s, model, position)).ToList();
        if (symbols[0] is INamedTypeSymbol type)
        {
            var members = isDetailed ? type.GetMembers().Where(IsShown) : type.InstanceConstructors.Where(IsShown);
            signatures.AddRange(members.Take(most).Select(m => "    " + Signature(m, model, position)));
        }

        if (symbols.Count > most)
        {
            signatures.Add($"// and {symbols.Count - most} more");
        }

        if (value is not null)
        {
            signatures[0] += " = " + value;
        }

        var text = new StringBuilder(string.Join('\n', signatures));
        var markdown = new StringBuilder("```csharp\n").AppendJoin('\n', signatures).Append("\n```");
        foreach (var symbol in isDetailed && symbols[0] is IMethodSymbol ? symbols.Take(MaxDetailed) : symbols.Take(1))
        {
            var documentation = Documentation.Of(symbol, model.Compilation);
            if (documentation is null)
            {
                continue;
            }

            if (isDetailed && symbols.Count > 1)
            {
                text.Append("\n\n").Append(Signature(symbol, model, position));
                markdown.Append("\n\n`").Append(Signature(symbol, model, position)).Append('`');
            }

            text.Append("\n\n").Append(documentation.ToText(isMarkdown: false, isDetailed));
            markdown.Append("\n\n").Append(documentation.ToText(isMarkdown: true, isDetailed));
        }

        return new Inspection(text.ToString(), markdown.ToString());
    }

    private static bool IsShown(ISymbol member) => member.DeclaredAccessibility == Accessibility.Public && !member.IsImplicitlyDeclared
        && (member.CanBeReferencedByName
            || member is IMethodSymbol { MethodKind: MethodKind.Constructor } || member is IPropertySymbol { IsIndexer: true });
}
