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
    public void AgreesWithTheProcessor(string name) => Compare(name);

    public static TheoryData<string> Convolutions => [.. GradientTable.All.Select(entry => entry.Name)
        .Where(name => name.StartsWith("Convolve", StringComparison.Ordinal))];

    /// <summary>Both ways to convolve, whatever the sizes.</summary>
    [Theory]
    [MemberData(nameof(Convolutions))]
    public void ConvolutionsAgreeDirectlyAndByTiles(string name)
    {
        var accelerator = (IlgpuAccelerator)OnDevice.Device.Accelerator!;
        bool? before = accelerator.ConvolveByTiles;
        try
        {
            foreach (bool tiles in new[] { false, true })
            {
                accelerator.ConvolveByTiles = tiles;
                Compare(name);
            }
        }
        finally
        {
            accelerator.ConvolveByTiles = before;
        }
    }

    private static void Compare(string name)
    {
        GradientEntry entry = GradientTable.All.Single(e => e.Name == name);
        double doubles = entry.DeviceDeviation(OnDevice.Device, DType.Float64), singles = entry.DeviceDeviation(OnDevice.Device, DType.Float32);
        Assert.True(doubles < 1e-10, $"{name}: Float64 on {OnDevice.Device.Name} differs by {doubles:G3}.");
        Assert.True(singles < 1e-4, $"{name}: Float32 on {OnDevice.Device.Name} differs by {singles:G3}.");
    }
}
