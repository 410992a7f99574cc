using System.Runtime.CompilerServices;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    private Node? _node;

    /// <summary>What recorded this tensor: an operation, a leaf, or nothing.</summary>
    internal Node? Node => _node is not null && Engine.Recording ? _node : null;

    /// <summary>
    /// Whether gradients flow to this tensor. Set it on a tensor of your own (a leaf) to have <see cref="Backward"/> fill its
    /// <see cref="Grad"/>; results of operations have it when one of their inputs does.
    /// </summary>
    /// <exception cref="InvalidOperationException">Set on the result of a recorded operation.</exception>
    public bool RequiresGrad
    {
        get => _node is not null;
        set
        {
            if (_node is not (null or Leaf))
                throw new InvalidOperationException("RequiresGrad: this tensor is the result of an operation. Detach() it first.");
            _node = value ? _node ?? new Leaf(this) : null;
        }
    }

    /// <summary>The gradient ∂L/∂this that backward passes have summed up so far; null before the first. Kept on leaves, and where
    /// <see cref="RetainGrad"/> asked for it.</summary>
    /// <exception cref="ArgumentException">Set to a tensor of another shape or type.</exception>
    public Tensor? Grad
    {
        get;
        set => field = value is null || (value.Shape == Shape && value.DType == DType)
            ? value?.Contiguous().Detach()
            : throw new ArgumentException(
                $"Grad: a gradient {value.Shape} {value.DType} does not fit a tensor {Shape} {DType}: they must agree.", nameof(value));
    }

    /// <summary>This tensor, as a leaf that requires a gradient: <c>var w = rng.Normal([2, 3]).WithGrad();</c></summary>
    public Tensor WithGrad()
    {
        RequiresGrad = true;
        return this;
    }

    /// <summary>Asks that backward passes keep the gradient of this result of an operation in its <see cref="Grad"/> too.</summary>
    /// <exception cref="InvalidOperationException">Nothing was recorded, or the graph is used up.</exception>
    public Tensor RetainGrad()
    {
        if (_node is null or Spent)
            throw new InvalidOperationException("RetainGrad: this tensor has no recorded history. Call it on a fresh result, before Backward.");
        _node.Keeper = this;
        return this;
    }

    /// <summary>
    /// Computes the gradient of this scalar with respect to every leaf it depends on and adds it to their <see cref="Grad"/>.
    /// </summary>
    /// <param name="gradient">∂L/∂this where this is not the loss L itself; of the same shape.</param>
    /// <param name="keepGraph">Keeps what was recorded, so that the pass can be repeated; otherwise the memory is let go.</param>
    /// <exception cref="InvalidOperationException">Nothing was recorded, the graph is used up, this is no scalar, or a tensor that the pass
    /// reads was changed in place since the forward pass.</exception>
    /// <exception cref="ArgumentException">The given gradient has another shape or type.</exception>
    public void Backward(Tensor? gradient = null, bool keepGraph = false)
    {
        if (_node is null)
            throw new InvalidOperationException("Backward: nothing was recorded. No input requires a gradient, or NoGrad was active.");
        if (gradient is null && Size != 1)
        {
            throw new InvalidOperationException(
                $"Backward: a tensor of shape {Shape} is no scalar. Reduce it with Sum() or Mean(), or pass the gradient to start from.");
        }
        if (gradient is not null && (gradient.Shape != Shape || gradient.DType != DType))
        {
            throw new ArgumentException(
                $"Backward: the gradient is {gradient.Shape} {gradient.DType}, the tensor {Shape} {DType}: they must agree.", nameof(gradient));
        }
        if (_node is Spent)
            throw Spent.Error();
        // A copy counts as unchanged; what was given may have been changed a moment ago.
        Engine.Backward(_node, gradient?.Copy() ?? Room(Shape, 1));
        if (!keepGraph && _node is not Leaf)
            _node = Spent.Instance;
    }

    /// <summary>Runs code without recording: <c>using (Tensor.NoGrad()) { … }</c></summary>
    public static NoGradScope NoGrad() => Engine.Pause();

    /// <summary>
    /// An operation of your own: its result, and a function that turns ∂L/∂result into ∂L/∂input for each input (null for none).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Backward later returns another number of gradients than there are inputs, or one that does not fit its input.
    /// </exception>
    public static Tensor Custom(Tensor result, Func<Tensor, Tensor?[]> backward, params Tensor[] inputs)
    {
        Tensor detached = result.Detach();
        Node?[] nodes = [.. inputs.Select(input => input.Node)];
        return nodes.Any(node => node is not null) ? detached.From(new CustomNode(nodes, backward)) : detached;
    }

    /// <summary>Marks this fresh result as made by a node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Tensor From(Node node)
    {
        node.Shape = Shape;
        _node = node;
        Engine.Observer?.Made(node, this);
        return this;
    }

    private sealed class CustomNode(Node?[] inputs, Func<Tensor, Tensor?[]> backward) : Node(null)
    {
        public override ReadOnlySpan<Node?> Rest => inputs;

        public override void Backward(Tensor gradient)
        {
            Tensor?[] gradients = backward(gradient);
            if (gradients.Length != inputs.Length)
            {
                throw new ArgumentException(
                    $"Tensor.Custom: backward returned {gradients.Length} gradients for {inputs.Length} inputs. Return one each, or null.");
            }
            for (int i = 0; i < inputs.Length; i++)
            {
                if (gradients[i] is { } g)
                    Send(i, g, gradient.DType);
            }
        }

        private void Send(int index, Tensor gradient, DType dtype)
        {
            if (inputs[index] is not { } input)
                return;
            if (gradient.DType != dtype || !gradient.Shape.IsBroadcastOf(input.Shape))
            {
                throw new ArgumentException($"Tensor.Custom: backward returned a gradient {gradient.Shape} {gradient.DType} for input {index}, "
                    + $"which is {input.Shape} {dtype}. Return a gradient of the input's shape and type.");
            }
            input.Accumulate(gradient);
        }
    }
}
