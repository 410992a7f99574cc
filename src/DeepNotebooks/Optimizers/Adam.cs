namespace DeepNotebooks.Optimizers;

/// <summary>
/// Adam: running means of the gradient, m ← β₁ m + (1 − β₁) g, and of its square, v ← β₂ v + (1 − β₂) g², each divided by 1 − βᵗ
/// because they start at zero; w ← w − η m̂ / (√v̂ + ε). Kingma and Ba, 2015.
/// </summary>
public sealed class Adam : Optimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly Tensor[] _mean;
    private readonly Tensor[] _square;
    private readonly int[] _steps;

    /// <summary>Adam with the paper's constants.</summary>
    /// <param name="parameters">What is optimized.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="beta1">β₁, from [0, 1).</param>
    /// <param name="beta2">β₂, from [0, 1).</param>
    /// <param name="epsilon">ε, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adam(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(parameters, learningRate)
    {
        if (!(beta1 is >= 0 and < 1) || !(beta2 is >= 0 and < 1) || !(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(beta1),
                $"Adam: beta1 {beta1} and beta2 {beta2} must lie in [0, 1), epsilon {epsilon} above 0.");
        }
        (_beta1, _beta2, _epsilon) = (beta1, beta2, epsilon);
        (_mean, _square, _steps) = (State(), State(), new int[Parameters.Count]);
    }

    private protected override void Update<T>(int index, Tensor parameter, Tensor gradient)
    {
        int t = ++_steps[index];
        T beta1 = T.CreateTruncating(_beta1), rest1 = T.CreateTruncating(1 - _beta1); // in Float32, 1 − β₂ would lose four digits
        T beta2 = T.CreateTruncating(_beta2), rest2 = T.CreateTruncating(1 - _beta2), epsilon = T.CreateTruncating(_epsilon);
        T rate = T.CreateTruncating(LearningRate / (1 - Math.Pow(_beta1, t)));
        T correction = T.CreateTruncating(1 / Math.Sqrt(1 - Math.Pow(_beta2, t)));
        Span<T> w = parameter.Span<T>(), m = _mean[index].Span<T>(), v = _square[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>();
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = (beta1 * m[i]) + (rest1 * g[i]);
            v[i] = (beta2 * v[i]) + (rest2 * g[i] * g[i]);
            w[i] -= rate * m[i] / ((T.Sqrt(v[i]) * correction) + epsilon);
        }
    }
}
