namespace DeepNotebooks.Optimizers;

/// <summary>
/// Nadam: Nesterov's look-ahead inside Adam. The step takes the newest gradient and the next step's share of the mean, with the
/// warmed-up momenta μₜ = β₁ (1 − ½ · 0.96^(0.004 t)): w ← w − η ((1 − μₜ) g / (1 − Πμ) + μₜ₊₁ m / (1 − Πμ μₜ₊₁)) / (√v̂ + ε). The weight
/// decay is an L2 penalty. Dozat, 2016; PyTorch's constants.
/// </summary>
public sealed class Nadam : Adam
{
    private readonly Tensor[] _product; // Πμ, one number for each parameter

    /// <inheritdoc cref="Adam(IEnumerable{Tensor}, double, double, double, double, double)"/>
    public Nadam(IEnumerable<Tensor> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 0)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay) =>
        _product = State("momentum_product", _ => Tensor.Ones([1], DType.Float64));

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        int t = UpdatesOf(index);
        double now = Momentum(t), next = Momentum(t + 1), product = _product[index].Span<double>()[0] *= now;
        T beta1 = T.CreateTruncating(Beta1), rest1 = T.CreateTruncating(1 - Beta1);
        T beta2 = T.CreateTruncating(Beta2), rest2 = T.CreateTruncating(1 - Beta2), epsilon = T.CreateTruncating(Epsilon);
        T gradientRate = T.CreateTruncating(rate * (1 - now) / (1 - product));
        T meanRate = T.CreateTruncating(rate * next / (1 - (product * next)));
        T correction = T.CreateTruncating(1 - Math.Pow(Beta2, t));
        Span<T> w = parameter.Span<T>(), m = Mean[index].Span<T>(), v = Square[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>();
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = (beta1 * m[i]) + (rest1 * g[i]);
            v[i] = (beta2 * v[i]) + (rest2 * g[i] * g[i]);
            w[i] -= ((gradientRate * g[i]) + (meanRate * m[i])) / (T.Sqrt(v[i] / correction) + epsilon);
        }
    }

    private double Momentum(int t) => Beta1 * (1 - (0.5 * Math.Pow(0.96, t * 0.004)));
}
