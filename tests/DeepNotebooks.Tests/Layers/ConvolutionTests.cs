using DeepNotebooks.Kernels;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Layers;

[Collection(nameof(Kernels.ThreadLimit))]
public class ConvolutionTests
{
    private static readonly Rng Any = new(1);

    /// <summary>The definition, loop by loop.</summary>
    private static Tensor Slow(Tensor x, Tensor w, int stride, int padding, int dilation, int groups)
    {
        int rows = ((x.Shape[2] + (2 * padding) - (dilation * (w.Shape[2] - 1)) - 1) / stride) + 1;
        int columns = ((x.Shape[3] + (2 * padding) - (dilation * (w.Shape[3] - 1)) - 1) / stride) + 1;
        Tensor y = Tensor.Zeros([x.Shape[0], w.Shape[0], rows, columns], x.DType);
        for (int n = 0; n < y.Shape[0]; n++)
            for (int o = 0; o < y.Shape[1]; o++)
                for (int r = 0; r < rows; r++)
                    for (int q = 0; q < columns; q++)
                        for (int c = 0; c < w.Shape[1]; c++)
                            for (int i = 0; i < w.Shape[2]; i++)
                                for (int j = 0; j < w.Shape[3]; j++)
                                {
                                    int from = (r * stride) + (i * dilation) - padding, at = (q * stride) + (j * dilation) - padding;
                                    if (from >= 0 && from < x.Shape[2] && at >= 0 && at < x.Shape[3])
                                        y[n, o, r, q] += w[o, c, i, j] * x[n, (o / (w.Shape[0] / groups) * w.Shape[1]) + c, from, at];
                                }
        return y;
    }

    [Fact]
    public void AgreesWithTheDefinitionAtManySizes()
    {
        var rng = new Rng(3);
        for (int trial = 0; trial < 200; trial++)
        {
            int groups = 1 + rng.Next(3), stride = 1 + rng.Next(3), padding = rng.Next(4), dilation = 1 + rng.Next(3);
            Tensor w = rng.Normal([groups * (1 + rng.Next(2)), 1 + rng.Next(2), 1 + rng.Next(4), 1 + rng.Next(4)], dtype: DType.Float64);
            int rows = Math.Max(1, (dilation * (w.Shape[2] - 1)) + 1 - (2 * padding)) + rng.Next(6);
            int columns = Math.Max(1, (dilation * (w.Shape[3] - 1)) + 1 - (2 * padding)) + rng.Next(6);
            Tensor x = rng.Normal([1 + rng.Next(3), w.Shape[1] * groups, rows, columns], dtype: DType.Float64);
            Tensor expected = Slow(x, w, stride, padding, dilation, groups), actual = x.Convolve(w, stride, padding, dilation, groups);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.True((expected - actual).Abs().Max().Item() < 1e-12, $"{x.Shape} {w.Shape} {stride} {padding} {dilation} {groups}");
        }
    }

    [Fact]
    public void GivesTheSameBitsWithOneThreadAndWithMany()
    {
        Tensor x = Any.Normal([33, 3, 20, 20]).WithGrad(), w = Any.Normal([8, 3, 3, 3]).WithGrad();
        float[][] Run(int threads)
        {
            (int before, Threads.Limit) = (Threads.Limit, threads);
            (x.Grad, w.Grad) = (null, null);
            Tensor y = x.Convolve(w, padding: 1);
            y.Square().Sum().Backward();
            Threads.Limit = before;
            return [y.ToArray<float>(), x.Grad!.ToArray<float>(), w.Grad!.ToArray<float>()];
        }
        Assert.Equal(Run(1), Run(3));
    }

    [Theory]
    [InlineData(7, 3, 1, 1)]
    [InlineData(7, 4, 1, 1)]
    [InlineData(7, 3, 2, 1)]
    [InlineData(8, 5, 3, 1)]
    [InlineData(6, 3, 1, 2)]
    [InlineData(1, 5, 2, 1)]
    public void SameGivesTheSizeByTheStrideRoundedUp(int size, int kernel, int stride, int dilation)
    {
        Tensor y = new Conv2d(1, 1, kernel, Any, stride: stride, padding: Padding.Same, dilation: dilation).Forward(Tensor.Zeros([1, 1, size, size + 1]));
        Assert.Equal([1, 1, (size + stride - 1) / stride, (size + stride) / stride], y.Shape);
    }

    [Fact]
    public void TransposedConvolutionIsTheGradientOfConvolution()
    {
        Tensor x = Any.Normal([2, 3, 6, 5], dtype: DType.Float64).WithGrad(), w = Any.Normal([4, 3, 3, 2], dtype: DType.Float64);
        Tensor y = x.Convolve(w, 2, 1);
        Tensor dy = Any.Normal(y.Shape, dtype: DType.Float64);
        y.Backward(dy);
        Assert.Equal(x.Grad!.ToArray(), dy.ConvolveTransposed(w, 2, 1, extra: (1, 1)).ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void PoolingTakesMaximaMeansAndSums()
    {
        Tensor x = Tensor.Range(16).Reshape(1, 1, 4, 4);
        Assert.Equal([5, 7, 13, 15], x.MaxPool(2).ToArray());
        Assert.Equal([2.5, 4.5, 10.5, 12.5], x.AveragePool(2).ToArray());
        Assert.Equal([10, 18, 42, 50], x.SumPool(2).ToArray());
        Assert.Equal([-4], Tensor.Full([1, 1, 1, 1], -4).MaxPool(3, padding: 1).ToArray()); // the border is no zero
        Tensor nan = x.Clone();
        nan[0, 0, 1, 0] = double.NaN;
        Assert.Equal([double.NaN, 7, 13, 15], nan.MaxPool(2).ToArray());
    }

    [Fact]
    public void ParametersAreCountedAsTheFormulaSays()
    {
        Assert.Equal(((5 * 5 * 6) + 1) * 16, new Conv2d(6, 16, 5, Any).ParameterCount);
        Assert.Equal(3 * 3 * 8, new Conv2d(8, 8, 3, Any, groups: 8, bias: false).ParameterCount);
        Assert.Equal([2, 16, 14, 14], new VggBlock(3, 16, 2, Any).Forward(Tensor.Zeros([2, 3, 28, 28])).Shape);
        Assert.Equal([1, 256, 7, 7], new InceptionBlock(192, 64, (96, 128), (16, 32), 32, Any).Forward(Tensor.Zeros([1, 192, 7, 7])).Shape);
    }

    [Fact]
    public void BadSizesAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(0, 1, 3, Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 0, 3, Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, (3, 0), Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, Any, stride: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, Any, dilation: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, Any, groups: 0));
        Assert.Throws<ArgumentException>(() => new Conv2d(4, 3, 3, Any, groups: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv1d(1, 1, 0, Any));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2d(3, 4, 3, Any, groups: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VggBlock(1, 1, 0, Any));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InceptionBlock(1, 1, (-1, 1), (0, 1), 1, Any));

        var conv = new Conv2d(2, 3, 3, Any);
        Assert.Throws<ArgumentException>(() => conv.Forward(Tensor.Zeros([1, 1, 5, 5])));
        Assert.Throws<ArgumentException>(() => conv.Forward(Tensor.Zeros([2, 5, 5])));
        Assert.Contains("does not fit axis 2 of (1, 2, 2, 5)", Assert.Throws<ArgumentException>(() => conv.Forward(Tensor.Zeros([1, 2, 2, 5]))).Message);
        Assert.Throws<ArgumentException>(() => conv.Forward(Tensor.Zeros([1, 2, 5, 5], DType.Float64)));
        Assert.Throws<ArgumentException>(() => new Conv2d(1, 1, 3, Any, padding: -1).Forward(Tensor.Zeros([1, 1, 9, 9])));
        Assert.Throws<ArgumentException>(() => new Conv2d(1, 1, 5, Any, padding: 2, padMode: PadMode.Reflect).Forward(Tensor.Zeros([1, 1, 2, 9])));
        Assert.Throws<ArgumentException>(() => new Conv1d(2, 1, 3, Any).Forward(Tensor.Zeros([1, 3, 9])));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2d(2, 1, 3, Any).Forward(Tensor.Zeros([1, 3, 4, 4])));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2d(1, 1, 1, Any, padding: 3).Forward(Tensor.Zeros([1, 1, 4, 4])));
        Assert.Throws<ArgumentException>(() => new ConvTranspose2d(1, 1, 1, Any, extra: 1).Forward(Tensor.Zeros([1, 1, 4, 4])));
        Tensor x = Tensor.Zeros([1, 2, 4, 4]);
        Assert.Throws<ArgumentException>(() => x.Convolve(Tensor.Zeros([3, 2, 3])));
        Assert.Throws<ArgumentException>(() => x.Convolve(Tensor.Zeros([3, 2, 3, 3]), stride: 0));
        Assert.Throws<ArgumentException>(() => x.Convolve(Tensor.Zeros([3, 2, 3, 3]), groups: 0));
        Assert.Throws<ArgumentException>(() => x.ConvolveTransposed(Tensor.Zeros([3, 2, 3, 3])));
        Assert.Throws<ArgumentException>(() => x.MaxPool(5));
        Assert.Throws<ArgumentException>(() => x.MaxPool(0));
        Assert.Throws<ArgumentException>(() => x.MaxPool(2, padding: 2));
        Assert.Throws<ArgumentException>(() => x.AveragePool(2, stride: 0));
        Assert.Throws<ArgumentException>(() => x[0, ..].SumPool(2));
        Assert.Throws<ArgumentException>(() => new GlobalAveragePool().Forward(Tensor.Zeros([2, 3])));
        Assert.Throws<ArgumentException>(() => new Flatten().Forward(Tensor.Scalar(1)));
        Assert.Throws<ArgumentException>(() => new Unflatten(1).Forward(Tensor.Scalar(1)));
        Assert.Throws<ArgumentException>(() => new DeepNotebooks.Layers.Parallel());
    }
}
