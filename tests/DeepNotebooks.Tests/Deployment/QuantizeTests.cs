using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Deployment;

public class QuantizeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADenseLayerComputesWhatItsRoundedNumbersGive(bool perChannel)
    {
        var rng = new Rng(1);
        var linear = new Linear(13, 19, rng);
        linear.Bias!.Assign(rng.Normal([19]));
        Tensor x = rng.Normal([3, 7, 13]);
        var quantized = (QuantizedLinear)Quantize.Int8(linear, x, perChannel);
        Tensor expected = Rounded(x).Linear(quantized.Weight, linear.Bias);
        Close(expected, quantized.Predict(x), 1e-5);
        double step = linear.Weight.Detach().Abs().Max().Item() / 127;
        Assert.True((quantized.Weight - linear.Weight.Detach()).Abs().Max().Item() <= (step / 2) + 1e-7);
    }

    [Fact]
    public void ConvolutionsComputeWhatTheirRoundedNumbersGive()
    {
        var rng = new Rng(2);
        (Conv2d, Shape)[] cases =
        [
            (new Conv2d(3, 5, 3, rng, padding: 1), [2, 3, 7, 6]), (new Conv2d(1, 17, (2, 3), rng, stride: 2), [3, 1, 9, 8]),
            (new Conv2d(2, 4, 3, rng, stride: (1, 2), padding: Padding.Same, dilation: (2, 1), bias: false), [1, 2, 8, 7]),
            (new Conv2d(4, 3, 3, rng, padding: (0, 2), dilation: 2), [1, 4, 6, 5]), (new Conv2d(2, 3, 1, rng, stride: 3), [1, 2, 5, 5]),
        ];
        foreach ((Conv2d convolution, Shape shape) in cases)
        {
            Tensor x = rng.Normal(shape, 0.5);
            var quantized = (QuantizedConv2d)Quantize.Int8(convolution, x);
            Tensor expected = Rounded(x).Convolve(quantized.Weight, convolution.Stride, convolution.Padding, convolution.Dilation, 1, convolution.Bias);
            Close(expected, quantized.Predict(x), 1e-5);
        }
    }

    [Fact]
    public void EveryBranchIsQuantizedWithTheInputItGets()
    {
        var rng = new Rng(3);
        var model = new Sequential(new Linear(8, 8, rng), new DeepNotebooks.Layers.ReLU(),
            new Residual(new Linear(8, 8, rng), new DeepNotebooks.Layers.Tanh()), new DeepNotebooks.Layers.Parallel(new Linear(8, 4, rng), new DeepNotebooks.Layers.Sigmoid()));
        Tensor x = rng.Normal([64, 8]);
        Layer quantized = Quantize.Int8(model, x);
        Assert.Equal(3, Count(quantized));
        Close(model.Predict(x), quantized.Predict(x), 0.05);
        Assert.Equal(model.ParameterCount * 4, Quantize.Bytes(model));
        Assert.True(Quantize.Bytes(quantized) < 0.5 * Quantize.Bytes(model));

        static int Count(Layer layer) => (layer is QuantizedLinear ? 1 : 0) + layer.Children.Sum(Count);
    }

    [Fact]
    public void CoverageCutsOutliersOffAndRangesAreLimited()
    {
        var linear = new Linear(1, 1, new Rng(1), Initializer.Identity());
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => (i - 500) / 500.0)];
        values[0] = 1000;
        Tensor x = Tensor.From(values).Reshape(-1, 1);
        Tensor fine = Quantize.Int8(linear, x, coverage: 0.99).Predict(x), coarse = Quantize.Int8(linear, x).Predict(x);
        Assert.True((fine - x)[100..900].Abs().Max().Item() < 0.01);
        Assert.True((coarse - x)[100..900].Abs().Max().Item() > 0.5);
        Assert.InRange(fine[0, 0], 0.9, 1.1);
    }

    [Fact]
    public void ErrorsNameTheRemedy()
    {
        var linear = new Linear(2, 1, new Rng(1));
        Assert.Contains("(0, 1]", Assert.Throws<ArgumentOutOfRangeException>(() => Quantize.Int8(linear, Tensor.Ones([1, 2]), coverage: 0)).Message);
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => Quantize.Int8(linear, Tensor.Full([1, 2], double.NaN))).Message);
        Assert.Contains("[batch, 2]",
            Assert.Throws<ArgumentException>(() => Quantize.Int8(linear, Tensor.Ones([1, 2])).Predict(Tensor.Ones([1, 3]))).Message);
    }

    /// <summary>The inputs as the layer rounds them, with the range of all of them.</summary>
    private static Tensor Rounded(Tensor x)
    {
        float low = Math.Min((float)x.Min().Item(), 0), high = Math.Max((float)x.Max().Item(), 0), step = (high - low) / 127;
        float zero = MathF.Round(-low / step);
        return Tensor.From([.. x.ToArray().Select(v => (Math.Clamp(Math.Round((float)v * (1 / step)) + zero, 0, 127) - zero) * step)], x.Shape);
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.InRange((expected - actual).Abs().Max().Item(), 0, tolerance * Math.Max(1, expected.Abs().Max().Item()));
    }
}
