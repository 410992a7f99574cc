using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Tensors;

/// <summary>Devices where the GPU part is not beside the library, as here; the tests of that part are its own.</summary>
public class DeviceTests
{
    [Fact]
    public void TheProcessorIsAlwaysThereAndTheDefault()
    {
        Assert.Same(Device.Cpu, Assert.Single(Device.All));
        Assert.Same(Device.Cpu, Device.Named(null));
        Assert.Equal(DeviceKind.Cpu, Device.Cpu.Kind);
        Assert.True(Device.Cpu.Memory > 0);
        Assert.Contains("CPU", Device.Cpu.ToString());
        Device.Cpu.Synchronize();
        Assert.Equal(default, Device.Cpu.Transfers);
    }

    [Fact]
    public void ACardThatIsMissingTellsHowToGetOne() => Assert.Contains("dotnet build src/DeepNotebooks.Gpu",
        Assert.Throws<PlatformNotSupportedException>(() => Device.Gpu()).Message);

    [Theory]
    [InlineData("cuda")]
    [InlineData("opencl1")]
    [InlineData("emulated")]
    public void AChoiceThatIsMissingTellsToo(string choice)
    {
        string message = Assert.Throws<PlatformNotSupportedException>(() => Device.Named(choice)).Message;
        Assert.Contains("DEEPNOTEBOOKS_DEVICE", message);
        Assert.Contains(choice, message);
        Assert.Contains("dotnet build src/DeepNotebooks.Gpu", message);
    }

    [Theory]
    [InlineData("toaster")]
    [InlineData("3")]
    public void AnUnknownChoiceNamesThoseThatAre(string choice) =>
        Assert.Contains("emulated", Assert.Throws<PlatformNotSupportedException>(() => Device.Named(choice)).Message);

    [Fact]
    public void MovingToTheProcessorLeavesAModelAndItsNumbersAsTheyAre()
    {
        var model = new Linear(2, 3, new Rng(1));
        double[] before = model.Weight.ToArray();
        Assert.Same(model, model.To(Device.Cpu));
        Assert.Equal(before, model.Weight.ToArray());
        Tensor x = Tensor.From([1.0, 2]);
        Assert.Same(Device.Cpu, x.Device);
        Assert.Equal(x.ToArray(), x.To(Device.Cpu).ToArray());
    }
}
