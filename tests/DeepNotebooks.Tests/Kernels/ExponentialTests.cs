using System.Numerics;
using DeepNotebooks.Kernels;

namespace DeepNotebooks.Tests.Kernels;

public class ExponentialTests
{
    [Fact]
    public void IsRightToTwoUnitsInTheLastPlaceOverTheWholeRange()
    {
        for (float x = -87.3f; x < 88.7f; x += 0.0137f)
        {
            float expected = (float)Math.Exp(x), unit = MathF.BitIncrement(expected) - expected;
            Assert.InRange(Of(x), expected - (2 * unit), expected + (2 * unit));
        }
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-200f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(90f, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void HasTheRightEnds(float x, float expected) => Assert.Equal(expected, Of(x));

    [Fact]
    public void FadesThroughTheSmallestNumbers()
    {
        foreach (float x in (float[])[-88f, -90f, -95f, -100f, -103f])
            Assert.Equal(Math.Exp(x), Of(x), 3e-45);
    }

    private static float Of(float x) => Exponential.Of(Vector.Create(x))[0];
}
