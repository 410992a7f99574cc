namespace DeepNotebooks.Optimizers;

/// <summary>
/// AdaMax: Adam with the infinity norm in place of the root of the mean square: u ← max(β₂ u, |g| + ε), w ← w − η m̂ / u. The weight
/// decay is an L2 penalty. Kingma and Ba, 2015.
/// </summary>
public sealed class AdaMax(IEnumerable<Tensor> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999,
    double epsilon = 1e-8, double weightDecay = 0)
    : Adam(parameters, learningRate, beta1, beta2, epsilon, weightDecay)
{
    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        T beta1 = T.CreateTruncating(Beta1), rest1 = T.CreateTruncating(1 - Beta1);
        T beta2 = T.CreateTruncating(Beta2), epsilon = T.CreateTruncating(Epsilon);
        T eta = T.CreateTruncating(rate / (1 - Math.Pow(Beta1, UpdatesOf(index))));
        Span<T> w = parameter.Span<T>(), m = Mean[index].Span<T>(), u = Square[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>();
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = (beta1 * m[i]) + (rest1 * g[i]);
            u[i] = T.Max(beta2 * u[i], T.Abs(g[i]) + epsilon);
            w[i] -= eta * m[i] / u[i];
        }
    }
}
