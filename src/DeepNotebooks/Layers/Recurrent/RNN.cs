namespace DeepNotebooks.Layers;

/// <summary>
/// The simple recurrent layer hₜ = tanh(W xₜ + b + U hₜ₋₁ + b′), or with ReLU; shapes and names as <see cref="Recurrent"/> says. Elman,
/// 1990; bidirectional: Schuster and Paliwal, 1997.
/// </summary>
public sealed class RNN : Recurrent
{
    /// <summary>A layer of random weights and biases of zeros.</summary>
    /// <param name="inputs">The number of features of a step.</param>
    /// <param name="units">The number of hidden units.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="layers">How many layers stand on each other.</param>
    /// <param name="bidirectional">Whether each layer also runs from the end and joins both.</param>
    /// <param name="relu">Whether ReLU takes the place of tanh.</param>
    /// <param name="initializer">How each gate's weights of the input are drawn; uniform in ±1/√units unless given.</param>
    /// <param name="recurrentInitializer">How those of the hidden state are drawn; likewise. The identity with ReLU: Le, Jaitly and Hinton,
    /// 2015.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public RNN(int inputs, int units, Rng rng, int layers = 1, bool bidirectional = false, bool relu = false,
        Initializer? initializer = null, Initializer? recurrentInitializer = null, DType dtype = DType.Float32)
        : base(1, inputs, units, rng, layers, bidirectional, initializer, recurrentInitializer, dtype) => ReLU = relu;

    internal bool ReLU { get; }

    private protected override (Tensor Hidden, Tensor? Cell) Step(Tensor input, Tensor recurrent, Tensor h, Tensor? c) =>
        (ReLU ? (input + recurrent).ReLU() : (input + recurrent).Tanh(), null);
}
