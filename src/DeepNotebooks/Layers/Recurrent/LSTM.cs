namespace DeepNotebooks.Layers;

/// <summary>
/// Long short-term memory: gates i, f, o = σ(W xₜ + b + U hₜ₋₁ + b′) and candidate g = tanh(…), stacked in the weights as i, f, g, o; cell
/// cₜ = f cₜ₋₁ + i g and output hₜ = o tanh(cₜ). Shapes and names as <see cref="Recurrent"/> says. Hochreiter and Schmidhuber, 1997; forget
/// gate: Gers, Schmidhuber and Cummins, 2000.
/// </summary>
public sealed class LSTM : Recurrent
{
    /// <summary>A layer of random weights and biases of zeros, but for the forget gate's.</summary>
    /// <param name="inputs">The number of features of a step.</param>
    /// <param name="units">The number of hidden units.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="layers">How many layers stand on each other.</param>
    /// <param name="bidirectional">Whether each layer also runs from the end and joins both.</param>
    /// <param name="forgetBias">Where the forget gate's bias starts; 1 remembers from the start. Jozefowicz, Zaremba and Sutskever,
    /// 2015.</param>
    /// <param name="initializer">How each gate's weights of the input are drawn; uniform in ±1/√units unless given.</param>
    /// <param name="recurrentInitializer">How those of the hidden state are drawn; likewise.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public LSTM(int inputs, int units, Rng rng, int layers = 1, bool bidirectional = false, double forgetBias = 1,
        Initializer? initializer = null, Initializer? recurrentInitializer = null, DType dtype = DType.Float32)
        : base(4, inputs, units, rng, layers, bidirectional, initializer, recurrentInitializer, dtype)
    {
        foreach (Tensor bias in InputBiases)
            bias.Detach()[units..(2 * units)].Fill(forgetBias);
    }

    private protected override bool HasCell => true;

    private protected override (Tensor Hidden, Tensor? Cell) Step(Tensor input, Tensor recurrent, Tensor h, Tensor? c)
    {
        Tensor next = Tensor.LstmCell(input, recurrent, c!);
        return (next[0, ..], next[1, ..]);
    }
}
