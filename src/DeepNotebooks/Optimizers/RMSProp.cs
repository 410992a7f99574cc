namespace DeepNotebooks.Optimizers;

/// <summary>
/// RMSProp: a running mean of squared gradients, s ← α s + (1 − α) g², and w ← w − η g / (√s + ε). Unlike Adagrad's sum, the mean
/// forgets, so the steps do not die out. Tieleman and Hinton, 2012.
/// </summary>
public sealed class RMSProp : Optimizer
{
    private readonly double _alpha;
    private readonly double _inside;
    private readonly double _outside;
    private readonly Tensor[] _square;

    /// <summary>
    /// RMSProp with α from [0, 1), and ε above 0, under the root (√(s + ε)) if asked; the weight decay is an L2 penalty.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public RMSProp(IEnumerable<Tensor> parameters, double learningRate = 0.01, double alpha = 0.99, double epsilon = 1e-8,
        double weightDecay = 0, bool epsilonInsideRoot = false)
        : base(parameters, learningRate, Penalty.L2(weightDecay))
    {
        Require(alpha is >= 0 and < 1, "alpha must lie in [0, 1)", alpha);
        Require(epsilon > 0, "epsilon must be above 0", epsilon);
        (_inside, _outside) = epsilonInsideRoot ? (epsilon, 0.0) : (0.0, epsilon);
        (_alpha, _square) = (alpha, State("square"));
    }

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        T eta = T.CreateTruncating(rate), inside = T.CreateTruncating(_inside), outside = T.CreateTruncating(_outside);
        T alpha = T.CreateTruncating(_alpha), rest = T.CreateTruncating(1 - _alpha);
        Span<T> w = parameter.Span<T>(), s = _square[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>();
        for (int i = 0; i < w.Length; i++)
        {
            s[i] = (alpha * s[i]) + (rest * g[i] * g[i]);
            w[i] -= eta * g[i] / (T.Sqrt(s[i] + inside) + outside);
        }
    }
}
