using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Monitoring;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Tests.Monitoring;

public class ProfileTests
{
    private static readonly Dataset Moons = Generate.Moons(50, new Rng(1));

    [Fact]
    public void EachLayerIsAPartAndTheModelStaysAsItWas()
    {
        var model = new Sequential(
            new Linear(2, 8, new Rng(1)), new Sequential(new BatchNorm1d(8), new DeepNotebooks.Layers.Tanh()), new Linear(8, 2, new Rng(2)));
        var optimizer = new Adam(model.Parameters);
        double[][] before = [.. model.NamedParameters.Concat(model.NamedBuffers).Select(p => p.Value.ToArray())];
        IReadOnlyList<Profile> parts = Profile.Of(model, Loss.CrossEntropy, optimizer, Moons, 3);
        Assert.Equal(["0 Linear", "1.0 BatchNorm1d", "1.1 Tanh", "2 Linear", "loss", "update"], parts.Select(part => part.Part));
        Assert.Equal([24, 16, 0, 18, 0, 0], parts.Select(part => part.Parameters));
        Assert.Equal("(50, 8)", parts[2].Output.ToString());
        Assert.Equal(50 * 8 * 4, parts[2].KeptBytes); // tanh keeps its result
        Assert.All(parts, part => Assert.True(part.Forward > 0));
        Assert.All(parts.SkipLast(1), part => Assert.True(part.Backward > 0));
        Assert.Equal(0, parts[^1].Backward);
        Assert.Equal(before, model.NamedParameters.Concat(model.NamedBuffers).Select(p => p.Value.ToArray()));
        Assert.Equal(0, optimizer.Steps);
        Assert.Throws<ArgumentOutOfRangeException>(() => Profile.Of(model, Loss.CrossEntropy, optimizer, Moons, 0));
    }

    [Fact]
    public void AModelWithoutASequenceIsOnePart()
    {
        var model = new Residual(new Linear(2, 2, new Rng(1)));
        IReadOnlyList<Profile> parts = Profile.Of(model, Loss.CrossEntropy, new SGD(model.Parameters), Moons);
        Assert.Equal(["Residual", "loss", "update"], parts.Select(part => part.Part));
    }
}
