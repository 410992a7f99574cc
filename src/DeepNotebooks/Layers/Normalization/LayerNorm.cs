namespace DeepNotebooks.Layers;

/// <summary>
/// Layer normalization y = γ (x − μ) / √(σ² + ε) + β, with μ and σ² over the last axes of each example, in training and evaluation alike:
/// it does not depend on the batch. Ba, Kiros and Hinton, 2016.
/// </summary>
public sealed class LayerNorm : Layer
{
    /// <summary>A layer with γ = 1 and β = 0.</summary>
    /// <param name="shape">The sizes of the axes that are normalized, the last of x: <c>[features]</c>.</param>
    /// <param name="epsilon">Added to the variance against division by zero.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentException">There is nothing to normalize, or epsilon is not positive.</exception>
    public LayerNorm(Shape shape, double epsilon = 1e-5, DType dtype = DType.Float32)
    {
        if (shape.Rank == 0 || shape.Size == 0 || !(epsilon > 0))
            throw new ArgumentException($"LayerNorm: the shape {shape} must have axes of size 1 or more, epsilon {epsilon} lie above 0.");
        Epsilon = epsilon;
        Gamma = Parameter("weight", Tensor.Ones(shape, dtype));
        Beta = Parameter("bias", Tensor.Zeros(shape, dtype));
    }

    /// <summary>The scale γ, of the normalized shape.</summary>
    public Tensor Gamma { get; }

    /// <summary>The shift β, of the normalized shape.</summary>
    public Tensor Beta { get; }

    internal double Epsilon { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The last axes of x are not the normalized shape.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (!x.Shape.TakeLast(Gamma.Rank).SequenceEqual(Gamma.Shape))
            throw new ArgumentException($"LayerNorm: the input {x.Shape} does not end in {Gamma.Shape}.");
        return Gamma.Rank == 1
            ? x.LayerNormalize(Gamma, Beta, Epsilon)
            : x.Reshape(-1, Gamma.Size).LayerNormalize(Gamma.Reshape(-1), Beta.Reshape(-1), Epsilon).Reshape(x.Shape);
    }
}
