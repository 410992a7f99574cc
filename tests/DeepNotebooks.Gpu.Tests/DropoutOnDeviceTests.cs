using DeepNotebooks.Layers;

namespace DeepNotebooks.Gpu.Tests;

/// <summary>Masks are drawn on the device, otherwise than on the processor; their law must be the same.</summary>
[Collection(nameof(OnDevice))]
public class DropoutOnDeviceTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void DropsTheGivenShareAndScalesTheRest(double probability)
    {
        const int Count = 40_000;
        var layer = new Dropout(probability, new Rng(3));
        double[] y = layer.Forward(Tensor.Ones([Count]).To(OnDevice.Device)).ToArray();
        Assert.All(y, v => Assert.True(v == 0 || Math.Abs(v - (1 / (1 - probability))) < 1e-6));
        double sigma = Math.Sqrt(probability * (1 - probability) / Count);
        Assert.InRange(y.Count(v => v == 0) / (double)Count, probability - (5 * sigma), probability + (5 * sigma));
    }

    [Fact]
    public void NeighboursAndMasksAreIndependent()
    {
        const int Count = 40_000;
        var layer = new Dropout(0.5, new Rng(4));
        Tensor ones = Tensor.Ones([Count]).To(OnDevice.Device);
        double[] first = layer.Forward(ones).ToArray(), second = layer.Forward(ones).ToArray();
        double alike = first.Zip(second).Count(pair => pair.First == pair.Second) / (double)Count;
        double neighbours = first.Zip(first.Skip(1)).Count(pair => pair.First == pair.Second) / (double)Count;
        Assert.InRange(alike, 0.4875, 0.5125); // five standard deviations
        Assert.InRange(neighbours, 0.4875, 0.5125);
    }

    [Fact]
    public void TheSameSeedDrawsTheSameMaskInBothTypes()
    {
        double[] Draw(DType dtype) => new Dropout(0.3, new Rng(5)).Forward(Tensor.Ones([1000], dtype).To(OnDevice.Device)).ToArray();
        double[] singles = Draw(DType.Float32), doubles = Draw(DType.Float64);
        Assert.Equal(Draw(DType.Float32), singles);
        Assert.Equal(singles.Select(v => v == 0), doubles.Select(v => v == 0));
    }

    [Fact]
    public void GradientsFlowThroughTheMaskThatWasDrawn()
    {
        Tensor x = Tensor.Full([500], 2).To(OnDevice.Device).WithGrad();
        Tensor y = new Dropout(0.4, new Rng(6)).Forward(x);
        y.Sum().Backward();
        OnDevice.AssertNear(y / 2, x.Grad!, 1e-6);
    }
}
