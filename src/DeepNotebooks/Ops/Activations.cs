using System.Numerics;
using System.Numerics.Tensors;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

// The activation functions, each beside its derivative.

internal readonly struct Sigmoid : IFunction, IVectorFunction
{
    public Keep Keeps => Keep.Output;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Elementwise.Apply<T, Sigmoid>(x, y);

    public static Vector<T> Of<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector<T>.One / (Vector<T>.One + Exponential.Of(-x));

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => y * (Vector<T>.One - y);
}

internal readonly struct Tanh : IFunction
{
    public Keep Keeps => Keep.Output;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Elementwise.Apply<T, HyperbolicTangent>(x, y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> => Vector<T>.One - (y * y);
}

internal readonly struct ReLU : IFunction
{
    public Keep Keeps => Keep.Output;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Max(x, T.Zero, y);

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<T>.Zero), Vector<T>.One, Vector<T>.Zero);
}

internal readonly struct LeakyReLU(double slope) : IFunction
{
    public Keep Keeps => Keep.Input;

    public (double First, double Second) Numbers => (slope, 0);

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T alpha = T.CreateTruncating(slope);
        var alphas = Vector.Create(alpha);
        int i = 0;
        for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count) // without branches, which signs would mislead every other time
        {
            Vector<T> some = new(x[i..]);
            Vector.ConditionalSelect(Vector.GreaterThan(some, Vector<T>.Zero), some, alphas * some).CopyTo(y[i..]);
        }
        for (; i < y.Length; i++)
            y[i] = x[i] > T.Zero ? x[i] : alpha * x[i];
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), Vector<T>.One, Vector.Create(T.CreateTruncating(slope)));
}

internal readonly struct ELU(double alpha) : IFunction
{
    public Keep Keeps => Keep.Input | Keep.Output;

    public (double First, double Second) Numbers => (alpha, 0);

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T a = T.CreateTruncating(alpha);
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] > T.Zero ? x[i] : a * Precise.ExpM1(x[i]);
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), Vector<T>.One, y + Vector.Create(T.CreateTruncating(alpha)));
}

/// <summary>Softplus ln(1 + eˣ), as max(x, 0) + ln(1 + e^−|x|), which neither overflows nor loses small values.</summary>
internal readonly struct Softplus : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = T.Max(x[i], T.Zero) + Precise.LogP1(T.Exp(-T.Abs(x[i])));
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector<T>.One / (Vector<T>.One + Exponential.Of(-x));
}

/// <summary>SiLU (swish) x σ(x).</summary>
internal readonly struct SiLU : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Elementwise.Apply<T, Sigmoid>(x, y);
        TensorPrimitives.Multiply(x, y, y);
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> s = Vector<T>.One / (Vector<T>.One + Exponential.Of(-x));
        return s * (Vector<T>.One + (x * (Vector<T>.One - s)));
    }
}

/// <summary>GELU x Φ(x) with the exact normal distribution function Φ.</summary>
internal readonly struct GELU : IFunction
{
    public Keep Keeps => Keep.Input;

    public void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] * Phi(x[i]);
    }

    public Vector<T> Derivative<T>(Vector<T> x, Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T> =>
        Elementwise.Each(x, v => Phi(v) + (v * T.Exp(-v * v / T.CreateTruncating(2)) / T.CreateTruncating(Math.Sqrt(2 * Math.PI))));

    private static T Phi<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.CreateTruncating(MathNet.Numerics.Distributions.Normal.CDF(0, 1, double.CreateTruncating(x)));
}

public sealed partial class Tensor
{
    /// <summary>σ(x) = 1 / (1 + e⁻ˣ), in (0, 1); derivative σ(1 − σ), at most ¼.</summary>
    public Tensor Sigmoid() => Map(default(Sigmoid));

    /// <summary>tanh x, in (−1, 1); derivative 1 − tanh², at most 1.</summary>
    public Tensor Tanh() => Map(default(Tanh));

    /// <summary>max(0, x); derivative 1 for x &gt; 0 and else 0. Nair and Hinton, 2010.</summary>
    public Tensor ReLU() => Map(default(ReLU));

    /// <summary>x for x &gt; 0, else slope · x. Maas, Hannun and Ng, 2013.</summary>
    public Tensor LeakyReLU(double slope = 0.01) => Map(new LeakyReLU(slope));

    /// <summary>x for x &gt; 0, else α(eˣ − 1). Clevert, Unterthiner and Hochreiter, 2015.</summary>
    public Tensor ELU(double alpha = 1) => Map(new ELU(alpha));

    /// <summary>ln(1 + eˣ), a smooth ReLU; its derivative is σ(x).</summary>
    public Tensor Softplus() => Map(default(Softplus));

    /// <summary>x σ(x), also called swish. Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017.</summary>
    public Tensor SiLU() => Map(default(SiLU));

    /// <summary>x Φ(x), Φ being the normal distribution function. Hendrycks and Gimpel, 2016.</summary>
    public Tensor GELU() => Map(default(GELU));
}
