namespace DeepNotebooks.Layers;

/// <summary>
/// A highway layer y = t · h(x) + (1 − t) · x with the gate t = σ(W x + b): where the gate is near 0 the input is carried through
/// unchanged, and so is its gradient. x and y are [batch, size]. Srivastava, Greff and Schmidhuber, 2015.
/// </summary>
public sealed class Highway : Layer
{
    private readonly Linear _transform;
    private readonly Linear _gate;
    private readonly Layer _activation;

    /// <summary>A layer that at first mostly carries.</summary>
    /// <param name="size">The number of features that come in and go out.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="activation">The nonlinearity of h.</param>
    /// <param name="gateBias">Where the gate's bias starts; negative carries.</param>
    /// <param name="initializer">How the weights are drawn.</param>
    /// <param name="dtype">The number type of the weights.</param>
    public Highway(
        int size, Rng rng, Layer activation, double gateBias = -2, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        _transform = Child("transform", new Linear(size, size, rng, initializer, dtype: dtype));
        _gate = Child("gate", new Linear(size, size, rng, initializer, dtype: dtype));
        _activation = Child("activation", activation);
        _gate.Bias!.Fill(gateBias);
    }

    /// <summary>The gate t for an input: the share of each output that is transformed rather than carried.</summary>
    public Tensor Gate(Tensor x) => _gate.Forward(x).Sigmoid();

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor h = _activation.Forward(_transform.Forward(x));
        return x + (Gate(x) * (h - x));
    }
}
