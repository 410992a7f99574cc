using MathNet.Numerics.LinearAlgebra;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// Newton's method: w ← w − η (H + δ I)⁻¹ g with the whole Hessian H, by differences of gradients (2n backward passes for n weights),
/// solved by MathNet. At η = 1 and δ = 0 a quadratic is solved in one step, whatever its conditioning; an indefinite Hessian leads to a
/// saddle.
/// </summary>
public sealed class Newton : Optimizer
{
    private readonly double _damping;
    private Tensor[] _direction = [];

    /// <summary>Newton with the rate η; a damping δ above 0 bounds the step where the curvature is small.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Newton(IEnumerable<Tensor> parameters, double learningRate = 1, double damping = 0) : base(parameters, learningRate)
    {
        Require(damping >= 0 && double.IsFinite(damping), "the damping must be finite and not negative", damping);
        _damping = damping;
    }

    /// <inheritdoc/>
    public override bool NeedsLoss => true;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The Hessian is singular.</exception>
    public override double Step(Func<Tensor> loss)
    {
        ForbidPenalty();
        Matrix<double> hessian = Derivatives.Hessian(loss, Parameters, DifferenceStep(Parameters)).ToMatrix();
        double value = Evaluate(loss);
        Vector<double> gradient = Objective.Point([.. Parameters.Select(p => p.Grad ?? Tensor.Zeros(p.Shape, p.DType))]);
        Vector<double> direction = (hessian + (Matrix<double>.Build.DenseIdentity(gradient.Count) * _damping)).Solve(gradient);
        if (!direction.All(double.IsFinite))
        {
            throw new InvalidOperationException(
                "Newton: the Hessian is singular or not finite, so the step is undefined. Set a damping above 0.");
        }
        _direction = [.. Parameters.Select(p => Tensor.Zeros(p.Shape, p.DType))];
        Objective.Move(_direction, direction);
        Apply();
        return value;
    }

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate) =>
        parameter.Assign(parameter - (_direction[index] * rate));

    /// <summary>The step of a central difference that balances rounding against curvature: near the third root of the precision.</summary>
    internal static double DifferenceStep(IReadOnlyList<Tensor> parameters) => parameters.All(p => p.DType == DType.Float64) ? 1e-5 : 1e-2;
}
