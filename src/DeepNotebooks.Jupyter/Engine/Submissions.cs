using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Code that does not compile.</summary>
internal sealed class CompileErrorException(IReadOnlyList<Diagnostic> errors) : Exception
{
    public IReadOnlyList<Diagnostic> Errors => errors;
}

/// <summary>
/// The chain of a session's compiled cells: each sees what the ones before declared. Compiled here rather than by
/// <c>CSharpScript</c>, which loads assemblies for the whole process and knows no checkpoints.
/// </summary>
internal sealed class Submissions
{
    /// <summary>How cells are emitted: with the symbols by which a traceback finds its lines.</summary>
    public static readonly EmitOptions EmitOptions = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    // Given to the first; the others inherit them. The namespaces are those of .NET Interactive and no more: a notebook that runs here must
    // not lack a using there.
    private static readonly string[] s_usings =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        "DeepNotebooks.Jupyter.Engine.CellFunctions",
    ];

    private readonly SessionAssemblies _assemblies = new();
    private readonly List<MetadataReference> _references;
    private readonly HashSet<string> _paths = [];
    private CSharpCompilation? _last;
    private object?[] _instances = new object?[16];
    private int _count;
    private int _inherited;
    private bool _hasRest;
    private (CSharpCompilation Compilation, CSharpCompilation? Last, int References)? _understood;

    public Submissions() => _references = [.. _assemblies.Common];

    /// <summary>The assemblies in which cells were compiled, to tell their frames in a stack trace.</summary>
    public HashSet<Assembly> Compiled { get; } = [];

    /// <summary>References an assembly file for the cells to come.</summary>
    /// <exception cref="BadImageFormatException">The file is no .NET assembly.</exception>
    public void Reference(string path)
    {
        if (_paths.Add(path))
        {
            Reference(_assemblies.Reference(path));
        }
    }

    /// <summary>References packages for the cells to come.</summary>
    /// <exception cref="PackageException">An older version of one of the assemblies is loaded.</exception>
    public void Reference(PackageFiles files) => Reference(_assemblies.Reference(files));

    /// <summary>Compiles code and makes it the last of the chain.</summary>
    /// <returns>What runs it, and whether it ends in an expression that has a value.</returns>
    /// <exception cref="OperationCanceledException">The compilation was cancelled; nothing has changed.</exception>
    /// <exception cref="CompileErrorException">The code does not compile; nothing has changed.</exception>
    public (Func<Task<object>> Run, Func<bool> HasValue) Add(string text, string name, CancellationToken cancellation)
    {
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        CSharpCompilation compilation;
        try
        {
            compilation = Compile(text, name, image, symbols, cancellation);
        }
        catch (CompileErrorException) when (!_hasRest)
        {
            // Perhaps it uses a rarer part of the framework; then later cells will, too.
            int common = _references.Count;
            _references.AddRange(_assemblies.Rest);
            try
            {
                compilation = Compile(text, name, image, symbols, cancellation);
                _hasRest = true;
            }
            finally
            {
                if (!_hasRest)
                {
                    _references.RemoveRange(common, _references.Count - common);
                }
            }
        }

        (_last, _inherited) = (compilation, _references.Count);
        if (image.Length == 0)
        {
            // Nothing but using lines: they count for the cells to come, but there is nothing to run.
            return (() => Task.FromResult<object>(null!), () => false);
        }

        image.Position = symbols.Position = 0;
        var assembly = _assemblies.LoadFromStream(image, symbols);
        Compiled.Add(assembly);
        _count++;
        if (_instances.Length <= _count)
        {
            Array.Resize(ref _instances, 2 * _instances.Length);
        }

        var factory = assembly.GetType($"{TypeName.Submission}{_count - 1}", throwOnError: true)!
            .GetMethod("<Factory>", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object>>>();
        var instances = _instances;
        return (() => factory(instances), () => EndsInValue(compilation));
    }

    /// <summary>What a text would mean as the next cell. It is neither run nor kept.</summary>
    /// <param name="text">The text, complete or not.</param>
    /// <param name="withRest">Whether to look in the rarer parts of the framework, too.</param>
    public SemanticModel Understand(string text, bool withRest = false)
    {
        CellSource.ParseCode(text, "", out var tree);
        List<MetadataReference> references = withRest && !_hasRest ? [.. _references, .. _assemblies.Rest] : _references;

        // A compilation with one tree exchanged need not read its references again.
        var compilation = _understood is { } former && former.Last == _last && former.References == references.Count
            ? former.Compilation.ReplaceSyntaxTree(former.Compilation.SyntaxTrees[0], tree)
            : Compile(tree, references);
        _understood = (compilation, _last, references.Count);
        return compilation.GetSemanticModel(tree);
    }

    /// <summary>The variables that cells can still name, those declared last at the end.</summary>
    public IEnumerable<(string Name, Type Type, object? Value)> Variables => _instances
        .Skip(1).OfType<object>()
        .SelectMany(i => i.GetType().GetFields().Where(f => !f.Name.StartsWith('<')).Select(f => (f.Name, f.FieldType, f.GetValue(i))))
        .Reverse().DistinctBy(v => v.Name).Reverse();

    /// <summary>Lets go of all variables.</summary>
    public void Clear() => Array.Clear(_instances);

    private void Reference((IReadOnlyList<MetadataReference> References, bool NeedsRest) found)
    {
        _references.AddRange(found.References);
        if (found.NeedsRest && !_hasRest)
        {
            _references.AddRange(_assemblies.Rest);
            _hasRest = true;
        }
    }

    private CSharpCompilation Compile(string text, string name, MemoryStream image, MemoryStream symbols, CancellationToken cancellation)
    {
        var root = CellSource.ParseCode(text, name, out var typed);
        if (typed.GetDiagnostics(cancellation).Any(d => d.Severity == DiagnosticSeverity.Error))
        {
            throw new CompileErrorException(Errors(Compile(typed).GetDiagnostics(cancellation)));
        }

        string withCheckpoints = CheckpointInsertion.Apply(root, text, CheckpointLevel.AllLambdas);
        var compilation = Compile(Parse(withCheckpoints, name));
        if (Emit(compilation, image, symbols, cancellation))
        {
            return compilation;
        }

        var plain = Compile(typed);
        if (Errors(plain.GetDiagnostics(cancellation)) is var errors && errors.Count > 0)
        {
            throw new CompileErrorException(errors);
        }

        // The checkpoints are in the way of something: fewer of them.
        foreach (var level in (CheckpointLevel[])[CheckpointLevel.ValueLambdas, CheckpointLevel.Statements])
        {
            compilation = Compile(Parse(CheckpointInsertion.Apply(root, text, level), name));
            if (Emit(compilation, image, symbols, cancellation))
            {
                return compilation;
            }
        }

        compilation = Compile(Parse(text, name));
        errors = Errors(compilation.Emit(image, symbols, options: EmitOptions, cancellationToken: cancellation).Diagnostics);
        return errors.Count == 0 ? compilation : throw new CompileErrorException(errors);
    }

    // Named by a line directive: of a tree with a path the compiler takes the checksum in the thread pool and waits for it, for ever when
    // cells have used the pool up.
    private static SyntaxTree Parse(string text, string name)
    {
        CellSource.ParseCode($"#line 1 \"{name.Replace('"', '\'')}\"\n{text}", "", out var tree);
        return tree;
    }

    private static bool EndsInValue(CSharpCompilation compilation)
    {
        var tree = compilation.SyntaxTrees[0];
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax last] } && last.Statement switch
        {
            ExpressionStatementSyntax { SemicolonToken.IsMissing: true } statement =>
                compilation.GetSemanticModel(tree).GetTypeInfo(statement.Expression).Type is not { SpecialType: SpecialType.System_Void },
            ReturnStatementSyntax { Expression: not null } => true,
            _ => false,
        };
    }

    private static List<Diagnostic> Errors(IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(d => d.Location.SourceSpan.Start)];

    private static bool Emit(CSharpCompilation compilation, MemoryStream image, MemoryStream symbols, CancellationToken cancellation)
    {
        image.SetLength(0);
        symbols.SetLength(0);
        var result = compilation.Emit(image, symbols, options: EmitOptions, cancellationToken: cancellation);
        return result.Success || Errors(result.Diagnostics).Count == 0; // Without success or errors there was nothing to emit.
    }

    private CSharpCompilation Compile(SyntaxTree tree) => Compile(tree, _references);

    private CSharpCompilation Compile(SyntaxTree tree, List<MetadataReference> references)
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            scriptClassName: $"{TypeName.Submission}{_count}",
            usings: _last is null ? s_usings : [],
            optimizationLevel: OptimizationLevel.Debug, // optimized, an index out of range would lose its line
            allowUnsafe: true,
            concurrentBuild: false);

        // Only what is new: the rest comes with the cells before. Given again, it would add up, and 600 cells take a gigabyte.
        var added = references.Skip(_inherited);
        return CSharpCompilation.CreateScriptCompilation($"cell-{_count}", tree, added, options, _last, typeof(object));
    }
}
