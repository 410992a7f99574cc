using System.Numerics;

namespace DeepNotebooks.Kernels;

/// <summary>
/// tanh x, exact to rounding also near 0, where TensorPrimitives.Tanh for float loses all digits (it gives −6e-8 at 0, which breaks
/// the symmetry of units that must stay alike). Below |x| = 0.625 the rational approximation of Moshier's Cephes, above it
/// 1 − 2 / (e^2|x| + 1) with the sign of x.
/// </summary>
internal readonly struct HyperbolicTangent : IVectorFunction
{
    private const double Border = 0.625;

    public static Vector<T> Of<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> square = x * x, size = Vector.Abs(x);
        Vector<T> near = x + (x * square * Ratio(square));
        Vector<T> far = Vector<T>.One - (Number<T>(2) / (Exponential.Of(size + size) + Vector<T>.One));
        return Vector.ConditionalSelect(Vector.LessThan(size, Number<T>(Border)), near, Vector.CopySign(far, x));
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
