using DeepNotebooks.Layers;
using DeepNotebooks.Models;

namespace DeepNotebooks.Tests.Models;

public class ConvolutionalModelTests
{
    private static Rng Any => new(1);

    [Fact]
    public void LeNet5HasTheLayersOfThePaper()
    {
        Sequential model = LeNet5.Create(Any);
        Assert.Equal(61_706, model.ParameterCount);
        Assert.Equal([156, 2_416, 48_120, 10_164, 850], model.Children.Where(l => l.ParameterCount > 0).Select(l => l.ParameterCount));
        IReadOnlyList<Tensor> outputs = model.Activations(Tensor.Zeros([1, 1, 32, 32]));
        Assert.Equal<Shape>([[1, 6, 28, 28], [1, 6, 14, 14], [1, 16, 10, 10], [1, 16, 5, 5], [1, 120, 1, 1], [1, 10]],
            [outputs[0].Shape, outputs[2].Shape, outputs[3].Shape, outputs[5].Shape, outputs[6].Shape, outputs[^1].Shape]);
        Assert.Equal([2, 3], LeNet5.Create(Any, 3, padding: 2).Forward(Tensor.Zeros([2, 1, 28, 28])).Shape);
    }

    [Theory] // the table of the paper, in millions: A 133, B 133, D 138, E 144
    [InlineData(new[] { 1, 1, 2, 2, 2 }, 132_863_336)]
    [InlineData(new[] { 2, 2, 2, 2, 2 }, 133_047_848)]
    [InlineData(new[] { 2, 2, 3, 3, 3 }, 138_357_544)]
    [InlineData(new[] { 2, 2, 4, 4, 4 }, 143_667_240)]
    public void VggIsCountedWithoutBeingHeld(int[] convolutions, int parameters)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(parameters, VGG.Create(Any, convolutions, initializer: Initializer.Outline).ParameterCount);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, parameters / 100);
    }

    [Fact]
    public void ASmallVggHalvesTheImageInEveryBlock()
    {
        Sequential model = VGG.Create(Any, [1, 2], channels: 1, size: 16, width: 4, hidden: 5, classes: 3);
        IReadOnlyList<Tensor> outputs = model.Activations(Tensor.Zeros([2, 1, 16, 16]));
        Assert.Equal<Shape>([[2, 4, 8, 8], [2, 8, 4, 4], [2, 128], [2, 3]],
            [outputs[0].Shape, outputs[1].Shape, outputs[2].Shape, outputs[^1].Shape]);
        var small = Assert.Throws<ArgumentException>(() => VGG.Create(Any, [1, 1, 1], size: 4));
        Assert.Contains("4 pixels cannot be halved by 3 blocks", small.Message);
    }

    [Fact]
    public void GoogLeNetHasTheShapesOfThePaper()
    {
        Sequential model = GoogLeNet.Create(Any, initializer: Initializer.Outline);
        Assert.Equal(6_998_552, model.ParameterCount); // the published weights without the auxiliary classifiers
        Assert.Equal([163_696, 388_736, 376_176, 449_160, 510_104, 605_376, 868_352, 1_043_456, 1_444_080],
            model.Children.OfType<InceptionBlock>().Select(block => block.ParameterCount));
        IReadOnlyList<Tensor> outputs = GoogLeNet.Create(Any, classes: 3).Activations(Tensor.Zeros([1, 3, 64, 64]));
        Assert.Equal([1, 192, 8, 8], outputs[7].Shape);
        Assert.Equal([1, 1024, 2, 2], outputs[^4].Shape);
        Assert.Equal([1, 3], outputs[^1].Shape);
    }

    [Fact]
    public void ResNet20HasTheShapesOfThePaper()
    {
        Sequential model = ResNet.Create(Any);
        Assert.Equal(269_722, model.ParameterCount);
        Assert.Equal(20, model.NamedParameters.Count(p => p.Value.Rank > 1));
        IReadOnlyList<Tensor> outputs = model.Activations(Tensor.Zeros([2, 3, 32, 32]));
        Assert.Equal<Shape>([[2, 16, 32, 32], [2, 32, 16, 16], [2, 64, 8, 8], [2, 64], [2, 10]],
            [outputs[5].Shape, outputs[8].Shape, outputs[11].Shape, outputs[12].Shape, outputs[13].Shape]);
        Assert.Equal(269_722, ResNet.Create(Any, shortcuts: false).ParameterCount);
    }

    [Fact]
    public void AResidualBlockWithoutABranchIsItsShortcut()
    {
        var block = new ResidualBlock(1, 2, Any, stride: 2);
        foreach (Tensor weight in block.Parameters)
            weight.Fill(0);
        Tensor x = Tensor.Range(25).Reshape(1, 1, 5, 5);
        Assert.Equal([0, 2, 4, 10, 12, 14, 20, 22, 24, .. new double[9]], block.Forward(x).ToArray());
        var plain = new ResidualBlock(1, 1, Any, shortcut: false);
        foreach (Tensor weight in plain.Parameters)
            weight.Fill(0);
        Assert.Equal(new double[25], plain.Forward(x).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResidualBlock(2, 1, Any));
    }

    [Fact]
    public void AnOutlineReadsAsZerosAndIsNotWritten()
    {
        var layer = new Linear(3, 2, Any, Initializer.Outline);
        Assert.Equal([0, 0], layer.Forward(Tensor.Ones([1, 3])).ToArray());
        Assert.Throws<InvalidOperationException>(() => layer.Weight.Assign(Tensor.Ones([2, 3])));
    }
}
