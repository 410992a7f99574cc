using DeepNotebooks.Tests.Gradients;

namespace DeepNotebooks.Gpu.Tests;

/// <summary>The gradient table, which finite differences prove on the processor, on a device: values and gradients must agree.</summary>
[Collection(nameof(OnDevice))]
public class GradientTableOnDeviceTests
{
    /// <summary>All but those that draw masks, which are drawn otherwise there; see <see cref="DropoutOnDeviceTests"/>.</summary>
    public static TheoryData<string> Names => [.. GradientTable.All.Select(entry => entry.Name)
        .Where(name => !name.Contains("drop", StringComparison.OrdinalIgnoreCase) || name.Contains("evaluation"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void AgreesWithTheProcessor(string name)
    {
        GradientEntry entry = GradientTable.All.Single(e => e.Name == name);
        double doubles = entry.DeviceDeviation(OnDevice.Device, DType.Float64), singles = entry.DeviceDeviation(OnDevice.Device, DType.Float32);
        Assert.True(doubles < 1e-10, $"{name}: Float64 on {OnDevice.Device.Name} differs by {doubles:G3}.");
        Assert.True(singles < 1e-4, $"{name}: Float32 on {OnDevice.Device.Name} differs by {singles:G3}.");
    }

    /// <summary>Nodes that only devices have are reached by the table too.</summary>
    [Fact]
    public void ReachesEveryNodeOfDevices()
    {
        using var recorder = new Recorder();
        foreach (GradientEntry entry in GradientTable.All)
            entry.DeviceDeviation(OnDevice.Device, DType.Float32);
        string[] missing = [.. typeof(Tensor).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Node)) && type.Name.StartsWith("Device", StringComparison.Ordinal) && !recorder.Reached.Contains(type))
            .Select(type => type.Name)];
        Assert.Empty(missing);
    }
}
