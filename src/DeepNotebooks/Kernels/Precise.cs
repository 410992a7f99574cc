using System.Numerics;

namespace DeepNotebooks.Kernels;

/// <summary>
/// Functions whose obvious form loses its digits for small arguments, and whose namesakes of <see cref="IFloatingPointIeee754{T}"/>
/// are computed in that form. After W. Kahan: the rounding error of 1 + x, or of eˣ, is the same in numerator and denominator and
/// cancels.
/// </summary>
internal static class Precise
{
    /// <summary>ln(1 + x).</summary>
    public static T LogP1<T>(T x) where T : IFloatingPointIeee754<T>
    {
        T u = T.One + x;
        return u == T.One || !T.IsFinite(u) ? x : T.Log(u) * x / (u - T.One);
    }

    /// <summary>eˣ − 1.</summary>
    public static T ExpM1<T>(T x) where T : IFloatingPointIeee754<T>
    {
        T u = T.Exp(x), difference = u - T.One;
        return u == T.One ? x : difference == -T.One || !T.IsFinite(u) ? difference : difference * x / T.Log(u);
    }
}
