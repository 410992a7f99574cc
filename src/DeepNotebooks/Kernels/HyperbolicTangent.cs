using System.Numerics;
using System.Numerics.Tensors;

namespace DeepNotebooks.Kernels;

/// <summary>
/// tanh x, exact to rounding also near 0, where TensorPrimitives.Tanh for float loses all digits (it gives −6e-8 at 0, which breaks
/// the symmetry of units that must stay alike). Below |x| = 0.625 the rational approximation of Moshier's Cephes, above it
/// 1 − 2 / (e^2|x| + 1) with the sign of x.
/// </summary>
internal static class HyperbolicTangent
{
    private const double Border = 0.625;

    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Abs(x, y);
        TensorPrimitives.Add(y, y, y);
        TensorPrimitives.Exp(y, y);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var v = new Vector<T>(x[i..]);
            Vector<T> square = v * v;
            Vector<T> near = v + (v * square * Ratio(square));
            Vector<T> far = Vector<T>.One - (Vector.Create(T.CreateTruncating(2)) / (new Vector<T>(y[i..]) + Vector<T>.One));
            Vector<T> isNear = Vector.LessThan(Vector.Abs(v), Vector.Create(T.CreateTruncating(Border)));
            Vector.ConditionalSelect(isNear, near, Vector.CopySign(far, v)).CopyTo(y[i..]);
        }
        for (; i < x.Length; i++)
        {
            T square = x[i] * x[i];
            T far = T.CopySign(T.One - (T.CreateTruncating(2) / (y[i] + T.One)), x[i]);
            y[i] = T.Abs(x[i]) < T.CreateTruncating(Border) ? x[i] + (x[i] * square * Ratio(new Vector<T>(square))[0]) : far;
        }
    }

    /// <summary>(tanh x / x − 1) / x² as a function of x².</summary>
    private static Vector<T> Ratio<T>(Vector<T> square) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> above = (((Number<T>(-9.64399179425052238628E-1) * square) + Number<T>(-9.92877231001918586564E1)) * square)
            + Number<T>(-1.61468768441708447952E3);
        Vector<T> below = (((square + Number<T>(1.12811678491632931402E2)) * square) + Number<T>(2.23548839060100448583E3)) * square
            + Number<T>(4.84406305325125486048E3);
        return above / below;
    }

    private static Vector<T> Number<T>(double value) where T : unmanaged, IFloatingPointIeee754<T> => Vector.Create(T.CreateTruncating(value));
}
