using DeepNotebooks.Layers;
using MathNet.Numerics.Statistics;

namespace DeepNotebooks.Data;

/// <summary>
/// Scales each feature: (x − center) / scale, fitted on training data and applied to any. It is a layer whose numbers are state that is
/// not trained, so that as the first of a <see cref="Sequential"/> it is saved and loaded with the model.
/// </summary>
public sealed class Scaler : Layer
{
    /// <summary>Scales by the given numbers, shaped as one example.</summary>
    /// <exception cref="ArgumentException">The shapes differ, a number is not finite, or a scale is not above 0.</exception>
    public Scaler(Tensor center, Tensor scale)
    {
        if (center.Shape != scale.Shape || !center.IsFinite() || !scale.IsFinite() || scale.ToArray().Any(s => s <= 0))
            throw new ArgumentException(
                $"Scaler: center {center.Shape} and scale {scale.Shape} must have one shape, be finite and every scale above 0.");
        (Center, Scale) = (Buffer("center", center), Buffer("scale", scale));
    }

    /// <summary>What becomes 0 of each feature.</summary>
    public Tensor Center { get; }

    /// <summary>The distance from it that becomes 1.</summary>
    public Tensor Scale { get; }

    /// <summary>
    /// Standardizes: mean 0, standard deviation 1 on these data [count, …]. A feature that does not vary is only shifted.
    /// </summary>
    /// <exception cref="ArgumentException">There are no examples, or a value is not finite.</exception>
    public static Scaler Standard(Tensor train) => Fit(train, column => (column.Mean(), Math.Sqrt(column.PopulationVariance())));

    /// <summary>Maps the smallest value of these data [count, …] to 0 and the largest to 1.</summary>
    /// <inheritdoc cref="Standard"/>
    public static Scaler MinMax(Tensor train) => Fit(train, column => (column.Min(), column.Max() - column.Min()));

    /// <summary>
    /// Maps the median of these data [count, …] to 0 and divides by the distance of the quartiles, which outliers hardly move.
    /// </summary>
    /// <inheritdoc cref="Standard"/>
    public static Scaler Robust(Tensor train) => Fit(train, column => (column.Median(),
        column.QuantileCustom(0.75, QuantileDefinition.R7) - column.QuantileCustom(0.25, QuantileDefinition.R7)));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not a batch of examples such as it was fitted on.</exception>
    public override Tensor Forward(Tensor x) => (Checked(x) - Center) / Scale;

    /// <summary>The values that scale to these.</summary>
    /// <inheritdoc cref="Forward"/>
    public Tensor Invert(Tensor scaled) => (Checked(scaled) * Scale) + Center;

    private Tensor Checked(Tensor x) => x.Rank > 0 && x.Shape.Without(0, keepDims: false) == Center.Shape ? x
        : throw new ArgumentException($"Scaler: the input {x.Shape} is no batch of examples {Center.Shape}. Pass [batch, …].");

    private static Scaler Fit(Tensor train, Func<double[], (double Center, double Scale)> fit)
    {
        double[][] columns = Columns(train, "Scaler");
        if (Array.FindIndex(columns, column => !column.All(double.IsFinite)) is >= 0 and int bad)
            throw new ArgumentException($"Scaler: feature {bad} has a value that is not finite. Put an Imputer before it.", nameof(train));
        var fitted = columns.Select(fit).Select(f => (f.Center, Scale: f.Scale > 0 ? f.Scale : 1)).ToArray();
        Shape shape = train.Shape.Without(0, keepDims: false);
        Tensor Shaped(IEnumerable<double> numbers) => Tensor.From([.. numbers], shape, train.DType);
        return new Scaler(Shaped(fitted.Select(f => f.Center)), Shaped(fitted.Select(f => f.Scale)));
    }

    internal static double[][] Columns(Tensor train, string operation)
    {
        if (train.Rank == 0 || train.Size == 0)
            throw new ArgumentException($"{operation}: {train.Shape} has no examples to fit on. Pass [count, …].", nameof(train));
        double[] values = train.ToArray();
        int count = train.Shape[0], width = values.Length / count;
        return [.. Enumerable.Range(0, width).Select(c => Enumerable.Range(0, count).Select(row => values[(row * width) + c]).ToArray())];
    }
}
