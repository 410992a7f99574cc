using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Models;
using DeepNotebooks.Optimizers;
using MathNet.Numerics.LinearAlgebra;

namespace DeepNotebooks.Tests.Models;

public class AutoencoderTests
{
    [Fact]
    public void ALinearOneFindsTheSubspaceOfPca()
    {
        const int Code = 3;
        var rng = new Rng(1);
        Tensor scales = Tensor.From([3.0, 2.5, 2, 0.6, 0.5, 0.4], DType.Float64);
        Tensor mix = Initializer.Orthogonal().Create([6, 6], rng, DType.Float64);
        Tensor x = (rng.Normal([200, 6], dtype: DType.Float64) * scales).MatMul(mix) + 5; // the biases have to find the mean
        var model = Autoencoder.Dense([6, Code], rng, DType.Float64);
        var descent = new LBFGS(model.Parameters);
        for (int step = 0; step < 200; step++)
            descent.Step(() => model.Loss(model.Forward(x), x));

        Matrix<double> centred = (x - x.Mean(0)).ToMatrix();
        var svd = centred.Svd();
        Matrix<double> components = svd.VT.SubMatrix(0, Code, 0, 6).Transpose();
        Matrix<double> decoder = ((Linear)((Sequential)model.Decoder)[0]).Weight.Detach().ToMatrix();
        Matrix<double> basis = decoder.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).Q;
        double smallestCosine = components.TransposeThisAndMultiply(basis).Svd().S.Minimum();
        double least = svd.S.Skip(Code).Sum(s => s * s) / x.Size; // what no plane of that size leaves less of: Eckart and Young
        Assert.True(smallestCosine > 1 - 1e-6, $"cosine of the largest principal angle {smallestCosine}");
        Assert.Equal(least, model.Loss(model.Predict(x), x).Item(), 1e-6 * least);
    }

    [Fact]
    public void ConvolutionsHalveAndDouble()
    {
        var model = Autoencoder.Convolutional([1, 8, 2], new Rng(1));
        Tensor x = Generate.Digits(3, new Rng(2), size: 16).Inputs;
        Assert.Equal([3, 2, 4, 4], model.Encoder.Forward(x).Shape);
        Assert.Equal(x.Shape, model.Forward(x).Shape);
    }

    [Fact]
    public void SpoilsInputsInTrainingOnly()
    {
        var model = new Autoencoder(new Sequential(), new Sequential()) { Corruption = x => x * 0 };
        Tensor x = Tensor.Ones([2, 3]);
        Assert.Equal(0, model.Forward(x).Sum().Item());
        Assert.Equal(1, model.Loss(model.Forward(x), x).Item());
        Assert.Equal(6, model.Predict(x).Sum().Item());
    }

    [Fact]
    public void SparsityIsTheDivergenceOfTwoCoins()
    {
        Tensor code = Tensor.From(new double[,] { { 0.1, 0.2 }, { 0.5, 0.2 } }, DType.Float64); // means 0.3 and 0.2
        double expected = 5 * ((0.2 * Math.Log(0.2 / 0.3)) + (0.8 * Math.Log(0.8 / 0.7)));
        Assert.Equal(expected, Autoencoder.Sparsity(0.2, 5)(code, code).Item(), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Autoencoder.Sparsity(0, 1));
    }

    [Fact]
    public void ContractionIsTheNormOfTheJacobian()
    {
        var layer = new Linear(4, 3, new Rng(1), dtype: DType.Float64);
        Tensor x = new Rng(2).Normal([5, 4], dtype: DType.Float64);
        double expected = Enumerable.Range(0, 5)
            .Average(i => Derivatives.Jacobian(row => layer.Forward(row).Sigmoid(), x[i..(i + 1)]).Square().Sum().Item());
        Layer encoder = new Sequential(layer, new DeepNotebooks.Layers.Sigmoid()), decoder = new Linear(3, 4, new Rng(3), dtype: DType.Float64);
        var model = new Autoencoder(encoder, decoder)
        {
            Penalty = Autoencoder.Contraction(layer, 0.5),
        };
        Tensor output = model.Forward(x);
        Assert.Equal(0.5 * expected, model.Loss(output, output).Item(), 1e-12);
    }

    [Fact]
    public void BadUseIsRefused()
    {
        Assert.Throws<ArgumentException>(() => Autoencoder.Dense([5], new Rng(1)));
        Assert.Throws<ArgumentException>(() => Autoencoder.Convolutional([], new Rng(1)));
        var model = new Autoencoder(new Sequential(), new Sequential()) { Penalty = (_, code) => code.Sum() };
        Assert.Throws<InvalidOperationException>(() => model.Loss(Tensor.Zeros([1]), Tensor.Zeros([1])));
    }
}
