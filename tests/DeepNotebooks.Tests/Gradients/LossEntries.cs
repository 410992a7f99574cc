using DeepNotebooks.Losses;

namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    private static readonly Reduce[] Reduces = [Reduce.Mean, Reduce.Sum, Reduce.None];

    private static IEnumerable<GradientEntry> RegressionLosses() => Reduces.SelectMany(reduce => new[]
    {
        OfLoss(nameof(Loss.MeanSquaredError), $"{reduce}", x => Loss.MeanSquaredError(x[0], x[1], reduce), Spread([7, 3]), Spread([7, 3], 2)),
        OfLoss(nameof(Loss.MeanSquaredError), $"{reduce}, one number", x => Loss.MeanSquaredError(x[0], x[1], reduce), Spread([1]), Spread([1], 2)),
    });

    private static IEnumerable<GradientEntry> ClassificationLosses() => Reduces.SelectMany(reduce => new[]
    {
        OfLoss(nameof(Loss.CrossEntropy), $"{reduce}",
            x => Loss.CrossEntropy(x[0], Tensor.From([2, 0, 1, 2, 0], x[0].DType), reduce), Spread([5, 3])),
        OfLoss(nameof(Loss.CrossEntropy), $"{reduce}, one class", x => Loss.CrossEntropy(x[0], Tensor.Zeros([2], x[0].DType), reduce) + x[0].Sum(),
            Spread([2, 1])),
        OfLoss(nameof(Loss.BinaryCrossEntropyWithLogits), $"{reduce}",
            x => Loss.BinaryCrossEntropyWithLogits(x[0], Tensor.From([0, 1, 0.3, 1, 0.5], x[0].DType), reduce), Spread([5])),
        OfLoss(nameof(Loss.BinaryCrossEntropyWithLogits), $"{reduce}, targets with a gradient",
            x => Loss.BinaryCrossEntropyWithLogits(x[0], (x[1] * 0.2) + 0.5, reduce), Spread([3, 2]), Spread([3, 2], 2)),
    });
}
