namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    /// <summary>Pairs of shapes that broadcast: equal, scalars, rows, columns, both ways, new axes, ones, empty.</summary>
    private static readonly (Shape A, Shape B)[] Pairs =
    [
        ([], []), ([7], [7]), ([2, 3, 5], [2, 3, 5]), ([3, 5], []), ([], [3, 5]), ([3, 5], [5]), ([5], [3, 5]), ([3, 5], [3, 1]),
        ([3, 1], [1, 5]), ([1, 5], [3, 1]), ([2, 3, 5], [3, 1]), ([2, 1, 5], [1, 3, 1]), ([1], [1, 1]), ([0], [1]), ([2, 0], [2, 1]),
        ([1, 3], [0, 1]),
    ];

    private static IEnumerable<GradientEntry> Broadcasting() => Pairs.SelectMany(pair => new[]
    {
        Of($"a + b {pair}", (a, b) => a + b, Spread(pair.A), Spread(pair.B, 2)),
        Of($"a - b {pair}", (a, b) => a - b, Spread(pair.A), Spread(pair.B, 2)),
        Of($"a * b {pair}", (a, b) => a * b, Spread(pair.A), Spread(pair.B, 2)),
        Of($"a / b {pair}", (a, b) => a / b, Spread(pair.A), Positive(pair.B)),
        Of($"Maximum {pair}", Tensor.Maximum, Spread(pair.A), Spread(pair.B, 2)),
    });

    private static IEnumerable<GradientEntry> SameTensorTwice() =>
    [
        Of("x + x", x => x + x, Spread([3, 2])),
        Of("x - x * x", x => x - (x * x), Spread([3, 2])),
        Of("x / (x + 3)", x => x / (x + 3), Spread([3, 2])),
        Of("x * xᵀ", x => x * x.Transpose(), Spread([3, 3])),
        Of("x xᵀ", x => x.MatMul(x.Transpose()), Spread([3, 5])),
        new("three uses of a broadcast row", inputs => (inputs[0] * inputs[1]) + inputs[0] + inputs[0].Sum(), Spread([5]), Spread([3, 5], 2)),
    ];

    private static IEnumerable<GradientEntry> Numbers() =>
    [
        .. AtAllShapes("-x", x => -x, Spread),
        .. AtAllShapes("x + 3", x => x + 3, Spread),
        .. AtAllShapes("3 - x", x => 3 - x, Spread),
        Of("3 + x", x => 3 + x, Spread([2, 3])),
        Of("x - 3", x => x - 3, Spread([2, 3])),
        .. AtAllShapes("x * 3", x => x * 3, Spread),
        Of("3 * x", x => 3 * x, Spread([2, 3])),
        Of("x / 3", x => x / 3, Spread([2, 3])),
        .. AtAllShapes("3 / x", x => 3 / x, Positive),
    ];

    private static IEnumerable<GradientEntry> FunctionsOfOneNumber() =>
    [
        .. AtAllShapes("Square", x => x.Square(), Spread),
        .. AtAllShapes("Sqrt", x => x.Sqrt(), Positive),
        .. AtAllShapes("Abs", x => x.Abs(), Spread),
        .. AtAllShapes("Exp", x => x.Exp(), Spread),
        .. AtAllShapes("Log", x => x.Log(), Positive),
        .. AtAllShapes("Sin", x => x.Sin(), Spread),
        .. AtAllShapes("Cos", x => x.Cos(), Spread),
        .. AtAllShapes("Clamp", x => x.Clamp(-0.9, 1.1), Spread),
        .. AtAllShapes("Pow(3), also of negative numbers", x => x.Pow(3), Spread),
        .. AtAllShapes("Pow(2.5)", x => x.Pow(2.5), Positive),
        Of("Pow(-2), also of negative numbers", x => x.Pow(-2), Spread([7])),
        Of("Pow(0)", x => x.Pow(0) + x, Spread([7])),
        Of("Pow(1)", x => x.Pow(1), Spread([7])),
    ];

    private static IEnumerable<GradientEntry> MatrixProducts() => new (Shape A, Shape B)[]
    {
        ([1, 1], [1, 1]), ([2, 3], [3, 5]), ([7, 1], [1, 5]), ([1, 13], [13, 1]), ([3, 0], [0, 2]), ([0, 3], [3, 2]), ([7, 11], [11, 17]),
        ([4, 2, 3], [4, 3, 2]), ([4, 2, 3], [3, 2]), ([2, 3], [4, 3, 2]), ([5, 1, 2, 3], [4, 3, 2]), ([1, 2, 3], [4, 3, 1]), ([0, 2, 3], [3, 2]),
    }.SelectMany(pair => new[]
    {
        Of($"MatMul {pair}", (a, b) => a.MatMul(b), Spread(pair.A), Spread(pair.B, 2)),
        Of($"MatMul {pair}, operands transposed views", (a, b) => b.Transpose().MatMul(a.Transpose()), Spread(pair.A), Spread(pair.B, 2)),
    });

    private static readonly Shape[] Reducible = [[1], [7], [2, 3], [3, 1, 5], [2, 3, 2, 2]];

    private static IEnumerable<GradientEntry> Reductions() =>
    [
        .. AtAllShapes("Sum()", x => x.Sum(), Spread),
        .. AtAllShapes("Norm()", x => x.Norm(), Spread),
        .. Shapes.Where(shape => shape.Size > 0).SelectMany(shape => new[]
        {
            Of($"Mean() {shape}", x => x.Mean(), Spread(shape)),
            Of($"Variance() {shape}", x => x.Variance() + x.Sum(), Spread(shape)),
            Of($"Max() {shape}", x => x.Max(), Spread(shape)),
            Of($"Min() {shape}", x => x.Min(), Spread(shape)),
        }),
        .. Reducible.SelectMany(shape => Enumerable.Range(-shape.Rank, 2 * shape.Rank).SelectMany(axis => new[] { false, true }.SelectMany(keep => new[]
        {
            Of($"Sum {shape}, axis {axis}, keep {keep}", x => x.Sum(axis, keep), Spread(shape)),
            Of($"Mean {shape}, axis {axis}, keep {keep}", x => x.Mean(axis, keep), Spread(shape)),
            Of($"Variance {shape}, axis {axis}, keep {keep}", x => x.Variance(axis, keepDims: keep) + x.Mean(axis, keep), Spread(shape)),
            Of($"Max {shape}, axis {axis}, keep {keep}", x => x.Max(axis, keep), Spread(shape)),
            Of($"Min {shape}, axis {axis}, keep {keep}", x => x.Min(axis, keep), Spread(shape)),
        }))),
        Of("Sum (0, 3), axis 0", x => x.Sum(0), Spread([0, 3])),
        Of("Sum (2, 0), axis 0", x => x.Sum(0), Spread([2, 0])),
        Of("Variance (5, 2), axis 0, correction 1", x => x.Variance(0, correction: 1), Spread([5, 2])),
        Of("Sum (2, 3, 5), axes 0 and -1", x => x.Sum([0, -1]), Spread([2, 3, 5])),
        Of("Sum (2, 3, 5), axes 0 and 1, kept", x => x.Sum([0, 1], keepDims: true), Spread([2, 3, 5])),
        Of("Mean (2, 3, 5), axes 1 and 2", x => x.Mean([1, 2]), Spread([2, 3, 5])),
        Of("Sum of a transposed view", x => x.Transpose().Sum(0) * x.Transpose().Sum(0), Spread([3, 5])),
        Of("Norm at 0", x => x.Norm() + x.Sum(), Tensor.Zeros([0], DType.Float64)),
    ];

    private static IEnumerable<GradientEntry> Views() =>
    [
        Of("Reshape", x => x.Reshape(3, -1).Square(), Spread([2, 3, 5])),
        Of("Reshape of a transposed view", x => x.Transpose().Reshape(-1).Square(), Spread([3, 5])),
        Of("Reshape of an empty tensor", x => x.Reshape(3, 0), Spread([0, 3])),
        Of("Transpose", x => x.Transpose().Square(), Spread([3, 5])),
        Of("Transpose of two outer axes", x => x.Transpose(0, -2).Square(), Spread([2, 3, 5])),
        Of("Slice", x => x.Slice(1, 2, 3).Square(), Spread([2, 7])),
        Of("Slice of a slice, overlapping", x => x.Slice(1, 0, 4) * x.Slice(1, 2, 5).Slice(-1, 1, 4), Spread([2, 7])),
        Of("Slice of nothing", x => x.Slice(0, 2, 0), Spread([2, 3])),
        Of("Range of rows", x => x[1..3].Square() + x[..2], Spread([3, 2])),
        Of("Slice of a transposed, reshaped tensor", x => x.Reshape(3, 4).Transpose().Slice(0, 1, 2).Reshape(6).Square(), Spread([12])),
        Of("Rows, repeated", x => x.Rows(2, 0, 2, 2).Square(), Spread([3, 2])),
        Of("Rows of a transposed view", x => x.Transpose().Rows(4, 0).Square(), Spread([3, 5])),
        Of("Rows, none", x => x.Rows(), Spread([3, 2])),
        Of("Pick", x => x.Pick(2, 0, 1, 1).Square(), Spread([4, 3])),
        Of("Pick from a transposed view", x => x.Transpose().Pick(0, 3, 3).Square(), Spread([4, 3])),
        Of("Concat along axis 0", (a, b) => Tensor.Concat([a, b, a]).Square(), Spread([2, 3]), Spread([1, 3], 2)),
        Of("Concat along the last axis", (a, b) => Tensor.Concat([a, b], -1).Square(), Spread([2, 3]), Spread([2, 5], 2)),
        Of("Concat with an empty tensor", (a, b) => Tensor.Concat([a, b], 1).Square(), Spread([2, 3]), Spread([2, 0], 2)),
        Of("Concat of transposed views", (a, b) => Tensor.Concat([a.Transpose(), b.Transpose()], 1).Square(), Spread([2, 3]), Spread([1, 3], 2)),
    ];

    private static IEnumerable<GradientEntry> RowWise() => new Shape[] { [1], [7], [1, 1], [5, 3], [2, 3, 5], [0, 3] }.SelectMany(shape => new[]
    {
        Of($"Softmax {shape}", x => x.Softmax() + (x * 0.1), Spread(shape)),
        Of($"LogSoftmax {shape}", x => x.LogSoftmax() + (x * 0.1), Spread(shape)),
    });

    private static IEnumerable<GradientEntry> Normalizing() =>
    [
        .. new Shape[] { [7, 3], [2, 3, 5], [2, 1, 2, 2], [1, 3, 9] }.Select(shape => new GradientEntry($"BatchNormalize {shape}",
            inputs => inputs[0].BatchNormalize(inputs[1], inputs[2], 1e-3, out _, out _), Spread(shape), Spread([shape[1]], 2), Spread([shape[1]], 3))),
        .. new Shape[] { [5], [7, 3], [2, 3, 11], [40, 2], [0, 3] }.Select(shape => new GradientEntry($"LayerNormalize {shape}",
            inputs => inputs[0].LayerNormalize(inputs[1], inputs[2], 1e-3), Spread(shape), Spread([shape[-1]], 2), Spread([shape[-1]], 3))),
        Of("LayerNormalize without weights", x => x.LayerNormalize(epsilon: 1e-3), Spread([4, 3])),
    ];

    private static IEnumerable<GradientEntry> Dense() => new (Shape X, int Outputs)[]
    {
        ([1, 1], 1), ([2, 3], 5), ([7, 11], 17), ([2, 3, 4], 2), ([0, 3], 2), ([3, 13], 1),
    }.SelectMany(c => new[]
    {
        new GradientEntry($"Linear {c}", inputs => inputs[0].Linear(inputs[1], inputs[2]),
            Spread(c.X), Spread([c.Outputs, c.X[-1]], 2), Spread([c.Outputs], 3)),
        Of($"Linear {c} without a bias", (x, w) => x.Linear(w), Spread(c.X), Spread([c.Outputs, c.X[-1]], 2)),
    });

    private static IEnumerable<GradientEntry> RecurrentCells() => new[] { 1, 3, 4, 9 }.SelectMany(units => new GradientEntry[]
    {
        new($"LstmCell of {units}", inputs => Tensor.LstmCell(inputs[0], inputs[1], inputs[2]),
            Spread([2, 4 * units]), Spread([2, 4 * units], 2), Spread([2, units], 3)),
        new($"GruCell of {units}", inputs => Tensor.GruCell(inputs[0], inputs[1], inputs[2]),
            Spread([2, 3 * units]), Spread([2, 3 * units], 2), Spread([2, units], 3)),
    });

    private static IEnumerable<GradientEntry> Custom() =>
    [
        Of("Custom: a cube", x => Tensor.Custom(x.Detach().Pow(3), gradient => [gradient * 3 * x.Detach().Square()], x), Spread([2, 3])),
        Of("Custom: one input without a gradient", (a, b) => (a * b) + Tensor.Custom(a.Detach() + 0, gradient => [gradient, null], a, b),
            Spread([2, 3]), Spread([2, 3], 2)),
    ];

    private static IEnumerable<Type> Comparisons() => [typeof(Pairwise<>)];

    /// <summary>Rounded weights and inputs have no gradient.</summary>
    private static IEnumerable<Type> Quantized() => [typeof(DeepNotebooks.Deployment.QuantizedLinear), typeof(DeepNotebooks.Deployment.QuantizedConv2d)];
}
