namespace DeepNotebooks.Optimizers;

/// <summary>
/// Adagrad: each weight's rate shrinks by the root of the sum of its squared gradients, s ← s + g², w ← w − η g / (√s + ε), so rare
/// features keep large steps. Duchi, Hazan and Singer, 2011.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private readonly double _epsilon;
    private readonly Tensor[] _sum;

    /// <summary>Adagrad with the rate η, and ε above 0; the weight decay is an L2 penalty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adagrad(IEnumerable<Tensor> parameters, double learningRate = 0.01, double epsilon = 1e-10, double weightDecay = 0)
        : base(parameters, learningRate, Penalty.L2(weightDecay))
    {
        Require(epsilon > 0, "epsilon must be above 0", epsilon);
        (_epsilon, _sum) = (epsilon, State("sum"));
    }

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        T eta = T.CreateTruncating(rate), epsilon = T.CreateTruncating(_epsilon);
        Span<T> w = parameter.Span<T>(), s = _sum[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>();
        for (int i = 0; i < w.Length; i++)
        {
            s[i] += g[i] * g[i];
            w[i] -= eta * g[i] / (T.Sqrt(s[i]) + epsilon);
        }
    }
}
