namespace DeepNotebooks.Layers;

/// <summary>
/// A dense layer y = x (W ∘ M)ᵀ + b that drops weights, where <see cref="Dropout"/> drops activations: in training each weight is 0 with
/// probability p and else divided by 1 − p, one mask M for the batch; in evaluation all weights act (the mean of the masks; the paper
/// samples a normal approximation instead). Wan, Zeiler, Zhang, LeCun and Fergus, 2013.
/// </summary>
public sealed class DropConnect : Layer
{
    private readonly Linear _linear;
    private readonly Dropout _mask;

    /// <summary>A layer of random weights and a bias of zeros.</summary>
    /// <param name="inputs">The number of features that come in.</param>
    /// <param name="outputs">The number of neurons.</param>
    /// <param name="probability">p, from [0, 1).</param>
    /// <param name="rng">Where weights and masks come from.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.XavierUniform"/> unless given.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the probability outside [0, 1).</exception>
    public DropConnect(int inputs, int outputs, double probability, Rng rng, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        _linear = Child("linear", new Linear(inputs, outputs, rng, initializer, dtype: dtype));
        _mask = Child("mask", new Dropout(probability, rng));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, inputs].</exception>
    public override Tensor Forward(Tensor x) => x.Rank >= 2 && x.Shape[-1] == _linear.Weight.Shape[1]
        ? x.MatMul(_mask.Forward(_linear.Weight).Transpose()) + _linear.Bias!
        : throw new ArgumentException($"DropConnect: the input {x.Shape} is not [batch, {_linear.Weight.Shape[1]}].");
}
