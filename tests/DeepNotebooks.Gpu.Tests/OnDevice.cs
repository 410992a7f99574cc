namespace DeepNotebooks.Gpu.Tests;

/// <summary>
/// The device under test: what DEEPNOTEBOOKS_DEVICE names, or the emulated one, which every machine has. Tests of one device run one
/// after the other.
/// </summary>
[CollectionDefinition(nameof(OnDevice), DisableParallelization = true)]
public sealed class OnDevice
{
    internal static Device Device { get; } = Environment.GetEnvironmentVariable("DEEPNOTEBOOKS_DEVICE") is { Length: > 0 }
        ? Device.Default
        : Device.Named("emulated");

    internal static bool IsEmulated => Device.Kind == DeviceKind.Emulated;

    /// <summary>Compares with the processor's, relative to the largest element.</summary>
    internal static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double[] e = expected.ToArray(), a = actual.ToArray();
        double scale = Math.Max(e.Select(Math.Abs).DefaultIfEmpty().Max(), 1e-6);
        for (int i = 0; i < e.Length; i++)
            Assert.True(Math.Abs(e[i] - a[i]) <= tolerance * scale, $"element {i} of {expected.Shape}: {a[i]:G9}, not {e[i]:G9}");
    }
}
