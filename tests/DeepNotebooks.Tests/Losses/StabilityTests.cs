using DeepNotebooks.Losses;

namespace DeepNotebooks.Tests.Losses;

public class StabilityTests
{
    /// <summary>Logit, target, loss, gradient: −y ln σ(z) − (1 − y) ln(1 − σ(z)) and σ(z) − y, by hand where they are near 0 or huge.</summary>
    public static TheoryData<double, double, double, double> Logits => new()
    {
        { 0, 1, Math.Log(2), -0.5 },
        { 1000, 1, 0, 0 },
        { 1000, 0, 1000, 1 },
        { -1000, 1, 1000, -1 },
        { -1000, 0, 0, 0 },
        { 30, 1, Math.Exp(-30), -Math.Exp(-30) },
        { -30, 0, Math.Exp(-30), Math.Exp(-30) },
        { 30, 0.5, 15, 0.5 },
    };

    [Theory]
    [MemberData(nameof(Logits))]
    public void BinaryCrossEntropyKeepsItsDigitsAndStaysFinite(double logit, double target, double loss, double gradient)
    {
        foreach (DType dtype in Enum.GetValues<DType>())
        {
            double tolerance = dtype == DType.Float32 ? 1e-6 : 1e-12;
            Tensor z = Tensor.From([logit], dtype).WithGrad();
            Tensor y = Loss.BinaryCrossEntropyWithLogits(z, Tensor.From([target], dtype));
            y.Backward();
            Assert.InRange(y.Item(), loss - (tolerance * loss), loss + (tolerance * loss));
            Assert.InRange(z.Grad!.Item(), gradient - (tolerance * Math.Abs(gradient)), gradient + (tolerance * Math.Abs(gradient)));
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void CrossEntropyStaysFiniteForLogitsOfAThousand(DType dtype)
    {
        Tensor z = Tensor.From([1000, -1000, -1000, 1000], [2, 2], dtype).WithGrad();
        Tensor losses = Loss.CrossEntropy(z, Tensor.From([0.0, 0], dtype), Reduce.None);
        losses.Sum().Backward();
        Assert.Equal([0, 2000], losses.ToArray());
        Assert.Equal([0, 0, -1, 1], z.Grad!.ToArray());
    }
}
