using DeepNotebooks.Kernels;
using MathNet.Numerics;

namespace DeepNotebooks.Tests.Kernels;

public class ElementwiseTests
{
    public static TheoryData<string, DType> Functions => Cases.Of(Table.Keys, Enum.GetValues<DType>());

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Fast, Func<double, double> Slow, double[] Extra)> Table = new()
    {
        ["-x"] = (x => -x, x => -x, [0]),
        ["x + 3"] = (x => x + 3, x => x + 3, [0]),
        ["x - 3"] = (x => x - 3, x => x - 3, [0]),
        ["3 - x"] = (x => 3 - x, x => 3 - x, [0]),
        ["x * 3"] = (x => x * 3, x => x * 3, [0]),
        ["x / 3"] = (x => x / 3, x => x / 3, [0]),
        ["3 / x"] = (x => 3 / x, x => 3 / x, []),
        ["Square"] = (x => x.Square(), x => x * x, [0]),
        ["Sqrt"] = (x => x.Sqrt(), Math.Sqrt, [0, 4]),
        ["Abs"] = (x => x.Abs(), Math.Abs, [0]),
        ["Exp"] = (x => x.Exp(), Math.Exp, [0, -1000]),
        ["Log"] = (x => x.Log(), Math.Log, [0, 1]),
        ["Sin"] = (x => x.Sin(), Math.Sin, [0, 100]),
        ["Cos"] = (x => x.Cos(), Math.Cos, [0, 100]),
        ["Pow(3)"] = (x => x.Pow(3), x => Math.Pow(x, 3), [0]),
        ["Pow(0.5)"] = (x => x.Pow(0.5), x => Math.Pow(x, 0.5), [0]),
        ["Pow(-1)"] = (x => x.Pow(-1), x => 1 / x, []),
        ["Pow(0)"] = (x => x.Pow(0), _ => 1, [0]),
        ["Clamp"] = (x => x.Clamp(-0.5, 1), x => Math.Clamp(x, -0.5, 1), [-0.5, 1, 1000]),
        ["Sigmoid"] = (x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x)), [0, 1000, -1000]),
        ["Tanh"] = (x => x.Tanh(), Math.Tanh, [0, 1000, -1000]),
        ["ReLU"] = (x => x.ReLU(), x => Math.Max(x, 0), [0]),
        ["LeakyReLU"] = (x => x.LeakyReLU(0.1), x => x > 0 ? x : 0.1 * x, [0]),
        ["ELU"] = (x => x.ELU(2), x => x > 0 ? x : 2 * (Math.Exp(x) - 1), [0, -1000]),
        ["Softplus"] = (x => x.Softplus(), x => x > 500 ? x : Math.Log(1 + Math.Exp(x)), [0, 1000, -1000]),
        ["SiLU"] = (x => x.SiLU(), x => x / (1 + Math.Exp(-x)), [0, 1000, -1000]),
        ["GELU"] = (x => x.GELU(), x => x * SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2, [0, 1000, -1000]),
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void AgreesWithTheFormulaAtEveryLengthAndPlace(string name, DType dtype)
    {
        (Func<Tensor, Tensor> fast, Func<double, double> slow, double[] extra) = Table[name];
        var rng = new Rng(1);
        for (int length = 0; length <= 70; length++)
        {
            Tensor x = Tensor.From([.. rng.Normal([length], std: 2, dtype: DType.Float64).ToArray(), .. extra], dtype);
            Oracle.AssertClose(x.ToArray().Select(slow), fast(x).ToArray(), dtype == DType.Float32 ? 2e-6 : 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void EqualNumbersGiveEqualBitsWhereverTheyStand(string name, DType dtype)
    {
        for (int length = 2; length <= 40; length++)
        {
            double[] y = Table[name].Fast(Tensor.Full([length], 0.7, dtype)).ToArray();
            Assert.All(y, value => Assert.Equal(y[0], value));
        }
    }

    public static TheoryData<string, double, double> ExactValues => new()
    {
        { "Log", 1, 0 }, { "Sin", 0, 0 }, { "Cos", 0, 1 }, { "Sigmoid", 0, 0.5 }, { "Tanh", 0, 0 }, { "Pow(3)", -2, -8 },
        { "Pow(0.5)", 4, 2 }, { "Pow(-1)", -4, -0.25 }, { "Pow(0)", 0, 1 }, { "Sqrt", 9, 3 }, { "ELU", 0, 0 }, { "SiLU", 0, 0 }, { "GELU", 0, 0 },
    };

    [Theory]
    [MemberData(nameof(ExactValues))]
    public void IsExactWhereTheResultIs(string name, double x, double expected)
    {
        foreach (DType dtype in Enum.GetValues<DType>())
        {
            for (int length = 1; length <= 40; length++)
            {
                Assert.All(Table[name].Fast(Tensor.Full([length], x, dtype)).ToArray(), y => Assert.Equal(expected, y));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void LetsNaNThrough(string name, DType dtype)
    {
        if (name == "Pow(0)")
        {
            return; // NaN to the power of 0 is 1
        }
        for (int length = 1; length <= 20; length++)
        {
            Assert.All(Table[name].Fast(Tensor.Full([length], double.NaN, dtype)).ToArray(), y => Assert.True(double.IsNaN(y)));
        }
    }

    [Theory]
    [InlineData(1e-10)]
    [InlineData(-1e-10)]
    [InlineData(1e-300)]
    [InlineData(0.3)]
    [InlineData(-0.9)]
    [InlineData(40)]
    public void LogarithmAndPowerNearTheirZerosKeepAllDigits(double x)
    {
        // The series ln(1 + x) = x − x²/2 + x³/3 … and its like are exact to the last digit for small x.
        double log = Math.Abs(x) < 1e-5 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x);
        double power = Math.Abs(x) < 1e-5 ? x + (x * x / 2) + (x * x * x / 6) : Math.Exp(x) - 1;
        Assert.Equal(1, Precise.LogP1(x) / log, 1e-14);
        Assert.Equal(1, Precise.ExpM1(x) / power, 1e-14);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    [InlineData(-1, double.NegativeInfinity, -0.63212055882855767)]
    [InlineData(0, 0, 0)]
    public void LogarithmAndPowerAtTheirLimits(double x, double log, double power)
    {
        Assert.Equal(log, Precise.LogP1(x));
        Assert.Equal(power, Precise.ExpM1(x), 1e-16);
    }

    [Fact]
    public void SoftplusOfAVeryNegativeNumberIsItsPowerAndNotZero()
    {
        Assert.Equal(Math.Exp(-50), Tensor.Scalar(-50, DType.Float64).Softplus().Item(), 1e-36);
        Assert.Equal(MathF.Exp(-30), Tensor.Scalar(-30).Softplus().Item(), 1e-19);
    }
}
