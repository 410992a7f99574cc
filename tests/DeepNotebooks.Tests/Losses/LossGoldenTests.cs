using System.Text.Json;
using DeepNotebooks.Losses;
using DeepNotebooks.Tests.Golden;
using Xunit.Abstractions;

namespace DeepNotebooks.Tests.Losses;

public class LossGoldenTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, JsonElement> Golden =
        GoldenFile.Read("losses.json").ToDictionary(entry => entry.GetProperty("name").GetString()!);

    private static readonly Dictionary<string, Func<Tensor, Tensor, Reduce, Tensor>> Losses = new()
    {
        ["MeanSquaredError"] = Loss.MeanSquaredError,
        ["MeanAbsoluteError"] = Loss.MeanAbsoluteError,
        ["RootMeanSquaredError"] = (p, t, _) => Loss.RootMeanSquaredError(p, t),
        ["Huber"] = (p, t, r) => Loss.Huber(p, t, 1, r),
        ["Huber, delta 0.6"] = (p, t, r) => Loss.Huber(p, t, 0.6, r),
        ["Quantile, 0.9"] = (p, t, r) => Loss.Quantile(p, t, 0.9, r),
        ["MeanSquaredLogarithmicError"] = Loss.MeanSquaredLogarithmicError,
        ["CosineEmbedding"] = (p, t, r) => r == Reduce.Mean
            ? Loss.CosineEmbedding(p, t)
            : Loss.CosineEmbedding(p, t, Tensor.Ones([5], p.DType), reduce: r),
        ["CosineEmbedding, labels, margin 0.1"] = (p, t, r) =>
            Loss.CosineEmbedding(p, t, Tensor.From([1, -1, -1, 1, -1], p.DType), 0.1, r),
        ["Hinge"] = (p, t, r) => Loss.Hinge(p, t, 1, r),
        ["MultiClassHinge"] = (p, t, r) => Loss.MultiClassHinge(p, t, 1, r),
        ["MultiClassHinge, margin 0.5"] = (p, t, r) => Loss.MultiClassHinge(p, t, 0.5, r),
        ["BinaryCrossEntropy"] = Loss.BinaryCrossEntropy,
        ["BinaryCrossEntropy at the edges"] = Loss.BinaryCrossEntropy,
        ["BinaryCrossEntropyWithLogits"] = (p, t, r) => Loss.BinaryCrossEntropyWithLogits(p, t, r),
        ["BinaryCrossEntropyWithLogits, positive weights"] = (p, t, r) =>
            Loss.BinaryCrossEntropyWithLogits(p, t, r, Tensor.From([3, 0.5, 10], p.DType)),
        ["BinaryCrossEntropyWithLogits far out"] = (p, t, r) => Loss.BinaryCrossEntropyWithLogits(p, t, r),
        ["CrossEntropy"] = (p, t, r) => Loss.CrossEntropy(p, t, r),
        ["CrossEntropy far out"] = (p, t, r) => Loss.CrossEntropy(p, t, r),
        ["CrossEntropy, class weights"] = (p, t, r) => Loss.CrossEntropy(p, t, r, Weights(p)),
        ["CrossEntropy, smoothing 0.1"] = (p, t, r) => Loss.CrossEntropy(p, t, r, labelSmoothing: 0.1),
        ["CrossEntropy, ignore 2"] = (p, t, r) => Loss.CrossEntropy(p, t, r, ignoreLabel: 2),
        ["CrossEntropy, all"] = (p, t, r) => Loss.CrossEntropy(p, t, r, Weights(p), 0.2, 2),
        ["CrossEntropy, distributions"] = (p, t, r) => Loss.CrossEntropy(p, t, r),
        ["CrossEntropy, distributions, all"] = (p, t, r) => Loss.CrossEntropy(p, t, r, Weights(p), 0.2),
        ["CategoricalCrossEntropy"] = (p, t, r) => Loss.CategoricalCrossEntropy(p, t, r),
        ["CategoricalCrossEntropy, class weights"] = (p, t, r) => Loss.CategoricalCrossEntropy(p, t, r, Weights(p)),
        ["CategoricalCrossEntropy, distributions"] = (p, t, r) => Loss.CategoricalCrossEntropy(p, t, r),
        ["KLDivergence"] = Loss.KLDivergence,
        ["KLDivergence, one-hot"] = Loss.KLDivergence,
        ["Focal"] = (p, t, r) => Loss.Focal(p, t, 2, null, r),
        ["Focal, gamma 0.5, class weights"] = (p, t, r) => Loss.Focal(p, t, 0.5, Weights(p), r),
        ["BinaryFocal"] = (p, t, r) => Loss.BinaryFocal(p, t, 2, 0.25, r),
        ["BinaryFocal, gamma 1.5, alpha 0.9"] = (p, t, r) => Loss.BinaryFocal(p, t, 1.5, 0.9, r),
        ["MixtureDensity"] = Loss.MixtureDensity,
        ["MixtureDensity in the plane"] = Loss.MixtureDensity,
    };

    private static Tensor Weights(Tensor like) => Tensor.From([0.5, 2, 1, 3], like.DType);

    public static TheoryData<string> Names => [.. Golden.Keys];

    [Fact]
    public void EveryGoldenLossIsCompared() => Assert.Equal(Golden.Keys.Order(), Losses.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void ValueAndGradientsAgreeWithPyTorch(string name)
    {
        double inDouble = Deviation(name, DType.Float64), inSingle = Deviation(name, DType.Float32);
        output.WriteLine($"{name}: {inDouble:G3} in Float64, {inSingle:G3} in Float32");
        Assert.True(inDouble < 1e-10, $"{name} in Float64 deviates by {inDouble:G3}");
        Assert.True(inSingle < 1e-5, $"{name} in Float32 deviates by {inSingle:G3}");
    }

    private static double Deviation(string name, DType dtype)
    {
        JsonElement golden = Golden[name];
        Tensor p = golden.GetProperty("prediction").ToTensor(dtype).WithGrad(), t = golden.GetProperty("target").ToTensor(dtype);
        t.RequiresGrad = golden.TryGetProperty("secondGradient", out JsonElement second);
        Tensor mean = Losses[name](p, t, Reduce.Mean);
        mean.Backward();
        List<double> deviations =
        [
            GoldenFile.Deviation(golden.GetProperty("mean").Numbers(), mean.ToArray()),
            GoldenFile.Deviation(golden.GetProperty("gradient").Numbers(), p.Grad!.ToArray()),
        ];
        if (t.RequiresGrad)
        {
            deviations.Add(GoldenFile.Deviation(second.Numbers(), t.Grad!.ToArray()));
        }
        if (name != "RootMeanSquaredError")
        {
            double sum = golden.GetProperty("sum").GetDouble();
            deviations.Add(GoldenFile.Deviation([sum], Losses[name](p, t, Reduce.Sum).ToArray()));
            deviations.Add(GoldenFile.Deviation([sum], [Losses[name](p, t, Reduce.None).ToArray().Sum()]));
        }
        return deviations.Max();
    }
}
