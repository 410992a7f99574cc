namespace DeepNotebooks.Layers;

/// <summary>
/// Radial basis functions yⱼ = exp(−βⱼ ‖x − cⱼ‖²): x [batch, inputs], centres c [units, inputs], β [units], y [batch, units]. A unit
/// answers near its centre only. Broomhead and Lowe, 1988.
/// </summary>
public sealed class RBF : Layer
{
    /// <summary>Units with normally distributed centres.</summary>
    /// <param name="inputs">The number of features that come in.</param>
    /// <param name="units">The number of units.</param>
    /// <param name="rng">Where the centres come from.</param>
    /// <param name="beta">Where every β starts: 1 / (2 width²).</param>
    /// <param name="initializer">How the centres are drawn; normal of variance 1 unless given. Often they are set to examples
    /// instead.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or β is not positive.</exception>
    public RBF(int inputs, int units, Rng rng, double beta = 1, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        if (!(beta > 0 && double.IsFinite(beta)))
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "RBF: β must be above 0 and finite, or units do not fade with distance.");
        Centers = Parameter("centers", (initializer ?? Initializer.Normal(1)).Create([units, inputs], rng, dtype));
        Beta = Parameter("beta", Tensor.Full([units], beta, dtype));
    }

    /// <summary>The centres [units, inputs].</summary>
    public Tensor Centers { get; }

    /// <summary>How fast each unit fades, β [units].</summary>
    public Tensor Beta { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, inputs].</exception>
    public override Tensor Forward(Tensor x) => x.Rank == 2 && x.Shape[1] == Centers.Shape[1]
        ? (-(x.Unsqueeze(1) - Centers).Square().Sum(-1) * Beta).Exp()
        : throw new ArgumentException($"RBF: the input {x.Shape} is not [batch, {Centers.Shape[1]}].");
}
