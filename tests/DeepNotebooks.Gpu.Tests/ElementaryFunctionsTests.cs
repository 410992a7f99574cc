using DeepNotebooks.Gpu.Kernels;

namespace DeepNotebooks.Gpu.Tests;

/// <summary>What CUDA cards compute instead of ILGPU's approximations, on the processor, against its own functions.</summary>
public class ElementaryFunctionsTests
{
    private const double Single = 1.1920929e-7, Double = 2.220446e-16; // distance of the next number from 1

    public static TheoryData<string> Functions => ["Exp", "Log", "Tanh", "Sin", "Cos"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void AreRightToTheLastDigits(string name)
    {
        foreach (double x in Numbers())
        {
            (float single, double ofSingle, double @double, double exact) = name switch
            {
                "Exp" => (ElementaryFunctions.Exp((float)x), (float)Math.Exp((float)x), ElementaryFunctions.Exp(x), Math.Exp(x)),
                "Log" => (ElementaryFunctions.Log((float)x), Math.Log((float)x), ElementaryFunctions.Log(x), Math.Log(x)),
                "Tanh" => (ElementaryFunctions.Tanh((float)x), Math.Tanh((float)x), ElementaryFunctions.Tanh(x), Math.Tanh(x)),
                "Sin" => (ElementaryFunctions.Sin((float)x), Math.Sin((float)x), ElementaryFunctions.Sin(x), Math.Sin(x)),
                _ => (ElementaryFunctions.Cos((float)x), Math.Cos((float)x), ElementaryFunctions.Cos(x), Math.Cos(x)),
            };
            bool wave = name is "Sin" or "Cos";
            AssertNear($"{name}({(float)x:G9}f)", ofSingle, single, 3 * Single, wave ? Single / 4 : 1e-45);
            AssertNear($"{name}({x:G17})", exact, @double, 4 * Double, wave ? 4 * Double + Math.Abs(x) * 1e-16 : 5e-324);
        }
    }

    [Fact]
    public void PowersAreRightToTheLastDigits()
    {
        foreach (double x in Numbers().Where(x => Math.Abs(x) is > 1e-3 and < 1e3))
        {
            foreach (double y in new[] { -3, -1, -0.5, 0, 0.5, 1, 2, 2.5, 7 })
            {
                double size = 1 + Math.Abs(y * Math.Log(Math.Abs(x)));
                AssertNear($"Pow({(float)x:G9}f, {y})", Math.Pow((float)x, (float)y), ElementaryFunctions.Pow((float)x, (float)y), 3 * size * Single, 1e-45);
                AssertNear($"Pow({x:G17}, {y})", Math.Pow(x, y), ElementaryFunctions.Pow(x, y), 3 * size * Double, 5e-324);
            }
        }
    }

    [Fact]
    public void EndsOfTheRangeAreThoseOfTheProcessor()
    {
        double[] ends =
        [
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -1, 88.72, 88.73, -103.9, -104.1, 709.7, 709.8, -745, -747, 1e300, -1e300,
        ];
        foreach (double x in ends)
        {
            AssertNear($"Exp({x}f)", MathF.Exp((float)x), ElementaryFunctions.Exp((float)x), 3 * Single, 1e-45);
            AssertNear($"Exp({x})", Math.Exp(x), ElementaryFunctions.Exp(x), 4 * Double, 5e-324);
            AssertNear($"Log({x}f)", MathF.Log((float)x), ElementaryFunctions.Log((float)x), 3 * Single, 0);
            AssertNear($"Log({x})", Math.Log(x), ElementaryFunctions.Log(x), 4 * Double, 0);
            AssertNear($"Tanh({x}f)", MathF.Tanh((float)x), ElementaryFunctions.Tanh((float)x), 3 * Single, 0);
            AssertNear($"Tanh({x})", Math.Tanh(x), ElementaryFunctions.Tanh(x), 4 * Double, 0);
        }
        Assert.Equal(double.NaN, ElementaryFunctions.Sin(double.PositiveInfinity));
        Assert.Equal(float.NaN, ElementaryFunctions.Cos(2e9f));
        (double, double)[] powers =
            [(-8, 1.0 / 3), (0, 2.0), (0, -1), (double.PositiveInfinity, -2), (-2, 1e300), (1, double.NaN), (double.NaN, 0)];
        foreach ((double x, double y) in powers)
        {
            AssertNear($"Pow({x}, {y})", Math.Pow(x, y), ElementaryFunctions.Pow(x, y), 4 * Double, 0);
            AssertNear($"Pow({x}f, {y}f)", MathF.Pow((float)x, (float)y), ElementaryFunctions.Pow((float)x, (float)y), 3 * Single, 0);
        }
    }

    // Of all sizes and both signs, subnormal ones among them, and many in the range where functions bend.
    private static IEnumerable<double> Numbers()
    {
        var rng = new Rng(1);
        for (double size = 1e-310; size < 1e5; size *= 1.3)
        {
            yield return size;
            yield return -size;
        }
        for (int i = 0; i < 20_000; i++)
            yield return (rng.NextDouble() - 0.5) * (i % 4 == 0 ? 1500 : 20);
    }

    private static void AssertNear(string what, double expected, double actual, double relative, double absolute)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected)) Assert.True(expected.Equals(actual), $"{what} = {actual}, not {expected}");
        else
        {
            Assert.True(Math.Abs(actual - expected) <= Math.Max(relative * Math.Abs(expected), absolute),
                $"{what} = {actual:G17}, not {expected:G17}: {Math.Abs(actual / expected - 1):G3} off");
        }
    }
}
