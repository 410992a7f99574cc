namespace DeepNotebooks.Optimizers;

/// <summary>
/// AdaMax: Adam with the infinity norm in place of the root of the mean square: u ← max(β₂ u, |g| + ε), w ← w − η m̂ / u. Kingma and
/// Ba, 2015.
/// </summary>
public sealed class AdaMax : Optimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly Tensor[] _mean;
    private readonly Tensor[] _norm;

    /// <inheritdoc cref="Adam(IEnumerable{Tensor}, double, double, double, double, double)" path="/param"/>
    /// <summary>AdaMax with the paper's constants.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AdaMax(IEnumerable<Tensor> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 0)
        : base(parameters, learningRate, Penalty.L2(weightDecay))
    {
        RequireMoments(beta1, beta2, epsilon);
        (_beta1, _beta2, _epsilon, _mean, _norm) = (beta1, beta2, epsilon, State("mean"), State("norm"));
    }

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        T beta1 = T.CreateTruncating(_beta1), rest1 = T.CreateTruncating(1 - _beta1);
        T beta2 = T.CreateTruncating(_beta2), epsilon = T.CreateTruncating(_epsilon);
        T eta = T.CreateTruncating(rate / (1 - Math.Pow(_beta1, UpdatesOf(index))));
        Span<T> w = parameter.Span<T>(), m = _mean[index].Span<T>(), u = _norm[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>();
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = (beta1 * m[i]) + (rest1 * g[i]);
            u[i] = T.Max(beta2 * u[i], T.Abs(g[i]) + epsilon);
            w[i] -= eta * m[i] / u[i];
        }
    }
}
