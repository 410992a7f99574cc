using DeepNotebooks.Layers;

namespace DeepNotebooks.Models;

/// <summary>
/// A stack of dilated causal convolutions: sequences x [batch, channels, length] → y [batch, outputs, length], where yₜ depends on
/// xₜ and the <see cref="ReceptiveField"/> − 1 steps before it and on nothing later, so that it can predict xₜ₊₁. Layer l computes
/// z = tanh(V ∗ h) ⊙ σ(U ∗ h) with taps dₗ steps apart and passes h + A z on; the B z of all layers are summed, and two layers of
/// width 1 make y of them. Van den Oord and others, 2016.
/// </summary>
public sealed class WaveNet : Layer
{
    private readonly Conv1d _first;
    private readonly (Conv1d Gates, Conv1d Pass, Conv1d Skip, int Before)[] _stack;
    private readonly Sequential _last;

    /// <summary>A stack of random weights.</summary>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="maps">The feature maps of each layer.</param>
    /// <param name="outputs">The channels that go out.</param>
    /// <param name="dilations">The distance of the taps in each layer; 1, 2, 4, 8 … doubles the field with each.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="kernel">The number of taps of each layer.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public WaveNet(int channels, int maps, int outputs, IReadOnlyList<int> dilations, Rng rng, int kernel = 2, DType dtype = DType.Float32)
    {
        Conv1d Make(string name, int from, int to, int taps = 1, int dilation = 1) =>
            Child(name, new Conv1d(from, to, taps, rng, dilation: dilation, dtype: dtype));
        _first = Make("first", channels, maps);
        _stack = [.. dilations.Select((d, l) => (Make($"gates{l}", maps, 2 * maps, kernel, d), Make($"pass{l}", maps, maps),
            Make($"skip{l}", maps, maps), (kernel - 1) * d))];
        _last = Child("last", new Sequential(new Layers.ReLU(), new Conv1d(maps, maps, 1, rng, dtype: dtype), new Layers.ReLU(),
            new Conv1d(maps, outputs, 1, rng, dtype: dtype)));
        ReceptiveField = 1 + ((kernel - 1) * dilations.Sum());
    }

    /// <summary>How many steps of x an output sees, itself included: 1 + (kernel − 1) Σₗ dₗ.</summary>
    public int ReceptiveField { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, length].</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor h = _first.Forward(x), sum = h.Room(h.Shape, 0);
        foreach ((Conv1d gates, Conv1d pass, Conv1d skip, int before) in _stack)
        {
            Tensor[] halves = gates.Forward(h.Pad([(before, 0)])).Split(1, h.Shape[1], h.Shape[1]);
            Tensor z = halves[0].Tanh() * halves[1].Sigmoid();
            (h, sum) = (h + pass.Forward(z), sum + skip.Forward(z));
        }
        return _last.Forward(sum);
    }
}
