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
            x => Loss.CrossEntropy(x[0], Tensor.From([2, 0, 1, 2, 0], x[0].DType).To(x[0].Device), reduce), Spread([5, 3])),
        OfLoss(nameof(Loss.CrossEntropy), $"{reduce}, one class", x => Loss.CrossEntropy(x[0], Tensor.Zeros([2], x[0].DType).To(x[0].Device), reduce) + x[0].Sum(),
            Spread([2, 1])),
        OfLoss(nameof(Loss.BinaryCrossEntropyWithLogits), $"{reduce}",
            x => Loss.BinaryCrossEntropyWithLogits(x[0], Tensor.From([0, 1, 0.3, 1, 0.5], x[0].DType).To(x[0].Device), reduce), Spread([5])),
        OfLoss(nameof(Loss.BinaryCrossEntropyWithLogits), $"{reduce}, targets with a gradient",
            x => Loss.BinaryCrossEntropyWithLogits(x[0], (x[1] * 0.2) + 0.5, reduce), Spread([3, 2]), Spread([3, 2], 2)),
    });

    private static readonly Shape[] LossShapes = [[1], [7], [5, 3], [2, 1, 3]];

    private static IEnumerable<GradientEntry> ErrorLosses() => Reduces.SelectMany(reduce => LossShapes.SelectMany(shape => new[]
    {
        OfLoss(nameof(Loss.MeanAbsoluteError), $"{reduce} {shape}", x => Loss.MeanAbsoluteError(x[0], x[1], reduce), Spread(shape), Spread(shape, 2)),
        OfLoss(nameof(Loss.Huber), $"{reduce} {shape}", x => Loss.Huber(x[0], x[1], 0.9, reduce), Spread(shape), Spread(shape, 2)),
        OfLoss(nameof(Loss.Quantile), $"{reduce} {shape}", x => Loss.Quantile(x[0], x[1], 0.8, reduce), Spread(shape), Spread(shape, 2)),
        OfLoss(nameof(Loss.MeanSquaredLogarithmicError), $"{reduce} {shape}",
            x => Loss.MeanSquaredLogarithmicError(x[0], x[1], reduce), Spread(shape), Positive(shape)),
        OfLoss(nameof(Loss.RootMeanSquaredError), $"{reduce} {shape}", x => Loss.RootMeanSquaredError(x[0], x[1]), Spread(shape), Spread(shape, 2)),
    }));

    private static IEnumerable<GradientEntry> MarginLosses() => Reduces.SelectMany(reduce => new[]
    {
        OfLoss(nameof(Loss.Hinge), $"{reduce}", x => Loss.Hinge(x[0], Tensor.From([1, -1, -1, 1, 1], x[0].DType).To(x[0].Device), 1.1, reduce), Spread([5])),
        OfLoss(nameof(Loss.MultiClassHinge), $"{reduce}",
            x => Loss.MultiClassHinge(x[0], Labels([2, 0, 1, 2, 0], x[0]), 1.1, reduce), Spread([5, 3])),
        OfLoss(nameof(Loss.CosineEmbedding), $"{reduce}",
            x => Loss.CosineEmbedding(x[0], x[1], Labels([1, -1, -1, 1, -1], x[0]), -0.9, reduce), Spread([5, 3]), Spread([5, 3], 2)),
        OfLoss(nameof(Loss.CosineEmbedding), $"{reduce}, alike", x => Loss.CosineEmbedding(x[0], x[1]), Spread([5, 3]), Spread([5, 3], 2)),
    });

    private static IEnumerable<GradientEntry> ProbabilityLosses() => Reduces.SelectMany(reduce => new[]
    {
        OfLoss(nameof(Loss.BinaryCrossEntropy), $"{reduce}",
            x => Loss.BinaryCrossEntropy(x[0].Sigmoid(), Tensor.From([0, 1, 0.3, 1, 0.5], x[0].DType).To(x[0].Device), reduce), Spread([5])),
        OfLoss(nameof(Loss.BinaryCrossEntropyWithLogits), $"{reduce}, positive weights", x => Loss.BinaryCrossEntropyWithLogits(
            x[0], Labels([0, 1, 1, 0, 1, 0], x[0]).Reshape(2, 3), reduce, Labels([3, 1, 9], x[0])), Spread([2, 3])),
        OfLoss(nameof(Loss.CrossEntropy), $"{reduce}, weights, smoothing, ignored", x => Loss.CrossEntropy(
            x[0], Labels([2, 0, 1, -1, 0], x[0]), reduce, Labels([3, 1, 9], x[0]), 0.2, -1), Spread([5, 3])),
        OfLoss(nameof(Loss.CrossEntropy), $"{reduce}, distributions",
            x => Loss.CrossEntropy(x[0], x[1].Softmax(), reduce, Labels([3, 1, 9], x[0]), 0.2), Spread([2, 2, 3]), Spread([2, 2, 3], 2)),
        OfLoss(nameof(Loss.CategoricalCrossEntropy), $"{reduce}",
            x => Loss.CategoricalCrossEntropy(x[0].Softmax(), Labels([2, 0, 1, 2, 0], x[0]), reduce), Spread([5, 3])),
        OfLoss(nameof(Loss.KLDivergence), $"{reduce}",
            x => Loss.KLDivergence(x[0].LogSoftmax(), Labels([1, 0, 0, 1, 0, 0], x[0]).Reshape(2, 3), reduce), Spread([2, 3])),
        OfLoss(nameof(Loss.Focal), $"{reduce}",
            x => Loss.Focal(x[0], Labels([2, 0, 1, 2, 0], x[0]), 1.7, Labels([3, 1, 9], x[0]), reduce), Spread([5, 3])),
        OfLoss(nameof(Loss.BinaryFocal), $"{reduce}",
            x => Loss.BinaryFocal(x[0], Tensor.From([0, 1, 0.3, 1, 0.5], x[0].DType).To(x[0].Device), 1.7, 0.25, reduce), Spread([5])),
        OfLoss(nameof(Loss.MixtureDensity), $"{reduce}", x => Loss.MixtureDensity(x[0], x[1], reduce), Spread([5, 8]), Spread([5, 2], 2)),
    });

    private static Tensor Labels(int[] labels, Tensor like) => Tensor.From(labels, like.DType).To(like.Device);
}
