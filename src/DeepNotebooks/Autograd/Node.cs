namespace DeepNotebooks;

/// <summary>
/// One recorded operation: which operations made its inputs, and how to send a gradient back to them. A subclass stands beside the
/// forward pass of its operation and keeps only what its backward pass reads.
/// </summary>
/// <param name="first">What made the first input; null where no gradient is wanted.</param>
/// <param name="second">What made the second input; null where there is none or no gradient is wanted.</param>
internal abstract class Node(Node? first, Node? second = null)
{
    private Tensor? _gradient;
    private bool _owned; // the gradient is ours alone and may be added to in place

    public readonly Node? First = first, Second = second;

    /// <summary>When this was recorded, by the clock of changes in place: what is kept must not be changed later.</summary>
    public readonly long Recorded = Storage.Now;

    /// <summary>Inputs beyond the second, for operations that take many.</summary>
    public virtual ReadOnlySpan<Node?> Rest => default;

    /// <summary>What made each input; null where no gradient is wanted.</summary>
    public Node?[] Inputs() => [First, Second, .. Rest];

    /// <summary>The shape of this operation's result, and so of its gradient.</summary>
    public Shape Shape { get; set; }

    /// <summary>How many recorded operations still owe this one a gradient, while the engine runs.</summary>
    public int Pending { get; set; }

    /// <summary>Given ∂L/∂output, accumulates ∂L/∂input into every input.</summary>
    public abstract void Backward(Tensor gradient);

    /// <summary>Adds a gradient that other nodes may share.</summary>
    public void Accumulate(Tensor gradient) => Add(gradient, owned: false);

    /// <summary>Adds a gradient that was computed for this node alone, so that later ones are added to it in place.</summary>
    public void AccumulateFresh(Tensor gradient) => Add(gradient, owned: gradient.IsContiguous);

    /// <summary>Adds the product of two matrices, where it can in place.</summary>
    public void AccumulateProduct(Tensor a, Tensor b)
    {
        if (_owned && _gradient is { Rank: 2 })
            Tensor.MultiplyInto(_gradient, a, b, add: true);
        else
            AccumulateFresh(a.MatMul(b));
    }

    /// <summary>The gradient summed up so far, to be added to in place; zeros of another's type and device before the first. For
    /// operations that touch a part of it.</summary>
    public Tensor Sum(Tensor like)
    {
        if (_gradient is null || !_owned)
            (_gradient, _owned) = (_gradient?.Copy() ?? like.Room(Shape, 0), true);
        return _gradient;
    }

    /// <summary>The accumulated gradient, as it stands.</summary>
    public Tensor? Received => _gradient;

    /// <summary>The tensor whose <see cref="Tensor.Grad"/> gets what this node receives; null for most that are no leaves.</summary>
    public Tensor? Keeper { get; set; }

    /// <summary>The name of the operation: that of its class, or of the function that it applies.</summary>
    public string Name
    {
        get
        {
            Type type = GetType();
            string name = type.IsGenericType ? type.GetGenericArguments()[^1].Name : type.Name;
            return name == nameof(Node) ? type.DeclaringType!.Name : name.EndsWith(nameof(Node)) ? name[..^4] : name;
        }
    }

    /// <summary>The accumulated gradient, which the node forgets.</summary>
    public Tensor? Take(out bool owned)
    {
        Tensor? gradient = _gradient;
        (_gradient, owned) = (null, _owned);
        return gradient;
    }

    /// <summary>Hands a gradient to the tensor that keeps it.</summary>
    public void Store(Tensor gradient, bool owned)
    {
        if (Keeper is { Grad: { IsReleased: false } sum })
            sum.AddInPlace(gradient);
        else if (Keeper is not null)
            Keeper.Grad = owned ? gradient : gradient.Copy();
    }

    private void Add(Tensor gradient, bool owned)
    {
        if (gradient.Shape != Shape)
            (gradient, owned) = (gradient.SumTo(Shape), true);
        if (_gradient is null)
            (_gradient, _owned) = (gradient, owned);
        else if (_owned)
            _gradient.AddInPlace(gradient);
        else
            (_gradient, _owned) = (_gradient + gradient, true);
    }
}

/// <summary>A tensor that the user asked a gradient of: here gradients end, in <see cref="Tensor.Grad"/>.</summary>
internal sealed class Leaf : Node
{
    public Leaf(Tensor tensor) : base(null) => (Keeper, Shape) = (tensor, tensor.Shape);

    public override void Backward(Tensor gradient) => throw new InvalidOperationException("A leaf has no inputs.");
}

/// <summary>Takes the place of a graph that a backward pass has used up.</summary>
internal sealed class Spent() : Node(null)
{
    public static readonly Spent Instance = new();

    public override void Backward(Tensor gradient) => throw Error();

    public static InvalidOperationException Error() => new(
        "Backward: this graph was used up by an earlier backward pass. Pass keepGraph: true to that one, or compute the loss again.");
}
