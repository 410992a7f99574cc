namespace DeepNotebooks.Optimizers;

/// <summary>
/// AdaHessian: Adam with the diagonal of the Hessian in place of the gradient in v. The diagonal is Hutchinson's estimate
/// z ⊙ H z with random signs z; H z is a central difference of gradients (g(w + h z) − g(w − h z)) / 2h, so a step costs three backward
/// passes. Without the paper's averaging over the elements of a convolution kernel. Yao, Gholami, Shen, Mustafa, Keutzer and Mahoney,
/// 2021.
/// </summary>
/// <param name="parameters">What is optimized.</param>
/// <param name="rng">Where the random signs come from.</param>
/// <param name="learningRate">η.</param>
/// <param name="beta1">β₁, from [0, 1).</param>
/// <param name="beta2">β₂, from [0, 1).</param>
/// <param name="epsilon">ε, above 0.</param>
/// <param name="weightDecay">λ of decoupled weight decay.</param>
public sealed class AdaHessian(IEnumerable<Tensor> parameters, Rng rng, double learningRate = 0.1, double beta1 = 0.9, double beta2 = 0.999,
    double epsilon = 1e-4, double weightDecay = 0)
    : Adam(parameters, learningRate, beta1, beta2, epsilon, Penalty.WeightDecay(weightDecay))
{
    private Tensor[] _diagonal = [];

    /// <inheritdoc/>
    public override bool NeedsLoss => true;

    /// <inheritdoc/>
    public override double Step(Func<Tensor> loss)
    {
        _diagonal = Diagonal(loss, Parameters, rng);
        return base.Step(loss);
    }

    private protected override Tensor Scale(int index, Tensor gradient) => _diagonal[index];

    /// <summary>Hutchinson's estimate of the diagonal of the Hessian: the mean of z ⊙ H z over random signs z.</summary>
    /// <param name="loss">Computes the loss from the parameters; without randomness.</param>
    /// <param name="parameters">The leaves; they end where they were, their gradients forgotten.</param>
    /// <param name="rng">Where the signs come from.</param>
    /// <param name="samples">How many z; the error falls with the root of it.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one sample asked for.</exception>
    public static Tensor[] Diagonal(Func<Tensor> loss, IReadOnlyList<Tensor> parameters, Rng rng, int samples = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        double h = Newton.DifferenceStep(parameters);
        Tensor[] start = [.. parameters.Select(p => p.Clone())], sum = [.. parameters.Select(p => Tensor.Zeros(p.Shape, p.DType))];
        try
        {
            for (int sample = 0; sample < samples; sample++)
            {
                Tensor[] z = [.. start.Select(p => ((rng.Uniform(p.Shape, dtype: p.DType) > 0.5) * 2) - 1)];
                Tensor[] above = Gradients(z, h), below = Gradients(z, -h);
                sum = [.. sum.Select((s, i) => s + (z[i] * (above[i] - below[i]) * (1 / (2 * h * samples))))];
            }
        }
        finally
        {
            for (int i = 0; i < start.Length; i++)
            {
                parameters[i].Assign(start[i]);
                parameters[i].Grad = null;
            }
        }
        return sum;

        Tensor[] Gradients(Tensor[] z, double distance)
        {
            for (int i = 0; i < z.Length; i++)
            {
                parameters[i].Assign(start[i] + (z[i] * distance));
                parameters[i].Grad = null;
            }
            loss().Backward();
            return [.. parameters.Select(p => p.Grad ?? Tensor.Zeros(p.Shape, p.DType))];
        }
    }
}
