using System.Numerics.Tensors;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// Stochastic gradient descent: w ← w − η v, where v is the gradient g, or with momentum μ (Polyak, 1964) v ← μ v + g. The weight
/// decay λ adds λ w to the gradient.
/// </summary>
public sealed class SGD : Optimizer
{
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly Tensor[]? _velocity;

    /// <summary>Descent with the given rate.</summary>
    /// <param name="parameters">What is optimized.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">μ, from [0, 1).</param>
    /// <param name="weightDecay">λ, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public SGD(IEnumerable<Tensor> parameters, double learningRate = 0.01, double momentum = 0, double weightDecay = 0)
        : base(parameters, learningRate)
    {
        if (!(momentum is >= 0 and < 1) || !(weightDecay >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum),
                $"SGD: momentum {momentum} must lie in [0, 1) and weight decay {weightDecay} must not be negative.");
        }
        (_momentum, _weightDecay) = (momentum, weightDecay);
        _velocity = momentum > 0 ? State() : null;
    }

    private protected override void Update<T>(int index, Tensor parameter, Tensor gradient)
    {
        Span<T> w = parameter.Span<T>();
        ReadOnlySpan<T> direction = gradient.Read<T>();
        if (_weightDecay > 0)
        {
            var decayed = new T[w.Length];
            TensorPrimitives.MultiplyAdd(w, T.CreateTruncating(_weightDecay), direction, decayed);
            direction = decayed;
        }
        if (_velocity is not null)
        {
            Span<T> v = _velocity[index].Span<T>();
            TensorPrimitives.MultiplyAdd(v, T.CreateTruncating(_momentum), direction, v);
            direction = v;
        }
        TensorPrimitives.MultiplyAdd(direction, T.CreateTruncating(-LearningRate), w, w);
    }
}
