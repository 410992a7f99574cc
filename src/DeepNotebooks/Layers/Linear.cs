namespace DeepNotebooks.Layers;

/// <summary>
/// The dense layer y = x Wᵀ + b: x is [batch, inputs] (more axes in front are allowed), W [outputs, inputs], b [outputs],
/// y [batch, outputs].
/// </summary>
public sealed class Linear : Layer
{
    /// <summary>A layer of random weights and a bias of zeros.</summary>
    /// <param name="inputs">The number of features that come in; at least 1.</param>
    /// <param name="outputs">The number of neurons; at least 1.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.XavierUniform"/> unless given.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Linear(
        int inputs, int outputs, Rng rng, Initializer? initializer = null, bool bias = true, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Weight = Parameter("weight", (initializer ?? Initializer.XavierUniform).Create([outputs, inputs], rng, dtype));
        Bias = bias ? Parameter("bias", Tensor.Zeros([outputs], dtype)) : null;
    }

    /// <summary>The weights [outputs, inputs].</summary>
    public Tensor Weight { get; }

    /// <summary>The bias [outputs], if there is one.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The last axis of x is not the layer's number of inputs.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank < 2 || x.Shape[-1] != Weight.Shape[1])
        {
            throw new ArgumentException(
                $"Linear: the input {x.Shape} does not fit a layer of {Weight.Shape[1]} inputs and {Weight.Shape[0]} outputs. "
                + $"Pass [batch, {Weight.Shape[1]}], or check the layer's input size.");
        }
        return x.Linear(Weight, Bias);
    }
}
