using System.Numerics.Tensors;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// Stochastic gradient descent: w ← w − η v, where v is the gradient g, or with momentum μ (Polyak, 1964) v ← μ v + g, starting at 0.
/// Averaged momentum v ← μ v + (1 − μ) g is the same method at a rate 1 − μ times as large. Nesterov's form (1983, as Sutskever et al.
/// wrote it in 2013) steps by g + μ v, as if the gradient were taken where the momentum leads. The weight decay λ adds λ w to the
/// gradient.
/// </summary>
/// <remarks>PyTorch's dampening is the averaged form but for its first step, which it does not dampen.</remarks>
public sealed class SGD : Optimizer
{
    private const int Stretch = 2048;

    private readonly double _momentum;
    private readonly double _share; // of the gradient in the velocity
    private readonly bool _nesterov;
    private readonly Tensor[]? _velocity;
    private readonly Tensor[]? _ahead;

    /// <summary>Descent with the given rate.</summary>
    /// <param name="parameters">What is optimized.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">μ, from [0, 1).</param>
    /// <param name="weightDecay">λ, not negative.</param>
    /// <param name="nesterov">Whether to look ahead; needs momentum.</param>
    /// <param name="averaged">Whether momentum averages gradients, not sums them.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public SGD(IEnumerable<Tensor> parameters, double learningRate = 0.01, double momentum = 0, double weightDecay = 0,
        bool nesterov = false, bool averaged = false)
        : base(parameters, learningRate, Penalty.L2(weightDecay))
    {
        Require(momentum is >= 0 and < 1, "the momentum must lie in [0, 1)", momentum);
        Require(!nesterov || momentum > 0, "Nesterov's form needs a momentum above 0", momentum);
        (_momentum, _share, _nesterov) = (momentum, averaged ? 1 - momentum : 1, nesterov);
        _velocity = momentum > 0 ? State("velocity") : null;
        _ahead = nesterov ? [.. Parameters.Select(p => Tensor.Empty(p.Shape, p.DType))] : null;
    }

    private protected override void UpdateOnDevice(
        Kernels.Accelerator device, int index, Tensor parameter, Tensor gradient, double rate) =>
        device.Sgd(parameter, gradient, _velocity?[index], rate, _momentum, _share, _nesterov);

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
    {
        Span<T> w = parameter.Span<T>();
        ReadOnlySpan<T> direction = gradient.Read<T>();
        if (_velocity is not null)
        {
            Span<T> v = _velocity[index].Span<T>();
            T momentum = T.CreateTruncating(_momentum), share = T.CreateTruncating(_share);
            for (int at = 0; at < v.Length; at += Stretch) // short enough to stay in the cache from one pass to the next
            {
                int count = Math.Min(Stretch, v.Length - at);
                Span<T> some = v.Slice(at, count);
                TensorPrimitives.Multiply(some, momentum, some);
                TensorPrimitives.MultiplyAdd(direction.Slice(at, count), share, some, some);
                if (!_nesterov)
                    TensorPrimitives.MultiplyAdd(some, T.CreateTruncating(-rate), w.Slice(at, count), w.Slice(at, count));
            }
            if (!_nesterov)
                return;
            Span<T> ahead = _ahead![index].Span<T>();
            TensorPrimitives.Multiply(v, momentum, ahead);
            TensorPrimitives.MultiplyAdd(direction, share, ahead, ahead);
            direction = ahead;
        }
        TensorPrimitives.MultiplyAdd(direction, T.CreateTruncating(-rate), w, w);
    }
}
