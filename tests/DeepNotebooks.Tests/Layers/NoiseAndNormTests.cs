using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Layers;

public class NoiseAndNormTests
{
    [Fact]
    public void BothFormsOfDropoutKeepTheMeanBetweenTrainingAndEvaluation()
    {
        Tensor x = Tensor.Ones([20000]);
        Dropout inverted = new(0.2, new Rng(1)), original = new(0.2, new Rng(1), inverted: false);
        Assert.Equal(1, inverted.Forward(x).Mean().Item(), 0.02);
        Assert.Equal(0.8, original.Forward(x).Mean().Item(), 0.02);
        Assert.Equal(1, original.Forward(x).Max().Item());
        Assert.Equal(1, inverted.Predict(x).Mean().Item());
        Assert.Equal(0.8, original.Predict(x).Mean().Item(), 1e-4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(double.NaN, new Rng(1)));
    }

    [Fact]
    public void DropConnectDropsWeightsNotActivations()
    {
        var layer = new DropConnect(1, 10000, 0.3, new Rng(1), Initializer.Constant(1));
        Tensor x = Tensor.Ones([2, 1]), y = layer.Forward(x);
        Assert.Equal(0.3, y.EqualTo(0).Mean().Item(), 0.02);
        Assert.Equal(1 / 0.7f, (float)y.Max().Item(), 1e-6);
        Assert.Equal(y[0, ..].ToArray(), y[1, ..].ToArray()); // one mask for the batch
        Assert.Equal(1, layer.Predict(x).Min().Item());
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Ones([2, 3])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DropConnect(1, 1, 1, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DropConnect(0, 1, 0.5, new Rng(1)));
    }

    [Fact]
    public void RandomizedReluDrawsItsSlopesFromTheRange()
    {
        var layer = new RReLU(new Rng(1), 0.1, 0.5);
        Tensor slopes = -layer.Forward(Tensor.Full([1000], -1));
        Assert.InRange(slopes.Min().Item(), 0.1, 0.11);
        Assert.InRange(slopes.Max().Item(), 0.49, 0.5);
        Assert.Equal([-0.3f, 2f], layer.Predict(Tensor.From([-1.0, 2])).ToArray<float>());
        Assert.Empty(layer.Parameters);
        Assert.Throws<ArgumentException>(() => new RReLU(new Rng(1), 0.5, 0.1));
        Assert.Throws<ArgumentException>(() => new RReLU(new Rng(1), double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PReLU(0));
        Assert.Throws<ArgumentException>(() => new PReLU(3).Forward(Tensor.Zeros([2, 4])));
        Assert.Throws<ArgumentException>(() => new PReLU(3).Forward(Tensor.Zeros([3])));
    }

    [Fact]
    public void BatchNormalizationIsPerFeature()
    {
        var layer = new BatchNorm1d(3);
        layer.Forward(Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }).BatchNormalize(layer.Gamma, layer.Beta, 1e-5, out Tensor mean, out Tensor variance));
        Assert.Equal([2.5, 3.5, 4.5], mean.ToArray());
        Assert.Equal([2.25, 2.25, 2.25], variance.ToArray());
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([1, 3])));
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([2, 3, 1, 1])));
        Assert.Throws<ArgumentException>(() => new BatchNorm2d(3).Forward(Tensor.Zeros([2, 3])));
        Assert.Throws<ArgumentException>(() => new BatchNorm2d(3).Forward(Tensor.Zeros([2, 2, 4, 4])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm2d(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm2d(1, momentum: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm2d(1, epsilon: double.NaN));
    }

    [Fact]
    public void LayerGroupAndInstanceNormalizationDoNotDependOnTheBatch()
    {
        Tensor x = new Rng(1).Normal([3, 4, 5, 2]);
        foreach (Layer layer in new Layer[] { new LayerNorm([4, 5, 2]), new GroupNorm(2, 4), new InstanceNorm(4) })
        {
            Assert.Equal(layer.Forward(x)[1..2].ToArray(), layer.Forward(x[1..2]).ToArray());
        }
        Assert.Throws<ArgumentException>(() => new LayerNorm([]));
        Assert.Throws<ArgumentException>(() => new LayerNorm([0]));
        Assert.Throws<ArgumentException>(() => new LayerNorm([3], 0));
        Assert.Throws<ArgumentException>(() => new LayerNorm([3]).Forward(Tensor.Zeros([2, 4])));
        Assert.Throws<ArgumentException>(() => new LayerNorm([2, 3]).Forward(Tensor.Zeros([3])));
        Assert.Throws<ArgumentException>(() => new GroupNorm(3, 4));
        Assert.Throws<ArgumentException>(() => new GroupNorm(2, 4).Forward(Tensor.Zeros([2, 2])));
        Assert.Throws<ArgumentException>(() => new InstanceNorm(0));
        Assert.Throws<ArgumentException>(() => new InstanceNorm(2, double.NaN));
        Assert.Throws<ArgumentException>(() => new InstanceNorm(2).Forward(Tensor.Zeros([2])));
    }

    [Fact]
    public void ARadialUnitAnswersAtItsCentre()
    {
        var layer = new RBF(2, 3, new Rng(1), beta: 2);
        Assert.Equal(1, layer.Forward(layer.Centers.Detach())[1, 1], 1e-6);
        Assert.Equal(Math.Exp(-2), layer.Forward(layer.Centers.Detach() + Tensor.From([1.0, 0]))[2, 2], 1e-6);
        Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([2, 3])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RBF(2, 3, new Rng(1), beta: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RBF(0, 3, new Rng(1)));
    }
}
