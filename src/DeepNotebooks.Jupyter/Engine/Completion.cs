using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>One text that could stand where the reader types.</summary>
/// <param name="Text">It.</param>
/// <param name="Kind">What it is: <c>method</c>, <c>class</c>, <c>keyword</c> …</param>
/// <param name="Signature">It with its types, or empty.</param>
internal sealed record Match(string Text, string Kind, string Signature);

/// <summary>What could stand at a place of a cell, by what the compiler sees there.</summary>
/// <param name="Start">Where that begins which the matches replace; it ends at the cursor.</param>
/// <param name="Matches">The likeliest first.</param>
internal sealed record Completion(int Start, IReadOnlyList<Match> Matches)
{
    private const int MaxMatches = 500;

    // Beyond these nobody reads signatures, which take longer to write than the rest takes.
    private const int MaxSignatures = 100;

    private static readonly string[] s_keywords =
    [
        .. SyntaxFacts.GetReservedKeywordKinds().Select(SyntaxFacts.GetText).Where(k => !k.StartsWith('_')),
        "and", "async", "await", "dynamic", "from", "global", "nameof", "nint", "not", "nuint", "or", "orderby", "record", "required",
        "select", "var", "when", "where", "with", "yield",
    ];

    /// <summary>What could stand at <paramref name="position"/>.</summary>
    public static Completion At(Submissions submissions, string text, int position)
    {
        int start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(text[start - 1]))
        {
            start--;
        }

        string prefix = text[start..position];
        if (prefix.Length > 0 && char.IsDigit(prefix[0]))
        {
            return new Completion(position, []);
        }

        string code = CellSource.WithoutDirectives(text);
        var candidates = new Search(submissions.Understand(code), start, prefix).Candidates();
        if (candidates is { Count: 0 })
        {
            candidates = new Search(submissions.Understand(code, withRest: true), start, prefix).Candidates();
        }

        return new Completion(start, [.. (candidates ?? [])
            .OrderBy(c => c.Name.StartsWith(prefix, StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(c => c.Rank)
            .ThenBy(c => c.Name, StringComparer.OrdinalIgnoreCase)
            .DistinctBy(c => c.Name)
            .Take(MaxMatches)
            .Select((c, i) => new Match(c.Name, c.Kind, i < MaxSignatures ? c.Signature() : ""))]);
    }

    private sealed record Candidate(string Name, string Kind, int Rank, Func<string> Signature);

    /// <summary>The search at one place of one text.</summary>
    private sealed class Search(SemanticModel model, int start, string prefix)
    {
        private readonly List<Candidate> _found = [];

        /// <summary>What fits, or null where nothing is to be offered.</summary>
        public List<Candidate>? Candidates()
        {
            var root = model.SyntaxTree.GetRoot();
            if (IsInText(root))
            {
                return null;
            }

            var left = root.FindToken(start);
            while (!left.IsKind(SyntaxKind.None) && left.SpanStart >= start)
            {
                left = left.GetPreviousToken();
            }

            // A string that is not closed, or the text within an interpolated one.
            if (left.Span.End > start || left.Kind() is SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringStartToken
                || (left.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken && left.ContainsDiagnostics))
            {
                return null;
            }

            if (left.Kind() is SyntaxKind.DotToken or SyntaxKind.MinusGreaterThanToken)
            {
                Members(left);
                return _found;
            }

            var current = root.FindToken(start);
            if (prefix.Length > 0 && current.SpanStart == start && IsDeclared(current))
            {
                return null;
            }

            Names(left);
            return _found;
        }

        private bool IsInText(SyntaxNode root)
        {
            if (start == 0)
            {
                return false;
            }

            var trivia = root.FindTrivia(start - 1, findInsideTrivia: false);
            return trivia.Kind() switch
            {
                SyntaxKind.SingleLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia => true,
                SyntaxKind.MultiLineCommentTrivia => start < trivia.Span.End || trivia.ContainsDiagnostics,
                SyntaxKind.DisabledTextTrivia => true,
                _ => trivia.IsDirective,
            };
        }

        // A name that is being given, not used.
        private static bool IsDeclared(SyntaxToken name) => name.Parent switch
        {
            VariableDeclaratorSyntax v => v.Identifier == name,
            MethodDeclarationSyntax m => m.Identifier == name,
            LocalFunctionStatementSyntax f => f.Identifier == name,
            BaseTypeDeclarationSyntax t => t.Identifier == name,
            PropertyDeclarationSyntax p => p.Identifier == name,
            ParameterSyntax { Type: not null } p => p.Identifier == name,
            ForEachStatementSyntax e => e.Identifier == name,
            SingleVariableDesignationSyntax => true,
            _ => false,
        };

        private void Members(SyntaxToken dot)
        {
            switch (dot.Parent)
            {
                case MemberAccessExpressionSyntax access:
                    MembersOf(access.Expression);
                    break;
                case QualifiedNameSyntax name:
                    // What follows in the next line made it a type of a declaration; it may be an expression as well.
                    MembersOf(name.Left);
                    break;
                case MemberBindingExpressionSyntax binding
                    when binding.Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault() is { } access:
                    MembersOf(access.Expression);
                    break;
            }
        }

        private void MembersOf(ExpressionSyntax owner)
        {
            var symbol = model.GetSymbolInfo(owner) is var info ? info.Symbol ?? info.CandidateSymbols.FirstOrDefault() : null;
            var type = model.GetTypeInfo(owner).Type;
            if (symbol is null && type is null or IErrorTypeSymbol && owner is NameSyntax)
            {
                var expression = SyntaxFactory.ParseExpression(owner.ToString());
                symbol = model.GetSpeculativeSymbolInfo(owner.SpanStart, expression, SpeculativeBindingOption.BindAsExpression).Symbol;
                type = model.GetSpeculativeTypeInfo(owner.SpanStart, expression, SpeculativeBindingOption.BindAsExpression).Type;
            }

            if (symbol is IAliasSymbol alias)
            {
                symbol = alias.Target;
            }

            if (symbol is INamespaceOrTypeSymbol container and not IErrorTypeSymbol)
            {
                bool isOfUsing = owner.Ancestors().OfType<UsingDirectiveSyntax>().FirstOrDefault() is { } u
                    && !u.StaticKeyword.IsKind(SyntaxKind.StaticKeyword);
                Add(model.LookupSymbols(start, container).Where(s => container is INamespaceSymbol
                    ? s is INamespaceSymbol || !isOfUsing
                    : s.IsStatic || s is ITypeSymbol));
                return;
            }

            if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
                && owner.Parent is ConditionalAccessExpressionSyntax)
            {
                type = nullable.TypeArguments[0];
            }

            if (type is not (null or IErrorTypeSymbol))
            {
                Add(model.LookupSymbols(start, type, includeReducedExtensionMethods: true).Where(s => !s.IsStatic && s is not ITypeSymbol));

                // Color Color: the name means the type as well.
                if (symbol is not null and not ITypeSymbol && symbol.Name == type.Name)
                {
                    Add(model.LookupSymbols(start, type).Where(s => s.IsStatic));
                }
            }
        }

        private void Names(SyntaxToken left)
        {
            var directive = left.Parent?.AncestorsAndSelf().OfType<UsingDirectiveSyntax>().FirstOrDefault();
            if (directive is not null && (directive.SemicolonToken.IsMissing || start <= directive.SemicolonToken.SpanStart))
            {
                bool isType = directive.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) || directive.Alias is not null;
                Add(model.LookupNamespacesAndTypes(start).Where(s => isType || s is INamespaceSymbol));
                return;
            }

            switch (left.Parent)
            {
                case BaseObjectCreationExpressionSyntax when left.IsKind(SyntaxKind.NewKeyword):
                    Add(model.LookupNamespacesAndTypes(start)
                        .Where(s => s is not INamedTypeSymbol { IsStatic: true } and not INamedTypeSymbol { TypeKind: TypeKind.Interface }));
                    Keywords(k => SyntaxFacts.IsPredefinedType(SyntaxFacts.GetKeywordKind(k)));
                    Snippets("new ");
                    return;
                case BaseArgumentListSyntax list when left.Kind() is SyntaxKind.OpenParenToken or SyntaxKind.CommaToken:
                    Parameters(list);
                    break;
                case InitializerExpressionSyntax { Parent: ExpressionSyntax created }:
                    Settable(model.GetTypeInfo(created).Type);
                    break;
            }

            Add(model.LookupSymbols(start));
            Keywords(_ => true);
            Snippets("");
        }

        private void Parameters(BaseArgumentListSyntax list)
        {
            IEnumerable<ISymbol> called = list.Parent switch
            {
                InvocationExpressionSyntax invocation => model.GetMemberGroup(invocation.Expression),
                BaseObjectCreationExpressionSyntax creation when model.GetTypeInfo(creation).Type is INamedTypeSymbol type =>
                    type.InstanceConstructors,
                _ => [],
            };
            var given = list.Arguments.Select(a => a.NameColon?.Name.Identifier.Text).ToHashSet();
            foreach (var parameter in called.OfType<IMethodSymbol>().SelectMany(m => m.Parameters).DistinctBy(p => p.Name))
            {
                if (!given.Contains(parameter.Name))
                {
                    Add(parameter.Name + ": ", "param", 1, () => Text(parameter));
                }
            }
        }

        private void Settable(ITypeSymbol? type)
        {
            if (type is not (null or IErrorTypeSymbol))
            {
                foreach (var member in model.LookupSymbols(start, type)
                    .Where(s => s is IPropertySymbol { SetMethod: not null } or IFieldSymbol { IsReadOnly: false }))
                {
                    Add(member.Name, Kind(member), 0, () => Text(member));
                }
            }
        }

        private void Keywords(Func<string, bool> isWanted)
        {
            foreach (string keyword in s_keywords.Where(isWanted))
            {
                Add(keyword, "keyword", 6, () => "");
            }
        }

        // Whole calls of the library, where it is imported.
        private void Snippets(string before)
        {
            foreach (var (type, text) in Engine.Snippets.All)
            {
                if (text.StartsWith(before, StringComparison.Ordinal)
                    && model.LookupNamespacesAndTypes(start, name: type).Any(t => Engine.Snippets.IsOfLibrary(t)))
                {
                    Add(text[before.Length..], "snippet", 5, () => "");
                }
            }
        }

        private void Add(IEnumerable<ISymbol> symbols)
        {
            foreach (var group in symbols.Where(s => s.CanBeReferencedByName && !s.Name.StartsWith('<')
                    && s.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && !IsHidden(s)).GroupBy(s => s.Name))
            {
                var all = group.ToList();
                string more = all.Count > 1 ? $" (+ {all.Count - 1} more)" : "";
                Add(group.Key, Kind(all[0]), Rank(all[0]), () => Text(all[0]) + more);
            }
        }

        private void Add(string name, string kind, int rank, Func<string> signature)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                _found.Add(new Candidate(name, kind, rank, signature));
            }
        }

        private string Text(ISymbol symbol) => Inspection.Signature(symbol, model, start);

        private static bool IsHidden(ISymbol symbol) => symbol.GetAttributes().Any(a =>
            a.AttributeClass?.Name == "EditorBrowsableAttribute" && a.ConstructorArguments is [{ Value: 1 }]);

        private static int Rank(ISymbol symbol) => symbol switch
        {
            ILocalSymbol or IParameterSymbol or IRangeVariableSymbol => 0,
            _ when symbol.ContainingType?.IsScriptClass == true => 1,
            IMethodSymbol { MethodKind: MethodKind.ReducedExtension } => 3,
            _ when symbol.ContainingType?.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum => 5,
            INamedTypeSymbol type => Engine.Snippets.IsOfLibrary(type) ? 3 : 4,
            INamespaceSymbol => 4,
            _ => 2,
        };

        private static string Kind(ISymbol symbol) => symbol switch
        {
            INamespaceSymbol => "module",
            INamedTypeSymbol type => type.TypeKind.ToString().ToLowerInvariant(),
            ITypeParameterSymbol => "type",
            IMethodSymbol => "function",
            IPropertySymbol => "property",
            IEventSymbol => "event",
            IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } => "enum",
            IFieldSymbol { ContainingType.IsScriptClass: true } or ILocalSymbol or IRangeVariableSymbol => "variable",
            IFieldSymbol => "field",
            IParameterSymbol => "param",
            _ => "text",
        };
    }
}
