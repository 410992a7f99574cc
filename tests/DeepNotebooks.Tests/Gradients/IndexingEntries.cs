namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    private static IEnumerable<GradientEntry> Joining() =>
    [
        .. new[] { 0, 1, 2, -1 }.Select(axis => Of($"Stack along axis {axis}", (a, b) => Tensor.Stack([a, b, a * a], axis).Square(),
            Spread([2, 3]), Spread([2, 3], 2))),
        Of("Stack of scalars", (a, b) => Tensor.Stack([a, b]).Square(), Spread([]), Spread([], 2)),
        Of("Split, one part used twice", x => Split(x.Split(1, 2, 1, 4)), Spread([3, 7])),
        Of("Split along axis 0 with an empty part", x => x.Split(0, 0, 3)[1].Square(), Spread([3, 2])),
        .. AtAllShapes("Pad of no axes", x => x.Pad([]), Spread),
        Of("Pad with zeros", x => x.Pad([(1, 2), (0, 3)]).Square(), Spread([2, 3, 5])),
        Of("Pad with a constant", x => x.Pad([(2, 1)], value: 3).Square(), Spread([2, 3])),
        Of("Pad of an empty tensor", x => x.Pad([(2, 1)]).Square(), Spread([2, 0])),
        Of("Pad by reflection", x => x.Pad([(1, 1), (4, 2)], PadMode.Reflect).Square(), Spread([2, 2, 5])),
    ];

    private static Tensor Split(Tensor[] parts) => (parts[0] * parts[1]).Sum() + parts[2].Square().Sum() + parts[0].Sum();

    private static IEnumerable<GradientEntry> Indexing() =>
    [
        Of("Ranges on two axes", x => x[1..3, ^2..].Square() + x[..2, 1..3], Spread([3, 5])),
        Of("Index and range", x => x[^1, .., 1].Square() + x[0, 0, ..], Spread([2, 3, 3])),
        Of("Select on an inner axis, repeated", x => x.Select(1, 2, 0, 2).Square(), Spread([2, 3, 2])),
        Of("Select of nothing", x => x.Select(-1), Spread([2, 3])),
        Of("Gather along axis 0", x => x.Gather(0, Tensor.From(new double[,] { { 2, 0 }, { 2, 1 }, { 2, 2 }, { 0, 0 } }).To(x.Device)).Square(), Spread([3, 2])),
        Of("Gather along axis 1", x => x.Gather(1, Tensor.From(new double[,] { { 2 }, { 0 } }).To(x.Device)).Square(), Spread([2, 3])),
        Of("ScatterAdd along axis 0", (x, s) => x.ScatterAdd(0, Tensor.From(new double[,] { { 2, 0 }, { 2, 1 } }).To(x.Device), s).Square(),
            Spread([3, 2]), Spread([2, 2], 2)),
        Of("ScatterAdd along axis 1", (x, s) => x.ScatterAdd(-1, Tensor.From(new double[,] { { 2, 2, 0 }, { 0, 1, 1 } }).To(x.Device), s).Square(),
            Spread([2, 3]), Spread([2, 3], 2)),
        Of("Permute", x => x.Permute(2, 0, 1).Square() + x.Permute(-1, -3, -2), Spread([2, 3, 5])),
        Of("Permute of one axis", x => x.Permute(0), Spread([3])),
        Of("Squeeze and Unsqueeze", x => x.Squeeze(1).Unsqueeze(0).Unsqueeze(-1).Square(), Spread([2, 1, 5])),
        Of("Unsqueeze of a transposed view", x => x.Transpose().Unsqueeze(1).Square(), Spread([2, 3])),
        Of("Expand", x => x.Expand(4, 2, 3).Square(), Spread([2, 1])),
        Of("Expand of a scalar", x => x.Expand(2, 3).Square().Sum() + x, Spread([])),
    ];

    private static IEnumerable<GradientEntry> Choices() =>
    [
        .. Pairs.SelectMany(pair => new[]
        {
            Of($"Minimum {pair}", Tensor.Minimum, Spread(pair.A), Spread(pair.B, 2)),
            Of($"Where {pair}", (a, b) => Tensor.Where(a > b, a.Square(), b), Spread(pair.A), Spread(pair.B, 2)),
        }),
        Of("Where with a broadcast condition", (a, b) => Tensor.Where(Tensor.From([1.0, 0, 1], a.DType).To(a.Device), a, b), Spread([2, 3]), Spread([2, 1], 2)),
    ];

    private static IEnumerable<GradientEntry> WiderReductions() =>
    [
        Of("Max over axes 0 and 2", x => x.Max([0, 2]), Spread([2, 3, 5])),
        Of("Min over axes 1 and -1, kept", x => x.Min([1, -1], keepDims: true), Spread([2, 3, 5])),
        Of("Variance over axes 0 and 2", x => x.Variance([0, 2]) + x.Mean([0, 2]), Spread([2, 3, 5])),
        Of("Variance over axes, correction 1, kept", x => x.Variance([0, 1], 1, keepDims: true), Spread([2, 3, 5])),
        Of("Norm over an axis", x => x.Norm([1]), Spread([2, 3])),
        Of("Norm over axes, kept", x => x.Norm([0, 2], keepDims: true), Spread([2, 3, 5])),
        .. Reducible.SelectMany(shape => Enumerable.Range(-shape.Rank, 2 * shape.Rank).SelectMany(axis => new[]
        {
            Of($"LogSumExp {shape}, axis {axis}", x => x.LogSumExp(axis), Spread(shape)),
            Of($"CumulativeSum {shape}, axis {axis}", x => x.CumulativeSum(axis).Square(), Spread(shape)),
        })),
        Of("LogSumExp, kept", x => x.LogSumExp(0, keepDims: true), Spread([3, 2])),
        Of("LogSumExp, two axes", x => x.LogSumExp([0, 2]), Spread([3, 2, 4])),
        Of("CumulativeSum of an empty tensor", x => x.CumulativeSum(0), Spread([0, 2])),
    ];
}
