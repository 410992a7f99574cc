namespace DeepNotebooks.Optimizers;

/// <summary>
/// Adadelta needs no rate: s ← ρ s + (1 − ρ) g², the step is Δ = g √(d + ε) / √(s + ε), and d ← ρ d + (1 − ρ) Δ² remembers the size of
/// the steps, so that a step has the units of the weight. η = 1 scales it. Zeiler, 2012.
/// </summary>
public sealed class Adadelta : Optimizer
{
    private readonly double _rho;
    private readonly double _epsilon;
    private readonly Tensor[] _square;
    private readonly Tensor[] _stepSquare;

    /// <summary>
    /// Adadelta with ρ from [0, 1), and ε above 0, which sets the size of the first steps; the weight decay is an L2 penalty.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adadelta(
        IEnumerable<Tensor> parameters, double learningRate = 1, double rho = 0.9, double epsilon = 1e-6, double weightDecay = 0)
        : base(parameters, learningRate, Penalty.L2(weightDecay))
    {
        Require(rho is >= 0 and < 1, "rho must lie in [0, 1)", rho);
        Require(epsilon > 0, "epsilon must be above 0", epsilon);
        (_rho, _epsilon, _square, _stepSquare) = (rho, epsilon, State("square"), State("step_square"));
    }

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        T eta = T.CreateTruncating(rate), epsilon = T.CreateTruncating(_epsilon);
        T rho = T.CreateTruncating(_rho), rest = T.CreateTruncating(1 - _rho);
        Span<T> w = parameter.Span<T>(), s = _square[index].Span<T>(), d = _stepSquare[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>();
        for (int i = 0; i < w.Length; i++)
        {
            s[i] = (rho * s[i]) + (rest * g[i] * g[i]);
            T step = g[i] * (T.Sqrt(d[i] + epsilon) / T.Sqrt(s[i] + epsilon));
            d[i] = (rho * d[i]) + (rest * step * step);
            w[i] -= eta * step;
        }
    }
}
