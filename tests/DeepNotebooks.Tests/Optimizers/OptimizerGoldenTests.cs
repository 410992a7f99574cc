using System.Text.Json;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Tests.Golden;
using DeepNotebooks.Training;
using Xunit.Abstractions;

namespace DeepNotebooks.Tests.Optimizers;

public class OptimizerGoldenTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, JsonElement> Golden =
        GoldenFile.Read("optimizers.json").ToDictionary(entry => entry.GetProperty("name").GetString()!);

    private static readonly Dictionary<string, Func<Tensor[], Optimizer>> Optimizers = new()
    {
        ["SGD"] = p => new SGD(p, 0.05),
        ["SGD, weight decay"] = p => new SGD(p, 0.05, weightDecay: 0.2),
        ["SGD, momentum, weight decay"] = p => new SGD(p, 0.02, 0.9, 0.1),
        ["SGD, Nesterov, weight decay"] = p => new SGD(p, 0.02, 0.9, 0.1, nesterov: true),
        ["Adagrad"] = p => new Adagrad(p),
        ["Adagrad, weight decay"] = p => new Adagrad(p, 0.3, weightDecay: 0.1),
        ["Adadelta"] = p => new Adadelta(p),
        ["Adadelta, weight decay"] = p => new Adadelta(p, 2, 0.8, 1e-3, 0.1),
        ["RMSProp"] = p => new RMSProp(p),
        ["RMSProp, weight decay"] = p => new RMSProp(p, 0.05, 0.9, weightDecay: 0.1),
        ["Adam"] = p => new Adam(p),
        ["Adam, weight decay"] = p => new Adam(p, 0.2, 0.8, 0.95, 1e-3, 0.1),
        ["AdamW"] = p => new AdamW(p),
        ["AdamW, weight decay"] = p => new AdamW(p, 0.2, weightDecay: 0.3),
        ["AMSGrad, weight decay"] = p => new AMSGrad(p, 0.2, 0.9, 0.8, weightDecay: 0.1),
        ["AdaMax"] = p => new AdaMax(p),
        ["AdaMax, weight decay"] = p => new AdaMax(p, 0.2, 0.9, 0.8, weightDecay: 0.1),
        ["Nadam"] = p => new Nadam(p),
        ["Nadam, weight decay"] = p => new Nadam(p, 0.2, 0.8, 0.95, weightDecay: 0.1),
    };

    private static readonly Dictionary<string, Schedule> Schedules = new()
    {
        ["Steps"] = Schedule.Steps(7, 0.3),
        ["Exponential"] = Schedule.Exponential(0.9),
        ["Cosine"] = Schedule.Cosine(40, 0.05),
        ["CosineRestarts"] = Schedule.CosineRestarts(9, 0.05),
        ["WarmUp"] = Schedule.WarmUp(8, from: 0.2),
        ["Cyclical"] = Schedule.Cyclical(6),
        ["Cyclical, shrinking"] = Schedule.Cyclical(6, shrink: 0.5),
        ["OneCycle"] = Schedule.OneCycle(41),
    };

    public static TheoryData<string> OptimizerNames => [.. Optimizers.Keys];

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    [Fact]
    public void EverythingGoldenIsCompared() =>
        Assert.Equal(Golden.Keys.Order(), Optimizers.Keys.Concat(Schedules.Keys).Append("ReduceOnPlateau").Order());

    [Theory]
    [MemberData(nameof(OptimizerNames))]
    public void TwentyStepsFollowPyTorch(string name)
    {
        double[] expected = [.. Golden[name].GetProperty("path").Numbers()];
        double inDouble = GoldenFile.Deviation(expected, Path(Optimizers[name], DType.Float64));
        double inSingle = GoldenFile.Deviation(expected, Path(Optimizers[name], DType.Float32));
        output.WriteLine($"{name}: {inDouble:G3} in Float64, {inSingle:G3} in Float32");
        Assert.True(inDouble < 1e-10, $"{name} in Float64 deviates by {inDouble:G3}");
        Assert.True(inSingle < 1e-5, $"{name} in Float32 deviates by {inSingle:G3}");
    }

    private static double[] Path(Func<Tensor[], Optimizer> create, DType dtype)
    {
        Tensor w = Tensor.From([1.5, -2, 0.3, 4], dtype).WithGrad();
        Tensor a = Tensor.From([1, 0.1, 10, 0.01], dtype), c = Tensor.From([0.5, 1, -0.5, 0], dtype);
        Optimizer optimizer = create([w]);
        var path = new List<double>();
        for (int step = 0; step < 20; step++)
        {
            optimizer.Step(() => ((a * (w - c).Square() / 2) + (w * 3).Cos()).Sum());
            path.AddRange(w.ToArray());
        }
        return [.. path];
    }

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void RatesFollowPyTorch(string name)
    {
        double[] expected = [.. Golden[name].GetProperty("rates").Numbers()];
        double deviation = GoldenFile.Deviation(expected, Enumerable.Range(0, expected.Length).Select(Schedules[name].At));
        output.WriteLine($"{name}: {deviation:G3}");
        Assert.True(deviation < 1e-10, $"{name} deviates by {deviation:G3}");
    }

    [Fact]
    public void ReducedRatesFollowPyTorch()
    {
        JsonElement golden = Golden["ReduceOnPlateau"];
        var plateau = new ReduceOnPlateau(0.5, 3, 0.01);
        double rate = 1;
        double[] rates = [.. golden.GetProperty("losses").Numbers().Select(loss => rate = plateau.Next(rate, loss))];
        Assert.Equal(golden.GetProperty("rates").Numbers(), rates);
    }
}
