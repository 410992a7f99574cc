using System.Numerics;
using System.Numerics.Tensors;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// What pulls weights towards zero while they are trained, set as an optimizer's or a group's <c>Penalty</c>. The penalty term is
/// λ₁ Σ|w| + ½ λ₂ Σw².
/// </summary>
public sealed record Penalty
{
    private Penalty()
    {
    }

    /// <summary>λ₁, the weight of Σ|w|.</summary>
    public double Absolute { get; private init; }

    /// <summary>λ₂, the weight of ½ Σw².</summary>
    public double Squared { get; private init; }

    /// <summary>λ of the decay that bypasses the gradient.</summary>
    public double Decay { get; private init; }

    /// <summary>Whether λ₁ acts by soft-thresholding after the step, not by a subgradient.</summary>
    public bool Proximal { get; private init; }

    /// <summary>No penalty.</summary>
    public static Penalty None { get; } = new();

    /// <summary>L1 by its subgradient: λ sign(w) is added to the gradient. Weights hover around zero.</summary>
    public static Penalty L1(double lambda) => new() { Absolute = Checked(lambda) };

    /// <summary>
    /// L1 by its proximal step: after the optimizer's step w ← sign(w) max(|w| − η λ, 0), so that weights become exactly zero. With an
    /// adaptive method the threshold still uses the plain rate η.
    /// </summary>
    public static Penalty ProximalL1(double lambda) => new() { Absolute = Checked(lambda), Proximal = true };

    /// <summary>L2: λ w is added to the gradient. With plain gradient descent the same as <see cref="WeightDecay"/>.</summary>
    public static Penalty L2(double lambda) => new() { Squared = Checked(lambda) };

    /// <summary>Elastic net: L1, by the proximal step unless asked otherwise, and L2 together. Zou and Hastie, 2005.</summary>
    public static Penalty ElasticNet(double l1, double l2, bool proximal = true) =>
        new() { Absolute = Checked(l1), Squared = Checked(l2), Proximal = proximal };

    /// <summary>
    /// Decoupled weight decay: w ← (1 − η λ) w before the step, untouched by an adaptive method's scaling. Loshchilov and Hutter, 2019.
    /// </summary>
    public static Penalty WeightDecay(double lambda) => new() { Decay = Checked(lambda) };

    /// <summary>The penalty term of these weights, with its gradient; decoupled decay has none.</summary>
    /// <exception cref="ArgumentException">There are no weights.</exception>
    public Tensor Of(IEnumerable<Tensor> weights) => !weights.Any() ? throw new ArgumentException(
        "Penalty.Of: there are no weights. Pass model.Parameters.", nameof(weights)) : weights
        .Select(w => (w.Abs().Sum() * Absolute) + (w.Square().Sum() * (Squared / 2)))
        .Aggregate((sum, term) => sum + term);

    internal bool ChangesGradient => Squared > 0 || (Absolute > 0 && !Proximal);

    internal void BeforeStep<T>(Span<T> w, double rate) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Decay > 0)
            TensorPrimitives.Multiply(w, T.CreateTruncating(1 - (rate * Decay)), w);
    }

    /// <summary>result = gradient + λ₂ w, and + λ₁ sign(w) if by subgradient.</summary>
    internal void AddGradient<T>(ReadOnlySpan<T> w, ReadOnlySpan<T> gradient, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.MultiplyAdd(w, T.CreateTruncating(Squared), gradient, result);
        if (Absolute > 0 && !Proximal)
        {
            T lambda = T.CreateTruncating(Absolute);
            for (int i = 0; i < w.Length; i++)
                result[i] += w[i] > T.Zero ? lambda : w[i] < T.Zero ? -lambda : T.Zero;
        }
    }

    internal void AfterStep<T>(Span<T> w, double rate) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Absolute > 0 && Proximal)
        {
            T threshold = T.CreateTruncating(rate * Absolute);
            for (int i = 0; i < w.Length; i++)
                w[i] = w[i] > threshold ? w[i] - threshold : w[i] < -threshold ? w[i] + threshold : T.IsNaN(w[i]) ? w[i] : T.Zero;
        }
    }

    // The same on a device, by operations of tensors.

    internal void BeforeStep(Tensor w, double rate)
    {
        if (Decay > 0)
            w.Assign(w * (1 - (rate * Decay)));
    }

    internal Tensor AddGradient(Tensor w, Tensor gradient)
    {
        Tensor sum = (w * Squared) + gradient;
        return Absolute > 0 && !Proximal ? sum + (((w > 0) - (w < 0)) * Absolute) : sum;
    }

    internal void AfterStep(Tensor w, double rate)
    {
        if (Absolute > 0 && Proximal)
            w.Assign((w - (rate * Absolute)).ReLU() - (-w - (rate * Absolute)).ReLU());
    }

    private static double Checked(double lambda) => lambda >= 0 && double.IsFinite(lambda)
        ? lambda
        : throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "Penalty: a weight must be finite and not negative.");
}
