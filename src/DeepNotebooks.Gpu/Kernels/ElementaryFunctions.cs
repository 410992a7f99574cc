using System.Reflection;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>
/// eˣ, ln, tanh, sin, cos and powers for CUDA cards, right to about the last digit. ILGPU takes the card's approximations for single
/// precision, of which that of tanh has three right digits, and for double iterations that overflow early. OpenCL's own are exact enough.
/// </summary>
/// <remarks>
/// Each brings its argument into a short interval, where a few terms of a series do: eˣ = 2ᵏ·eʳ with |r| ≤ ln 2 / 2, ln x = k·ln 2 + ln m
/// with m around 1, for waves |r| ≤ π/4. What is subtracted k times is split into numbers of few digits, whose multiples are exact
/// (Cody and Waite 1980). Double precision is written for reading: cards are seldom asked for it.
/// </remarks>
internal static class ElementaryFunctions
{
    private const double Ln2 = 0.693147180559945309417, Ln2Head = 0.693147180369123816490, Ln2Tail = 1.90821492927058770002e-10;
    private const double HalfPiHead = 1.57079632673412561417, HalfPiMiddle = 6.07710050630396597660e-11, HalfPiTail = 2.02226624879595063154e-21;
    private const double Sqrt2 = 1.41421356237309504880, LargestPhase = 1e9;
    private const float Ln2HeadSingle = 0.693359375f, Ln2TailSingle = (float)(Ln2 - Ln2HeadSingle);

    /// <summary>Puts them in the place of ILGPU's in all that is compiled for CUDA.</summary>
    internal static void Register(IntrinsicImplementationManager intrinsics)
    {
        foreach ((BasicValueType number, Type type) in new[] { (BasicValueType.Float32, typeof(float)), (BasicValueType.Float64, typeof(double)) })
        {
            intrinsics.RegisterUnaryArithmetic(UnaryArithmeticKind.ExpF, number, Own(nameof(Exp), type));
            intrinsics.RegisterUnaryArithmetic(UnaryArithmeticKind.LogF, number, Own(nameof(Log), type));
            intrinsics.RegisterUnaryArithmetic(UnaryArithmeticKind.TanhF, number, Own(nameof(Tanh), type));
            intrinsics.RegisterUnaryArithmetic(UnaryArithmeticKind.SinF, number, Own(nameof(Sin), type));
            intrinsics.RegisterUnaryArithmetic(UnaryArithmeticKind.CosF, number, Own(nameof(Cos), type));
            intrinsics.RegisterBinaryArithmetic(BinaryArithmeticKind.PowF, number, Own(nameof(Pow), type, type));
        }
    }

    private static PTXIntrinsic Own(string name, params Type[] types) =>
        new(typeof(ElementaryFunctions).GetMethod(name, BindingFlags.Public | BindingFlags.Static, types)!, IntrinsicImplementationMode.Redirect);

    /// <summary>eˣ.</summary>
    public static float Exp(float x)
    {
        if (float.IsNaN(x)) return x;
        if (x > 89) return float.PositiveInfinity;
        if (x < -104) return 0;
        int k = Nearest(x * (float)(1 / Ln2));
        float r = x - (k * Ln2HeadSingle) - (k * Ln2TailSingle);
        float sum = 1 + (r * (1 + (r * ((1 / 2f) + (r * ((1 / 6f) + (r * ((1 / 24f) + (r * ((1 / 120f) + (r * ((1 / 720f) + (r / 5040)))))))))))));
        return sum * TwoToSingle(k / 2) * TwoToSingle(k - (k / 2));
    }

    /// <summary>eˣ.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 710) return double.PositiveInfinity;
        if (x < -746) return 0;
        int k = Nearest(x * (1 / Ln2));
        double r = x - (k * Ln2Head) - (k * Ln2Tail), sum = 1;
        for (int n = 14; n > 0; n--)
            sum = 1 + (r * sum / n);
        return sum * TwoToDouble(k / 2) * TwoToDouble(k - (k / 2));
    }

    /// <summary>The natural logarithm, by ln m = 2·artanh((m − 1)/(m + 1)); NaN below 0.</summary>
    public static float Log(float x)
    {
        if (!(x > 0)) return x == 0 ? float.NegativeInfinity : float.NaN;
        if (x == float.PositiveInfinity) return x;
        bool tiny = x < 1.17549435e-38f; // subnormal: its bits say less
        int bits = (int)Interop.FloatAsInt(tiny ? x * (1 << 24) : x), k = (bits >> 23) - 127 - (tiny ? 24 : 0);
        float m = Interop.IntAsFloat((uint)((bits & 0x7FFFFF) | 0x3F800000));
        if (m > (float)Sqrt2)
        {
            m /= 2;
            k++;
        }
        float s = (m - 1) / (m + 1), z = s * s;
        float sum = 2 * s * (1 + (z * ((1 / 3f) + (z * ((1 / 5f) + (z * ((1 / 7f) + (z * ((1 / 9f) + (z / 11))))))))));
        return (k * Ln2HeadSingle) + (sum + (k * Ln2TailSingle));
    }

    /// <summary>The natural logarithm; NaN below 0.</summary>
    public static double Log(double x)
    {
        if (!(x > 0)) return x == 0 ? double.NegativeInfinity : double.NaN;
        if (x == double.PositiveInfinity) return x;
        bool tiny = x < 2.2250738585072014e-308;
        long bits = (long)Interop.FloatAsInt(tiny ? x * (1L << 54) : x);
        int k = (int)(bits >> 52) - 1023 - (tiny ? 54 : 0);
        double m = Interop.IntAsFloat((ulong)((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000));
        if (m > Sqrt2)
        {
            m /= 2;
            k++;
        }
        double s = (m - 1) / (m + 1), z = s * s, sum = 1 / 23d;
        for (int n = 21; n > 0; n -= 2)
            sum = (1d / n) + (z * sum);
        return (k * Ln2Head) + ((2 * s * sum) + (k * Ln2Tail));
    }

    /// <summary>tanh x = 1 − 2/(e²ˣ + 1), and near 0, where that cancels, Lambert's fraction x/(1 + x²/(3 + x²/(5 + …))).</summary>
    public static float Tanh(float x)
    {
        float size = x < 0 ? -x : x, z = x * x;
        if (size < 0.25f) return x * (105 + (10 * z)) / (105 + (z * (45 + z)));
        float y = 1 - (2 / (Exp(2 * size) + 1));
        return x < 0 ? -y : y;
    }

    /// <summary>tanh x.</summary>
    public static double Tanh(double x)
    {
        double size = x < 0 ? -x : x, below = 15;
        if (size < 0.25)
        {
            for (int n = 13; n > 0; n -= 2)
                below = n + (x * x / below);
            return x / below;
        }
        double y = 1 - (2 / (Exp(2 * size) + 1));
        return x < 0 ? -y : y;
    }

    /// <summary>sin x; NaN beyond a thousand million, where neighbouring single-precision numbers lie whole waves apart.</summary>
    public static float Sin(float x) => Wave(x, 0);

    /// <summary>sin x; NaN beyond a thousand million.</summary>
    public static double Sin(double x) => Wave(x, 0);

    /// <summary>cos x; NaN beyond a thousand million.</summary>
    public static float Cos(float x) => Wave(x, 1);

    /// <summary>cos x; NaN beyond a thousand million.</summary>
    public static double Cos(double x) => Wave(x, 1);

    /// <summary>xʸ = eʸˡⁿˣ; for x below 0 with the sign of a whole y, NaN for another.</summary>
    public static float Pow(float x, float y)
    {
        if (y == 0 || x == 1) return 1;
        float size = Exp(y * Log(x < 0 ? -x : x));
        return !(x < 0) ? size : !IsWhole(y) ? float.NaN : IsWhole(y * 0.5) ? size : -size;
    }

    /// <summary>xʸ; for x below 0 with the sign of a whole y, NaN for another.</summary>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1) return 1;
        double size = Exp(y * Log(x < 0 ? -x : x));
        return !(x < 0) ? size : !IsWhole(y) ? double.NaN : IsWhole(y * 0.5) ? size : -size;
    }

    // The sine some quarters of a wave ahead. Near the nearest multiple of a quarter it is a sine or a cosine of the rest.
    private static float Wave(float x, int ahead)
    {
        if (!(x <= (float)LargestPhase && x >= -(float)LargestPhase)) return float.NaN;
        int k = Nearest(x * (1 / HalfPiHead)), quarter = k + ahead;
        float r = (float)Rest(x, k), z = r * r;
        float sine = r * (1 + (z * ((-1 / 6f) + (z * ((1 / 120f) + (z * ((-1 / 5040f) + (z / 362880))))))));
        float cosine = 1 + (z * ((-1 / 2f) + (z * ((1 / 24f) + (z * ((-1 / 720f) + (z * ((1 / 40320f) - (z / 3628800)))))))));
        float y = (quarter & 1) == 0 ? sine : cosine;
        return (quarter & 2) == 0 ? y : -y;
    }

    private static double Wave(double x, int ahead)
    {
        if (!(x <= LargestPhase && x >= -LargestPhase)) return double.NaN;
        int k = Nearest(x * (1 / HalfPiHead)), quarter = k + ahead;
        bool sine = (quarter & 1) == 0;
        double r = Rest(x, k), y = 1;
        for (int n = sine ? 19 : 18; n > 1; n -= 2)
            y = 1 - (r * r * y / (n * (n - 1)));
        if (sine)
            y *= r;
        return (quarter & 2) == 0 ? y : -y;
    }

    private static double Rest(double x, int k) => x - (k * HalfPiHead) - (k * HalfPiMiddle) - (k * HalfPiTail);

    private static int Nearest(double x) => (int)(x < 0 ? x - 0.5 : x + 0.5);

    private static int Nearest(float x) => (int)(x < 0 ? x - 0.5f : x + 0.5f);

    private static float TwoToSingle(int k) => Interop.IntAsFloat((uint)((k + 127) << 23));

    private static double TwoToDouble(int k) => Interop.IntAsFloat((ulong)(k + 1023) << 52);

    private static bool IsWhole(double x) => x >= 9007199254740992 || x <= -9007199254740992 || (long)x == x;
}
