using DeepNotebooks.Charts;

namespace DeepNotebooks.Tests.Charts;

public class ScaleTests
{
    [Theory]
    [InlineData(0, 1, 5, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 10, 5, "0 2 4 6 8 10")]
    [InlineData(-3, 3, 6, "−3 −2 −1 0 1 2 3")]
    [InlineData(-0.07, 0.12, 4, "−0.05 0 0.05 0.10")]
    [InlineData(0, 200, 10, "0 20 40 60 80 100 120 140 160 180 200")]
    [InlineData(0, 7e9, 4, "0 2×10⁹ 4×10⁹ 6×10⁹")]
    [InlineData(0, 1e-8, 5, "0 0.2×10⁻⁸ 0.4×10⁻⁸ 0.6×10⁻⁸ 0.8×10⁻⁸ 1.0×10⁻⁸")]
    [InlineData(-5e-300, 5e-300, 2, "−5×10⁻³⁰⁰ 0 5×10⁻³⁰⁰")]
    [InlineData(1000000.001, 1000000.003, 4, "1000000.0010 1000000.0015 1000000.0020 1000000.0025 1000000.0030")]
    [InlineData(0.99, 1.01, 4, "0.990 0.995 1.000 1.005 1.010")]
    public void Linear_ticks_are_round(double min, double max, int count, string expected) =>
        Assert.Equal(expected, string.Join(' ', new Scale(min, max).Ticks(count).Select(t => t.Label)));

    [Theory]
    [InlineData(1e-4, 1e2, 7, "10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 1 10 10²")]
    [InlineData(1e-12, 1, 5, "10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 1")]
    [InlineData(1e-300, 1e300, 7, "10⁻³⁰⁰ 10⁻²⁰⁰ 10⁻¹⁰⁰ 1 10¹⁰⁰ 10²⁰⁰ 10³⁰⁰")]
    [InlineData(0.02, 0.08, 6, "0.02 0.03 0.04 0.05 0.06 0.07 0.08")]
    [InlineData(0.3, 7, 6, "0.5 1 2 5")]
    [InlineData(0.5, 0.6, 2, "0.50 0.55 0.60")]
    public void Logarithmic_ticks_are_powers_or_round(double min, double max, int count, string expected) =>
        Assert.Equal(expected, string.Join(' ', new Scale(min, max, Log: true).Ticks(count).Select(t => t.Label).Where(l => l != "")));

    [Fact]
    public void Ticks_between_powers_have_no_label()
    {
        var ticks = new Scale(1, 100, Log: true).Ticks(5);
        Assert.Equal(19, ticks.Length);
        Assert.Equal(["1", "10", "10²"], ticks.Select(t => t.Label).Where(l => l != ""));
    }

    [Theory]
    [InlineData(0.1 + 0.2, 6, "0.3")]
    [InlineData(0.4 * 7 - 2, 6, "0.8")]
    [InlineData(-2, 6, "−2")]
    [InlineData(1e-6, 6, "10⁻⁶")]
    [InlineData(-1e7, 4, "−10⁷")]
    [InlineData(123456789, 4, "1.235×10⁸")]
    public void A_short_number_has_no_more_digits_than_count(double value, int digits, string expected) =>
        Assert.Equal(expected, Scale.Short(value, digits));

    [Fact]
    public void Whole_axes_have_no_fractions() =>
        Assert.Equal(["0", "1", "2"], (new Scale(0, 2) { Whole = true }).Ticks(10).Select(t => t.Label));

    [Theory]
    [InlineData(new[] { 3.0, 3 }, 2.7, 3.3)]
    [InlineData(new[] { 0.0 }, -1, 1)]
    [InlineData(new[] { double.NaN, double.PositiveInfinity }, 0, 1)]
    [InlineData(new[] { -2.0, double.NaN, 8 }, -3, 9)]
    public void A_range_is_fitted_even_to_degenerate_data(double[] values, double min, double max)
    {
        var scale = Scale.Fit(values, log: false, padding: 0.1);
        Assert.Equal(min, scale.Min, 12);
        Assert.Equal(max, scale.Max, 12);
    }

    [Fact]
    public void Every_range_has_distinct_ticks_inside_it_in_order()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 2000; trial++)
        {
            double size = Math.Pow(10, random.Next(-300, 300));
            double min = (random.NextDouble() - 0.5) * size, max = min + (random.NextDouble() + 1e-3) * size;
            var ticks = new Scale(min, max).Ticks(6);
            Assert.InRange(ticks.Length, 1, 8);
            Assert.Equal(ticks.Length, ticks.Select(t => t.Label).Distinct().Count());
            Assert.All(ticks, t => Assert.InRange(t.Value, min - 1e-6 * size, max + 1e-6 * size));
        }
    }

    [Fact]
    public void The_largest_doubles_have_a_place()
    {
        var scale = Scale.Fit([double.MinValue, double.MaxValue], log: false, padding: 0.05);
        Assert.Equal(0.5, scale.Place(0), 12);
        Assert.NotEmpty(scale.Ticks(5));
    }
}
