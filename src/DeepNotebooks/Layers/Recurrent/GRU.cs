namespace DeepNotebooks.Layers;

/// <summary>
/// The gated recurrent unit: gates r, z = σ(W xₜ + b + U hₜ₋₁ + b′), candidate n = tanh(W xₜ + b + r (U hₜ₋₁ + b′)), stacked in the weights
/// as r, z, n; hₜ = (1 − z) n + z hₜ₋₁. Shapes and names as <see cref="Recurrent"/> says. Cho et al., 2014.
/// </summary>
public sealed class GRU : Recurrent
{
    /// <summary>A layer of random weights and biases of zeros.</summary>
    /// <param name="inputs">The number of features of a step.</param>
    /// <param name="units">The number of hidden units.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="layers">How many layers stand on each other.</param>
    /// <param name="bidirectional">Whether each layer also runs from the end and joins both.</param>
    /// <param name="initializer">How each gate's weights of the input are drawn; uniform in ±1/√units unless given.</param>
    /// <param name="recurrentInitializer">How those of the hidden state are drawn; likewise.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GRU(int inputs, int units, Rng rng, int layers = 1, bool bidirectional = false, Initializer? initializer = null,
        Initializer? recurrentInitializer = null, DType dtype = DType.Float32)
        : base(3, inputs, units, rng, layers, bidirectional, initializer, recurrentInitializer, dtype)
    {
    }

    private protected override (Tensor Hidden, Tensor? Cell) Step(Tensor input, Tensor recurrent, Tensor h, Tensor? c) =>
        (Tensor.GruCell(input, recurrent, h), null);
}
