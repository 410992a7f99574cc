using DeepNotebooks.Layers;
using MathNet.Numerics.Statistics;

namespace DeepNotebooks.Data;

/// <summary>
/// Puts a value in place of each missing one (NaN) of a feature, fitted on training data and applied to any. A layer whose numbers are
/// state that is not trained, as <see cref="Scaler"/> is.
/// </summary>
public sealed class Imputer : Layer
{
    private readonly bool _indicator;

    /// <summary>Fills with the given values.</summary>
    /// <param name="values">One value per feature [features].</param>
    /// <param name="indicator">Whether the output is twice as wide: after the features, 1 for each that was missing and else 0.</param>
    /// <exception cref="ArgumentException">The values are no vector of finite numbers.</exception>
    public Imputer(Tensor values, bool indicator = false)
    {
        if (values.Rank != 1 || !values.ToArray().All(double.IsFinite))
            throw new ArgumentException(
                $"Imputer: the values {values.Shape} must be a vector of finite numbers, one for each feature.", nameof(values));
        (Values, _indicator) = (Buffer("values", values), indicator);
    }

    /// <summary>What is put in place of a missing value of each feature.</summary>
    public Tensor Values { get; }

    /// <summary>Fills with the mean of the values of these data [count, features] that are there.</summary>
    /// <exception cref="ArgumentException">The data are no matrix, or a feature is missing everywhere.</exception>
    public static Imputer Mean(Tensor train, bool indicator = false) => Fit(train, indicator, Statistics.Mean);

    /// <summary>Fills with the median.</summary>
    /// <inheritdoc cref="Mean"/>
    public static Imputer Median(Tensor train, bool indicator = false) => Fit(train, indicator, Statistics.Median);

    /// <summary>Fills with the most frequent value; of several the smallest.</summary>
    /// <inheritdoc cref="Mean"/>
    public static Imputer Mode(Tensor train, bool indicator = false) =>
        Fit(train, indicator, column => column.GroupBy(v => v).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, features].</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 2 || x.Shape[1] != Values.Size)
            throw new ArgumentException($"Imputer: the input {x.Shape} is not [batch, {Values.Size}].");
        double[] given = x.ToArray(), fill = Values.ToArray();
        Tensor missing = Tensor.From([.. given.Select(v => double.IsNaN(v) ? 1.0 : 0)], x.Shape, x.DType).To(x.Device);
        Tensor filled = Tensor.From([.. given.Select((v, i) => double.IsNaN(v) ? fill[i % fill.Length] : v)], x.Shape, x.DType).To(x.Device);
        Tensor y = Tensor.Custom(filled, gradient => [gradient * (1 - missing)], x);
        return _indicator ? Tensor.Concat([y, missing], 1) : y;
    }

    private static Imputer Fit(Tensor train, bool indicator, Func<IEnumerable<double>, double> fit)
    {
        if (train.Rank != 2)
            throw new ArgumentException($"Imputer: {train.Shape} is not [count, features].", nameof(train));
        double[][] present = [.. Scaler.Columns(train, "Imputer").Select(column => column.Where(v => !double.IsNaN(v)).ToArray())];
        return Array.FindIndex(present, column => column.Length == 0) is >= 0 and int bad
            ? throw new ArgumentException($"Imputer: feature {bad} is missing in every example. Leave it out.", nameof(train))
            : new Imputer(Tensor.From(present.Select(fit), train.DType), indicator);
    }
}
