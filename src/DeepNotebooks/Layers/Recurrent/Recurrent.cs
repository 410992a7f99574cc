namespace DeepNotebooks.Layers;

/// <summary>
/// What a recurrent layer carries from step to step: for each layer, and in it each direction, a row of hidden states.
/// </summary>
/// <param name="Hidden">h [layers · directions, batch, units].</param>
/// <param name="Cell">The cell state c of an <see cref="LSTM"/>, of the same shape; null for others.</param>
public sealed record RecurrentState(Tensor Hidden, Tensor? Cell = null);

/// <summary>
/// A recurrent layer: the same cell at every step of sequences x [batch, time, inputs] of any length → y [batch, time, directions · units],
/// the hidden states of the last layer. Weights have PyTorch's names, shapes and order of gates: <c>weight_ih_l0</c> [gates · units,
/// inputs],
/// <c>weight_hh_l0</c> [gates · units, units], <c>bias_ih_l0</c>, <c>bias_hh_l0</c>; <c>_l1</c> for the second layer, <c>_reverse</c> for
/// the direction from the end.
/// </summary>
public abstract class Recurrent : Layer
{
    private readonly List<(Tensor Input, Tensor Hidden, Tensor InputBias, Tensor HiddenBias)> _cells = [];
    private readonly int _inputs, _layers, _directions;

    private protected Recurrent(int gates, int inputs, int units, Rng rng, int layers, bool bidirectional, Initializer? initializer,
        Initializer? recurrentInitializer, DType dtype)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        (_inputs, Units, _layers, _directions) = (inputs, units, layers, bidirectional ? 2 : 1);
        Initializer uniform = Initializer.Uniform(1 / Math.Sqrt(units));
        for (int layer = 0; layer < layers; layer++)
        {
            for (int direction = 0; direction < _directions; direction++)
            {
                string name = $"l{layer}{(direction == 1 ? "_reverse" : "")}";
                int from = layer == 0 ? inputs : units * _directions;
                // Each gate is a matrix of its own for the initializer: an orthogonal or identity start is one for every gate.
                Tensor Draw(Initializer? how, int columns) => Tensor.Concat(
                    [.. Enumerable.Range(0, gates).Select(_ => (how ?? uniform).Create([units, columns], rng, dtype))]);
                _cells.Add((
                    Parameter($"weight_ih_{name}", Draw(initializer, from)),
                    Parameter($"weight_hh_{name}", Draw(recurrentInitializer, units)),
                    Parameter($"bias_ih_{name}", Tensor.Zeros([gates * units], dtype)),
                    Parameter($"bias_hh_{name}", Tensor.Zeros([gates * units], dtype))));
            }
        }
    }

    /// <summary>The number of hidden units.</summary>
    public int Units { get; }

    /// <summary>The weights of each layer's directions, in their order.</summary>
    internal IReadOnlyList<(Tensor Input, Tensor Hidden, Tensor InputBias, Tensor HiddenBias)> Cells => _cells;

    internal int Directions => _directions;

    private protected IEnumerable<Tensor> InputBiases => _cells.Select(cell => cell.InputBias);

    private protected virtual bool HasCell => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, time, inputs].</exception>
    public override Tensor Forward(Tensor x) => Run(x).Output;

    /// <summary>The outputs and the state after the last step, from a given state: sequences can be fed in pieces, or step by
    /// step.</summary>
    /// <param name="x">The sequences [batch, time, inputs], of at least one step.</param>
    /// <param name="state">The state before the first step; zeros unless given.</param>
    /// <exception cref="ArgumentException">x is not [batch, time, inputs], or the state does not fit.</exception>
    public (Tensor Output, RecurrentState State) Run(Tensor x, RecurrentState? state = null)
    {
        if (x.Rank != 3 || x.Shape[2] != _inputs || x.Shape[1] == 0)
            throw new ArgumentException($"{GetType().Name}: the input {x.Shape} is not [batch, time, {_inputs}] with at least one step.");
        int batch = x.Shape[0], time = x.Shape[1];
        Shape shape = [_layers * _directions, batch, Units];
        state ??= new(x.Room(shape, 0), HasCell ? x.Room(shape, 0) : null);
        if (state.Hidden.Shape != shape || (HasCell && state.Cell?.Shape != shape))
        {
            throw new ArgumentException($"{GetType().Name}: the state must be {shape} here{(HasCell ? ", hidden and cell alike" : "")}; "
                + $"hidden is {state.Hidden.Shape}, cell {state.Cell?.Shape.ToString() ?? "none"}.");
        }
        Tensor sequence = x.Transpose(0, 1); // [time, batch, …]: a step is then one piece of memory
        var hidden = new List<Tensor>();
        var cells = new List<Tensor>();
        for (int layer = 0; layer < _layers; layer++)
        {
            var outputs = new Tensor[_directions];
            for (int direction = 0; direction < _directions; direction++)
            {
                int which = (layer * _directions) + direction;
                (Tensor weight, Tensor recurrent, Tensor bias, Tensor recurrentBias) = _cells[which];
                Tensor gates = sequence.Reshape(time * batch, sequence.Shape[2]).Linear(weight, bias); // of all steps at once
                gates = gates.Reshape(time, batch, gates.Shape[1]);
                (Tensor h, Tensor? c) = (state.Hidden[which, ..], state.Cell?[which, ..]);
                var steps = new Tensor[time];
                for (int i = 0; i < time; i++)
                {
                    int t = direction == 0 ? i : time - 1 - i;
                    (h, c) = Step(gates[t, ..], h.Linear(recurrent, recurrentBias), h, c);
                    steps[t] = h;
                }
                outputs[direction] = Tensor.Stack(steps);
                hidden.Add(h);
                if (c is not null)
                    cells.Add(c);
            }
            sequence = _directions == 1 ? outputs[0] : Tensor.Concat(outputs, axis: 2);
        }
        return (sequence.Transpose(0, 1), new(Tensor.Stack(hidden), HasCell ? Tensor.Stack(cells) : null));
    }

    /// <summary>One step: what the input and the hidden state h give to the gates, [batch, gates · units] each.</summary>
    private protected abstract (Tensor Hidden, Tensor? Cell) Step(Tensor input, Tensor recurrent, Tensor h, Tensor? c);
}
