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

    /// <summary>Inputs beyond the second, for operations that take many.</summary>
    public virtual ReadOnlySpan<Node?> Rest => default;

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

    /// <summary>The accumulated gradient, which the node forgets.</summary>
    public Tensor? Take(out bool owned)
    {
        Tensor? gradient = _gradient;
        (_gradient, owned) = (null, _owned);
        return gradient;
    }

    private void Add(Tensor gradient, bool owned)
    {
        if (gradient.Shape != Shape)
        {
            (gradient, owned) = (gradient.SumTo(Shape), true);
        }
        if (_gradient is null)
        {
            (_gradient, _owned) = (gradient, owned);
        }
        else if (_owned)
        {
            _gradient.AddInPlace(gradient);
        }
        else
        {
            (_gradient, _owned) = (_gradient + gradient, true);
        }
    }
}

/// <summary>A tensor that the user asked a gradient of: here gradients end, in <see cref="Tensor.Grad"/>.</summary>
internal sealed class Leaf(Tensor tensor) : Node(null)
{
    public override void Backward(Tensor gradient) => throw new InvalidOperationException("A leaf has no inputs.");

    public void Store(Tensor gradient, bool owned)
    {
        if (tensor.Grad is { } sum)
        {
            sum.AddInPlace(gradient);
        }
        else
        {
            tensor.Grad = owned ? gradient : gradient.Clone();
        }
    }
}

/// <summary>Takes the place of a graph that a backward pass has used up.</summary>
internal sealed class Spent() : Node(null)
{
    public static readonly Spent Instance = new();

    public override void Backward(Tensor gradient) => throw new InvalidOperationException(
        "Backward: this graph was used up by an earlier backward pass. Pass keepGraph: true to that one, or compute the loss again.");
}
