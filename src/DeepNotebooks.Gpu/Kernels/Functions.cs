using System.Numerics;

namespace DeepNotebooks.Gpu.Kernels;

// The library's elementwise functions in the form that a kernel takes: one number, its derivative beside it. What the library keeps
// for the backward pass is passed in x and y, the function's own numbers in p and q. Constants come in as numbers of the type, since
// conversions do not compile to kernels.

/// <summary>A function of one number.</summary>
internal interface IUnary
{
    static abstract T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T>;

    static abstract T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A function of two numbers.</summary>
internal interface IBinary
{
    static abstract T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T>;
}

internal readonly struct Negate : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => -x;

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => -T.One;
}

internal readonly struct AddNumber : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x + p;

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.One;
}

internal readonly struct MultiplyNumber : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x * p;

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => p;
}

internal readonly struct Power : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Pow(x, p);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> =>
        p == T.Zero ? T.Zero : p * T.Pow(x, p - T.One);
}

internal readonly struct Square : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x * x;

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x + x;
}

internal readonly struct Sqrt : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Sqrt(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.One / (y + y);
}

internal readonly struct Abs : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Abs(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> =>
        x > T.Zero ? T.One : x < T.Zero ? -T.One : x;
}

internal readonly struct Exp : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Exp(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => y;
}

internal readonly struct Log : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Log(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.One / x;
}

internal readonly struct Sin : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Sin(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Cos(x);
}

internal readonly struct Cos : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Cos(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => -T.Sin(x);
}

internal readonly struct Clamp : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x < p ? p : x > q ? q : x;

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x < p || x > q ? T.Zero : T.One;
}

internal readonly struct Sigmoid : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => y * (T.One - y);
}

internal readonly struct Tanh : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.Tanh(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => T.One - (y * y);
}

internal readonly struct ReLU : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x < T.Zero ? T.Zero : x;

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => y > T.Zero ? T.One : T.Zero;
}

internal readonly struct LeakyReLU : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x > T.Zero ? x : p * x;

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x > T.Zero ? T.One : p;
}

internal readonly struct ELU : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x > T.Zero ? x : p * ExpM1(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x > T.Zero ? T.One : y + p;

    /// <summary>eˣ − 1 for x ≤ 0 by tanh(x / 2), which keeps the digits that the subtraction would lose near 0.</summary>
    private static T ExpM1<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T half = T.Tanh(x / (T.One + T.One));
        return (half + half) / (T.One - half);
    }
}

internal readonly struct Softplus : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => (x > T.Zero ? x : T.Zero) + LogP1(T.Exp(-T.Abs(x)));

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => Sigmoid.Of(x, p, q);

    /// <summary>ln(1 + x) for x in [0, 1]: the rounding of 1 + x is divided out again (Kahan).</summary>
    private static T LogP1<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T u = T.One + x, d = u - T.One;
        return d == T.Zero ? x : T.Log(u) * (x / d);
    }
}

internal readonly struct SiLU : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x * Sigmoid.Of(x, p, q);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T s = Sigmoid.Of(x, p, q);
        return s * (T.One + (x * (T.One - s)));
    }
}

internal readonly struct GELU : IUnary
{
    public static T Of<T>(T x, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => x * Phi(x);

    public static T Derivative<T>(T x, T y, T p, T q) where T : unmanaged, IFloatingPointIeee754<T> => Phi(x) + (x * Density(x));

    private static T Density<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.Exp(-x * x / (T.One + T.One)) / T.Sqrt(T.Pi + T.Pi);

    /// <summary>The normal distribution function as ½ + φ(x) (x + x³/3 + x⁵/15 + …), all terms of one sign (Marsaglia, 2004).</summary>
    private static T Phi<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T two = T.One + T.One, far = two * two * two, n = T.One, term = x, sum = x;
        if (T.Abs(x) > far)
            return x > T.Zero ? T.One : T.Zero;
        for (int k = 0; k < 160; k++)
        {
            n += two;
            term *= x * x / n;
            sum += term;
        }
        return (T.One / two) + (Density(x) * sum);
    }
}

internal readonly struct Add : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a + b;
}

internal readonly struct Subtract : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a - b;
}

internal readonly struct Multiply : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a * b;
}

internal readonly struct Divide : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a / b;
}

internal readonly struct Maximum : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a > b || T.IsNaN(a) ? a : b;
}

internal readonly struct Greater : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a > b ? T.One : T.Zero;
}

internal readonly struct GreaterOrEqual : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a >= b ? T.One : T.Zero;
}

internal readonly struct EqualTo : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => a == b ? T.One : T.Zero;
}

internal readonly struct ShareOfMaximum : IBinary
{
    public static T Of<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> =>
        a > b ? T.One : a == b ? T.One / (T.One + T.One) : T.Zero;
}
