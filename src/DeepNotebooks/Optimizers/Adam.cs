using System.Numerics;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// Adam: running means of the gradient, m ← β₁ m + (1 − β₁) g, and of its square, v ← β₂ v + (1 − β₂) g², each divided by 1 − βᵗ
/// because they start at zero; w ← w − η m̂ / (√v̂ + ε). Kingma and Ba, 2015.
/// </summary>
public class Adam : Optimizer
{
    private protected readonly double Beta1, Beta2, Epsilon;
    private protected readonly Tensor[] Mean, Square;
    private readonly Tensor[]? _largest;

    /// <summary>Adam with the paper's constants.</summary>
    /// <param name="parameters">What is optimized.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="beta1">β₁, from [0, 1).</param>
    /// <param name="beta2">β₂, from [0, 1).</param>
    /// <param name="epsilon">ε, above 0.</param>
    /// <param name="weightDecay">λ of the L2 penalty; for decoupled decay see <see cref="AdamW"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adam(IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
        double weightDecay = 0)
        : this(parameters, learningRate, beta1, beta2, epsilon, Penalty.L2(weightDecay))
    {
    }

    private protected Adam(IEnumerable<Tensor> parameters, double learningRate, double beta1, double beta2, double epsilon, Penalty penalty,
        bool keepLargest = false)
        : base(parameters, learningRate, penalty)
    {
        Require(beta1 is >= 0 and < 1, "beta1 must lie in [0, 1)", beta1);
        Require(beta2 is >= 0 and < 1, "beta2 must lie in [0, 1)", beta2);
        Require(epsilon > 0, "epsilon must be above 0", epsilon);
        (Beta1, Beta2, Epsilon) = (beta1, beta2, epsilon);
        (Mean, Square, _largest) = (State("mean"), State("square"), keepLargest ? State("largest_square") : null);
    }

    /// <summary>What v is the mean square of: the gradient.</summary>
    private protected virtual Tensor Scale(int index, Tensor gradient) => gradient;

    private protected override void UpdateOnDevice(
        Kernels.Accelerator device, int index, Tensor parameter, Tensor gradient, double rate)
    {
        int t = UpdatesOf(index);
        if (!ReferenceEquals(Scale(index, gradient), gradient))
            base.UpdateOnDevice(device, index, parameter, gradient, rate);
        device.Adam(parameter, gradient, Mean[index], Square[index], _largest?[index], rate / (1 - Math.Pow(Beta1, t)), Beta1, Beta2, Epsilon,
            1 / Math.Sqrt(1 - Math.Pow(Beta2, t)));
    }

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        int t = UpdatesOf(index);
        T beta1 = T.CreateTruncating(Beta1), rest1 = T.CreateTruncating(1 - Beta1); // in Float32, 1 − β₂ would lose four digits
        T beta2 = T.CreateTruncating(Beta2), rest2 = T.CreateTruncating(1 - Beta2), epsilon = T.CreateTruncating(Epsilon);
        T eta = T.CreateTruncating(rate / (1 - Math.Pow(Beta1, t)));
        T correction = T.CreateTruncating(1 / Math.Sqrt(1 - Math.Pow(Beta2, t)));
        Span<T> w = parameter.Span<T>(), m = Mean[index].Span<T>(), v = Square[index].Span<T>();
        Span<T> largest = _largest is null ? v : _largest[index].Span<T>();
        ReadOnlySpan<T> g = gradient.Read<T>(), scale = Scale(index, gradient).Read<T>();
        int i = 0;
        for (; i <= w.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> gradients = new(g[i..]), scales = new(scale[i..]);
            Vector<T> mean = (beta1 * new Vector<T>(m[i..])) + (rest1 * gradients);
            Vector<T> square = (beta2 * new Vector<T>(v[i..])) + (rest2 * scales * scales);
            mean.CopyTo(m[i..]);
            square.CopyTo(v[i..]);
            if (_largest is not null)
            {
                square = Vector.Max(new Vector<T>(largest[i..]), square);
                square.CopyTo(largest[i..]);
            }
            (new Vector<T>(w[i..]) - (eta * mean / ((Vector.SquareRoot(square) * correction) + Vector.Create(epsilon)))).CopyTo(w[i..]);
        }
        for (; i < w.Length; i++)
        {
            m[i] = (beta1 * m[i]) + (rest1 * g[i]);
            v[i] = (beta2 * v[i]) + (rest2 * scale[i] * scale[i]);
            largest[i] = T.Max(largest[i], v[i]);
            w[i] -= eta * m[i] / ((T.Sqrt(largest[i]) * correction) + epsilon);
        }
    }
}
