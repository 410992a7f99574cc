using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>How much of a cell gets checkpoints; what a level breaks, the next lower one leaves alone.</summary>
internal enum CheckpointLevel
{
    /// <summary>The source as it was typed.</summary>
    None,

    /// <summary>Loops, labels and functions with a body or a declared result.</summary>
    Statements,

    /// <summary>Also lambdas whose expression is plainly a value. Not possible where a lambda becomes an expression tree.</summary>
    ValueLambdas,

    /// <summary>Also lambdas that are one call, taken to give a value. Not possible where the call gives none.</summary>
    AllLambdas,
}

/// <summary>
/// Puts checkpoints into a cell's text. Insertions hold no line break, so every line keeps its number; columns are of no concern,
/// since errors are reported from the source as typed.
/// </summary>
internal sealed class CheckpointInsertion : CSharpSyntaxWalker
{
    private const string Loop = "global::DeepNotebooks.Jupyter.Engine.Checkpoint.Loop();";
    private const string Function = "global::DeepNotebooks.Jupyter.Engine.Checkpoint.Function();";

    private readonly List<(int Position, int Deleted, string Text)> _edits = [];
    private readonly CheckpointLevel _level;

    private CheckpointInsertion(CheckpointLevel level) => _level = level;

    /// <summary>The text with checkpoints.</summary>
    public static string Apply(SyntaxNode root, string text, CheckpointLevel level)
    {
        var walker = new CheckpointInsertion(level);
        walker.Visit(root);
        var result = new StringBuilder(text.Length + (64 * walker._edits.Count));
        int at = 0;
        foreach (var (position, deleted, insertion) in walker._edits.OrderBy(e => e.Position))
        {
            result.Append(text, at, position - at).Append(insertion);
            at = position + deleted;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    public override void VisitWhileStatement(WhileStatementSyntax node)
    {
        LoopBody(node.Statement);
        base.VisitWhileStatement(node);
    }

    public override void VisitDoStatement(DoStatementSyntax node)
    {
        LoopBody(node.Statement);
        base.VisitDoStatement(node);
    }

    public override void VisitForStatement(ForStatementSyntax node)
    {
        LoopBody(node.Statement);
        base.VisitForStatement(node);
    }

    public override void VisitForEachStatement(ForEachStatementSyntax node)
    {
        LoopBody(node.Statement);
        base.VisitForEachStatement(node);
    }

    public override void VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        LoopBody(node.Statement);
        base.VisitForEachVariableStatement(node);
    }

    public override void VisitLabeledStatement(LabeledStatementSyntax node)
    {
        Insert(node.ColonToken.Span.End, Loop);
        base.VisitLabeledStatement(node);
    }

    // Reached again by goto case.
    public override void VisitSwitchSection(SwitchSectionSyntax node)
    {
        if (node.Statements is [var first, ..])
        {
            Insert(first.SpanStart, Loop);
        }

        base.VisitSwitchSection(node);
    }

    public override void VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        Body(node.Body, node.ExpressionBody, GivesNothing(node.ReturnType, node.Modifiers), node.ReturnType);
        base.VisitMethodDeclaration(node);
    }

    public override void VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        Body(node.Body, node.ExpressionBody, GivesNothing(node.ReturnType, node.Modifiers), node.ReturnType);
        base.VisitLocalFunctionStatement(node);
    }

    public override void VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        Body(node.Body, node.ExpressionBody, true, null);
        base.VisitConstructorDeclaration(node);
    }

    public override void VisitOperatorDeclaration(OperatorDeclarationSyntax node)
    {
        Body(node.Body, node.ExpressionBody, false, node.ReturnType);
        base.VisitOperatorDeclaration(node);
    }

    public override void VisitConversionOperatorDeclaration(ConversionOperatorDeclarationSyntax node)
    {
        Body(node.Body, node.ExpressionBody, false, node.Type);
        base.VisitConversionOperatorDeclaration(node);
    }

    public override void VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        var type = (node.Parent?.Parent as BasePropertyDeclarationSyntax)?.Type;
        Body(node.Body, node.ExpressionBody, !node.IsKind(SyntaxKind.GetAccessorDeclaration), type);
        base.VisitAccessorDeclaration(node);
    }

    public override void VisitPropertyDeclaration(PropertyDeclarationSyntax node)
    {
        Getter(node.ExpressionBody, node.Type);
        base.VisitPropertyDeclaration(node);
    }

    public override void VisitIndexerDeclaration(IndexerDeclarationSyntax node)
    {
        Getter(node.ExpressionBody, node.Type);
        base.VisitIndexerDeclaration(node);
    }

    public override void VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node)
    {
        Insert(node.Block.OpenBraceToken.Span.End, Function);
        base.VisitAnonymousMethodExpression(node);
    }

    public override void VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        Lambda(node);
        base.VisitSimpleLambdaExpression(node);
    }

    public override void VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        Lambda(node);
        base.VisitParenthesizedLambdaExpression(node);
    }

    // Braces within an interpolated string have a meaning of their own.
    public override void VisitInterpolatedStringExpression(InterpolatedStringExpressionSyntax node)
    {
    }

    private static bool GivesNothing(TypeSyntax type, SyntaxTokenList modifiers) =>
        type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword }
        || (modifiers.Any(SyntaxKind.AsyncKeyword) && (type as QualifiedNameSyntax)?.Right is var right
            && (right ?? type) is IdentifierNameSyntax { Identifier.ValueText: "Task" or "ValueTask" });

    private static bool MayBeStatement(ExpressionSyntax expression) => expression is InvocationExpressionSyntax or AwaitExpressionSyntax
        or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or BaseObjectCreationExpressionSyntax
        or ConditionalAccessExpressionSyntax
        || expression.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression;

    // A call that may lead back here without passing a declared function: of a delegate, that is.
    private static bool CallsDelegate(ExpressionSyntax expression) => expression.DescendantNodesAndSelf()
        .OfType<InvocationExpressionSyntax>()
        .Any(call => call.Expression switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText != "nameof",
            MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText == "Invoke",
            GenericNameSyntax => false,
            _ => true,
        });

    private void Insert(int position, string text) => _edits.Add((position, 0, text));

    private void LoopBody(StatementSyntax body)
    {
        switch (body)
        {
            case BlockSyntax block:
                Insert(block.OpenBraceToken.Span.End, Loop);
                break;
            case LocalDeclarationStatementSyntax or LocalFunctionStatementSyntax or LabeledStatementSyntax:
                break; // An error without braces; it must stay one.
            default:
                Insert(body.SpanStart, "{" + Loop);
                Insert(body.Span.End, "}");
                break;
        }
    }

    private void Body(BlockSyntax? block, ArrowExpressionClauseSyntax? arrow, bool givesNothing, TypeSyntax? type)
    {
        if (block is not null)
        {
            Insert(block.OpenBraceToken.Span.End, Function);
        }
        else if (arrow is not null && type is not RefTypeSyntax)
        {
            string verb = arrow.Expression is ThrowExpressionSyntax || givesNothing ? "" : "return ";
            _edits.Add((arrow.ArrowToken.SpanStart, arrow.ArrowToken.Span.Length, "{" + Function + verb));
            Insert(arrow.GetLastToken().GetNextToken().Span.End, "}");
        }
    }

    private void Getter(ArrowExpressionClauseSyntax? arrow, TypeSyntax type)
    {
        if (arrow is not null && type is not RefTypeSyntax)
        {
            string verb = arrow.Expression is ThrowExpressionSyntax ? "" : "return ";
            _edits.Add((arrow.ArrowToken.SpanStart, arrow.ArrowToken.Span.Length, "{get{" + Function + verb));
            Insert(arrow.GetLastToken().GetNextToken().Span.End, "}}");
        }
    }

    private void Lambda(LambdaExpressionSyntax node)
    {
        if (node.Block is { } block)
        {
            Insert(block.OpenBraceToken.Span.End, Function);
        }
        else if (node.ExpressionBody is { } expression and not (ThrowExpressionSyntax or RefExpressionSyntax)
            && _level >= (MayBeStatement(expression) ? CheckpointLevel.AllLambdas : CheckpointLevel.ValueLambdas)
            && (!MayBeStatement(expression) || CallsDelegate(expression)))
        {
            Insert(expression.SpanStart, "{" + Function + "return ");
            Insert(expression.Span.End, ";}");
        }
    }
}
