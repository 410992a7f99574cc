namespace DeepNotebooks;

/// <summary>
/// Define, then run, as TensorFlow 1 did (Abadi et al., 2016): building the graph computes nothing; <see cref="Run"/> feeds its
/// placeholders and computes what is asked for, each symbol once.
/// <code>
/// var graph = new StaticGraph();
/// Symbol x = graph.Placeholder("x", -1, 2), w = graph.Variable("w", rng.Normal([2, 1])), y = x.MatMul(w).Apply("Tanh", t => t.Tanh());
/// Tensor value = graph.Run(y, (x, Tensor.From(new double[,] { { 1, 2 } })));
/// </code>
/// </summary>
public sealed class StaticGraph
{
    private readonly List<Symbol> _variables = [];

    /// <summary>The values of the variables, for an optimizer: leaves, whose gradients a result's Backward fills.</summary>
    public IReadOnlyList<Tensor> Variables => [.. _variables.Select(v => v.Value!)];

    /// <summary>An input that every run feeds; a size of −1 takes any.</summary>
    public Symbol Placeholder(string name, params ReadOnlySpan<int> sizes) => new(this, name, [], null) { Sizes = sizes.ToArray() };

    /// <summary>A weight, which keeps its value from run to run.</summary>
    public Symbol Variable(string name, Tensor initial)
    {
        var symbol = new Symbol(this, name, [], null) { Value = initial.Clone().WithGrad() };
        _variables.Add(symbol);
        return symbol;
    }

    /// <summary>A fixed tensor.</summary>
    public Symbol Constant(Tensor value) => new(this, "Constant", [], null) { Value = value.Detach() };

    /// <summary>Computes a symbol. The result can be differentiated: <c>graph.Run(loss, …).Backward()</c>.</summary>
    /// <param name="fetch">What is computed; what it does not depend on is not.</param>
    /// <param name="feeds">The values of the placeholders.</param>
    /// <exception cref="ArgumentException">A placeholder that is needed is not fed, is fed twice or by a tensor of another shape; what is
    /// fed is no placeholder; or a symbol is of another graph.</exception>
    public Tensor Run(Symbol fetch, params ReadOnlySpan<(Symbol Placeholder, Tensor Value)> feeds)
    {
        var values = new Dictionary<Symbol, Tensor>();
        foreach ((Symbol symbol, Tensor value) in feeds)
        {
            if (symbol.Graph != this || symbol.Sizes is not { } sizes)
                throw new ArgumentException($"StaticGraph.Run: {symbol} is no placeholder of this graph and cannot be fed.");
            if (value.Rank != sizes.Length || sizes.Where((size, axis) => size >= 0 && size != value.Shape[axis]).Any())
            {
                throw new ArgumentException(
                    $"StaticGraph.Run: {symbol} takes ({string.Join(", ", sizes)}), −1 being any; fed was {value.Shape}.");
            }
            if (!values.TryAdd(symbol, value))
                throw new ArgumentException($"StaticGraph.Run: {symbol} is fed twice. Feed it once.");
        }
        if (fetch.Graph != this)
            throw new ArgumentException($"StaticGraph.Run: {fetch} belongs to another graph. Run it there.");
        var open = new Stack<Symbol>([fetch]);
        while (open.TryPeek(out Symbol? symbol))
        {
            Symbol[] missing = [.. symbol.Inputs.Where(input => !values.ContainsKey(input))];
            if (missing.Length > 0)
            {
                Array.ForEach(missing, open.Push);
                continue;
            }
            open.Pop();
            if (!values.ContainsKey(symbol))
            {
                values[symbol] = symbol.Value ?? symbol.Operation?.Invoke([.. symbol.Inputs.Select(input => values[input])])
                    ?? throw new ArgumentException($"StaticGraph.Run: {fetch} needs the placeholder {symbol}, which is not fed. "
                        + $"Pass ({symbol.Name}, tensor) to Run.");
            }
        }
        return values[fetch];
    }
}

/// <summary>A value of a <see cref="StaticGraph"/> that is not computed yet.</summary>
public sealed class Symbol
{
    internal Symbol(StaticGraph graph, string name, Symbol[] inputs, Func<Tensor[], Tensor>? operation) =>
        (Graph, Name, Inputs, Operation) = (graph, name, inputs, operation);

    /// <summary>The name of the operation, placeholder or variable.</summary>
    public string Name { get; }

    /// <summary>What this is computed from.</summary>
    public IReadOnlyList<Symbol> Inputs { get; }

    internal StaticGraph Graph { get; }

    internal Func<Tensor[], Tensor>? Operation { get; }

    internal Tensor? Value { get; init; }

    internal int[]? Sizes { get; init; }

    /// <summary>Any operation of one tensor.</summary>
    public Symbol Apply(string name, Func<Tensor, Tensor> operation) => new(Graph, name, [this], x => operation(x[0]));

    /// <summary>Any operation of two tensors.</summary>
    /// <exception cref="ArgumentException">The symbols are of different graphs.</exception>
    public Symbol Apply(string name, Symbol other, Func<Tensor, Tensor, Tensor> operation) => Graph == other.Graph
        ? new(Graph, name, [this, other], x => operation(x[0], x[1]))
        : throw new ArgumentException($"{name}: {this} and {other} belong to different graphs. Build both in one.");

    /// <summary>The matrix product.</summary>
    public Symbol MatMul(Symbol other) => Apply("MatMul", other, (a, b) => a.MatMul(b));

    public static Symbol operator +(Symbol a, Symbol b) => a.Apply("Add", b, (x, y) => x + y);

    public static Symbol operator -(Symbol a, Symbol b) => a.Apply("Subtract", b, (x, y) => x - y);

    public static Symbol operator *(Symbol a, Symbol b) => a.Apply("Multiply", b, (x, y) => x * y);

    public static Symbol operator /(Symbol a, Symbol b) => a.Apply("Divide", b, (x, y) => x / y);

    public static Symbol operator +(Symbol a, double b) => a.Apply("AddNumber", x => x + b);

    public static Symbol operator *(Symbol a, double b) => a.Apply("MultiplyNumber", x => x * b);

    /// <summary>Name and inputs: <c>Add(x, w)</c>.</summary>
    public override string ToString() => Inputs.Count == 0 ? Name : $"{Name}({string.Join(", ", Inputs.Select(input => input.Name))})";
}
