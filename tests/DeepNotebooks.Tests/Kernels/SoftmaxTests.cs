namespace DeepNotebooks.Tests.Kernels;

public class SoftmaxTests
{
    [Theory]
    [InlineData(DType.Float32, 1e-6)]
    [InlineData(DType.Float64, 1e-14)]
    public void AgreesWithTheFormulaAtEveryWidth(DType dtype, double tolerance)
    {
        for (int width = 1; width <= 40; width++)
        {
            Tensor x = new Rng(width).Normal([3, width], std: 3, dtype: dtype);
            double[] expected = [.. Enumerable.Range(0, 3).SelectMany(row =>
            {
                double[] powers = [.. Enumerable.Range(0, width).Select(k => Math.Exp(x[row, k]))];
                return powers.Select(power => power / powers.Sum());
            })];
            Oracle.AssertClose(expected, x.Softmax().ToArray(), tolerance);
            Oracle.AssertClose(expected.Select(p => Math.Log(p)), x.LogSoftmax().ToArray(), tolerance * 10);
            Oracle.AssertClose(expected, x.Transpose().Clone().Transpose().Softmax().ToArray(), tolerance);
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void StaysFiniteForLogitsOfAThousand(DType dtype)
    {
        Tensor x = Tensor.From([1000, -1000, 1000, -1000, -1000, -1000], [2, 3], dtype).WithGrad();
        Assert.Equal([0.5, 0, 0.5], x.Softmax()[..1].ToArray());
        Oracle.AssertClose([1 / 3.0, 1 / 3.0, 1 / 3.0], x.Softmax()[1..].ToArray(), 1e-6);
        Oracle.AssertClose([-Math.Log(2), -2000 - Math.Log(2), -Math.Log(2)], x.LogSoftmax()[..1].ToArray(), 1e-7);
        x.LogSoftmax().Pick(1, 1).Sum().Backward();
        Oracle.AssertClose([-0.5, 1, -0.5, -1 / 3.0, 2 / 3.0, -1 / 3.0], x.Grad!.ToArray(), 1e-6);
    }

    [Fact]
    public void KeepsTheDigitsOfLogitsThatAreLargeTogether()
    {
        double[] small = Tensor.From([0, 0.5, 1], [1, 3], DType.Float32).LogSoftmax().ToArray();
        Assert.Equal(small, Tensor.From([8192, 8192.5, 8193], [1, 3], DType.Float32).LogSoftmax().ToArray());
    }

    [Fact]
    public void ExcludesMinusInfinity() =>
        Assert.Equal([0, 0.5, 0.5], Tensor.From([double.NegativeInfinity, 7, 7]).Softmax().ToArray());
}
