using System.Text.Json;
using System.Xml.Linq;
using DeepNotebooks.Course;

namespace DeepNotebooks.Tests.Course;

public class ClaimTests
{
    public static TheoryData<string, Func<Claim.Measurement, Claim>, double, bool> Conditions => new()
    {
        { "0.5 (must be below 1)", m => m.IsBelow(1), 0.5, true },
        { "1 (must be below 1)", m => m.IsBelow(1), 1, false },
        { "NaN (must be below 1)", m => m.IsBelow(1), double.NaN, false },
        { "2 (must be above 1)", m => m.IsAbove(1), 2, true },
        { "1 (must be above 1)", m => m.IsAbove(1), 1, false },
        { "∞ (must be above 1)", m => m.IsAbove(1), double.PositiveInfinity, true },
        { "NaN (must be above 1)", m => m.IsAbove(1), double.NaN, false },
        { "1 (must lie between 1 and 2)", m => m.IsBetween(1, 2), 1, true },
        { "2 (must lie between 1 and 2)", m => m.IsBetween(1, 2), 2, true },
        { "2.01 (must lie between 1 and 2)", m => m.IsBetween(1, 2), 2.01, false },
        { "0.99 (must lie between 1 and 2)", m => m.IsBetween(1, 2), 0.99, false },
        { "5.356×10⁻¹⁰ (must be below 10⁻⁶)", m => m.IsBelow(1e-6), 5.3561e-10, true },
        { "1 (must be below 1.000001)", m => m.IsBelow(1.000001), 1, true },
        { "−2×10²⁰ (must be above 3×10²⁰)", m => m.IsAbove(3e20), -2e20, false },
        { "0.25 (must be below 0.3333)", m => m.IsBelow(1.0 / 3), 0.25, true },
        { "2.5×10⁶ (must be above 10⁶)", m => m.IsAbove(1e6), 2.5e6, true },
        { "3×10⁴ (must be above 25000)", m => m.IsAbove(25_000), 3e4, true },
        { "NaN (must lie between 1 and 2)", m => m.IsBetween(1, 2), double.NaN, false },
        { "9 (must be 9)", m => m.IsBetween(9, 9), 9, true },
        { "61,706 (must be 61,706)", m => m.IsBetween(61_706, 61_706), 61_706, true },
        { "0.2231 (must lie between 0.22314 and 0.22315)", m => m.IsBetween(0.22314, 0.22315), 0.223144, true },
        { "−138,357,543 (must be below −138,357,544)", m => m.IsBelow(-138_357_544), -138_357_543, false },
        { "1.235×10¹⁰ (must be above 1.235)", m => m.IsAbove(1.235), 12_345_678_912, true },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void HoldsWhenItsConditionDoes(string measured, Func<Claim.Measurement, Claim> condition, double value, bool holds)
    {
        Claim claim = condition(Claim.That("it is so", value));
        Assert.Equal((holds, holds, measured.Replace("∞", "Infinity")), (claim.Holds, claim.Passed, claim.Measured));
        Assert.StartsWith(holds ? "✓ holds: it is so" : "✗ FAILS: it is so", claim.ToString());
    }

    [Theory]
    [InlineData(0.5, 2, true)]             // holds, and breaks without its cause
    [InlineData(0.5, double.NaN, true)]    // NaN breaks it too
    [InlineData(0.5, 0.6, false)]          // still holds without the cause
    [InlineData(2, 3, false)]              // does not hold at all
    public void PassesWhenItHoldsAndItsControlBreaksIt(double measured, double control, bool passed)
    {
        Claim claim = Claim.That("it is so", measured).IsBelow(1).Without("the cause", control);
        Assert.Equal(passed, claim.Passed);
        Assert.Equal(measured < 1, claim.Holds);
        Assert.Equal(!(control < 1), claim.Controls.Single().Breaks);
        Assert.Contains(claim.Controls[0].Breaks ? "without the cause: " : "STILL HOLDS", claim.ToString());
    }

    [Fact]
    public void EveryControlMustBreakIt()
    {
        Claim claim = Claim.That("it is so", 0).IsBelow(1), one = claim.Without("a", 2), both = one.Without("b", 0.5);
        Assert.Equal((true, true, false), (claim.Passed, one.Passed, both.Passed));
        Assert.Equal(["a", "b"], both.Controls.Select(c => c.Cause));
        Assert.Empty(claim.Controls);
    }

    [Fact]
    public void MayBeAboutATruthAndItsControlsToo()
    {
        Claim claim = Claim.That("they are equal", true, "3 of 3");
        Assert.True(claim.Passed && claim.Without("x", false, "1 of 3").Passed);
        Assert.False(claim.Without("x", true, "3 of 3").Passed || Claim.That("they are equal", false, "1 of 3").Passed);
        Assert.Contains("Without(cause, holds, measured)", Assert.Throws<InvalidOperationException>(() => claim.Without("x", 3)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void NeedsAStatement(string? statement) => Assert.ThrowsAny<ArgumentException>(() => Claim.That(statement!, true, "1"));

    [Fact]
    public void EachFormatTellsEverythingAndEscapesIt()
    {
        const string hostile = "a < b & \"c\" <script>alert('1')</script>";
        foreach (Claim claim in (Claim[])
        [
            Claim.That(hostile, 0).IsBelow(1).Without(hostile, 2),
            Claim.That(hostile, true, hostile).Without(hostile, true, hostile),
            Claim.That(hostile, double.NaN).IsAbove(1),
        ])
        {
            string html = Format(claim, "text/html");
            Assert.Contains(hostile, XElement.Parse(html).Value);
            Assert.DoesNotContain("<script", html);
            Assert.Equal(claim.ToString(), Format(claim, "text/plain"));

            JsonElement json = JsonDocument.Parse(Format(claim, "application/vnd.deepnotebooks.claim+json")).RootElement;
            Assert.Equal(hostile, json.GetProperty("statement").GetString());
            Assert.Equal((claim.Holds, claim.Passed), (json.GetProperty("holds").GetBoolean(), json.GetProperty("passed").GetBoolean()));
            Assert.Equal(claim.Measured, json.GetProperty("measured").GetString());
            Assert.Equal(claim.Controls.Select(c => (c.Cause, c.Measured, c.Breaks)), json.GetProperty("controls").EnumerateArray()
                .Select(c => (c.GetProperty("without").GetString()!, c.GetProperty("measured").GetString()!, c.GetProperty("breaks").GetBoolean())));
        }
    }

    [Fact]
    public void FormattersRefuseOtherValues()
    {
        using var writer = new StringWriter();
        Assert.All(new ClaimFormats().CreateTypeFormatters().Cast<MimeFormatter<Claim>>(), formatter => Assert.False(formatter.Format("a text", writer)));
        Assert.Empty(writer.ToString());
    }

    private static string Format(Claim claim, string mimeType)
    {
        using var writer = new StringWriter();
        Assert.True(new ClaimFormats().CreateTypeFormatters().Cast<MimeFormatter<Claim>>().Single(f => f.MimeType == mimeType).Format(claim, writer));
        return writer.ToString();
    }
}
