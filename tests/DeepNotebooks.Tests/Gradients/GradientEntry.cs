namespace DeepNotebooks.Tests.Gradients;

/// <summary>One row of the gradient table: a function of Float64 tensors and where it is checked.</summary>
internal sealed class GradientEntry(string name, Func<Tensor[], Tensor> function, params Tensor[] inputs)
{
    private readonly Lazy<(double Error, double SingleDeviation, IReadOnlySet<Type> Reached)> _results = new(() => Check(function, inputs));

    public string Name { get; } = name;

    /// <summary>The method of <see cref="DeepNotebooks.Losses.Loss"/> that the entry proves, if any.</summary>
    public string? Loss { get; init; }

    /// <summary>The largest relative error of a gradient in Float64.</summary>
    public double Error => _results.Value.Error;

    /// <summary>How far value and gradients in Float32 lie from those in Float64, relative to the largest element.</summary>
    public double SingleDeviation => _results.Value.SingleDeviation;

    /// <summary>The types of the nodes and layers that a run meets.</summary>
    public IReadOnlySet<Type> Reached => _results.Value.Reached;

    private static (double, double, IReadOnlySet<Type>) Check(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        using var recorder = new Recorder();
        Tensor[] doubles = Run(function, inputs, DType.Float64);
        Tensor[] singles = Run(function, inputs, DType.Float32);
        return (GradientCheck.MaxRelativeError(function, inputs), doubles.Zip(singles, Deviation).Max(), recorder.Reached);
    }

    /// <summary>How far value and gradients on a device lie from those on the processor, relative to the largest element.</summary>
    public double DeviceDeviation(Device device, DType dtype) =>
        Run(function, inputs, dtype).Zip(Run(function, inputs, dtype, device), Deviation).Max();

    /// <summary>The value of the function, then the gradient of each input.</summary>
    private static Tensor[] Run(Func<Tensor[], Tensor> function, Tensor[] inputs, DType dtype, Device? device = null)
    {
        Tensor[] leaves = [.. inputs.Select(x => x.To(dtype).Clone().To(device ?? Device.Cpu).WithGrad())];
        Tensor y = function(leaves);
        Recorder.Visit(y);
        Assert.Equal(dtype, y.DType);
        Assert.Equal(device ?? Device.Cpu, y.Device);
        (y * new Rng(1).Uniform(y.Shape, 0.5, 1.5, dtype).To(y.Device)).Sum().Backward();
        return [y, .. leaves.Select(leaf => leaf.Grad ?? Tensor.Zeros(leaf.Shape, dtype))];
    }

    private static double Deviation(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double scale = Math.Max(expected.ToArray().Select(Math.Abs).DefaultIfEmpty().Max(), 1e-6);
        return expected.ToArray().Zip(actual.ToArray(), (e, a) => Math.Abs(e - a) / scale).DefaultIfEmpty().Max();
    }
}
