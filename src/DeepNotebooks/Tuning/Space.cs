using System.Collections;
using System.Globalization;

namespace DeepNotebooks.Tuning;

/// <summary>One hyperparameter's range: a map from [0, 1) to its values, in which all strategies search.</summary>
public sealed class Dimension
{
    private readonly Func<double, object> _value;

    private Dimension(Func<double, object> value, int? count, bool ordered) => (_value, Count, Ordered) = (value, count, ordered);

    /// <summary>The number of values; none for a continuous range.</summary>
    public int? Count { get; }

    /// <summary>Whether neighbouring values are alike.</summary>
    internal bool Ordered { get; }

    /// <summary>Every number from low to high, all equally likely.</summary>
    public static Dimension Uniform(double low, double high) => low < high && double.IsFinite(high - low)
        ? new(u => low + (u * (high - low)), null, true)
        : throw new ArgumentException($"Dimension.Uniform: {low} to {high} is no range. Give two finite numbers, the smaller first.");

    /// <summary>Every number from low to high, all orders of magnitude equally likely: for learning rates and weight decays.</summary>
    public static Dimension LogUniform(double low, double high) => low > 0 && low < high && double.IsFinite(high)
        ? new(u => low * Math.Pow(high / low, u), null, true)
        : throw new ArgumentException($"Dimension.LogUniform: {low} to {high} is no range of numbers above 0. Give the smaller first.");

    /// <summary>Every whole number from low to high, both included.</summary>
    public static Dimension Integer(int low, int high) => low <= high && (long)high - low < int.MaxValue
        ? new(u => (double)(low + Index(u, high - low + 1)), high - low + 1, true)
        : throw new ArgumentException($"Dimension.Integer: {low} to {high} is no range. Give the smaller number first.");

    /// <summary>These values, which have no order.</summary>
    public static Dimension Choice<T>(params IEnumerable<T> values) where T : notnull
    {
        object[] all = [.. values.Select(value => value is int number ? (object)(double)number : value)];
        return all.Length > 0 ? new(u => all[Index(u, all.Length)], all.Length, false)
            : throw new ArgumentException("Dimension.Choice: there is nothing to choose from.", nameof(values));
    }

    internal object Value(double u) => _value(u);

    /// <summary>The middle of the part of [0, 1) that has the same value.</summary>
    internal double Snap(double u) => Count is { } count ? (Index(u, count) + 0.5) / count : u;

    /// <summary>The coordinates by which values are near or far: one for an order, one for each value of a choice.</summary>
    internal IEnumerable<double> Coordinates(double u) => Ordered ? [Snap(u)]
        : Enumerable.Range(0, Count!.Value).Select(k => k == Index(u, Count.Value) ? Math.Sqrt(0.5) : 0);

    private static int Index(double u, int count) => Math.Min((int)(u * count), count - 1);
}

/// <summary>
/// What is searched: hyperparameters by name.
/// <code>new Space { ["rate"] = Dimension.LogUniform(1e-4, 1), ["width"] = Dimension.Integer(4, 64) }</code>
/// </summary>
public sealed class Space : IEnumerable<KeyValuePair<string, Dimension>>
{
    private readonly List<KeyValuePair<string, Dimension>> _dimensions = [];

    /// <summary>Adds a hyperparameter.</summary>
    public Dimension this[string name]
    {
        set => _dimensions.Add(_dimensions.All(d => d.Key != name) ? new(name, value) : throw new ArgumentException(
            $"Space: \"{name}\" is there already.", nameof(name)));
    }

    /// <summary>The number of hyperparameters.</summary>
    public int Count => _dimensions.Count;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Dimension>> GetEnumerator() => _dimensions.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal Settings At(double[] point) => new(_dimensions.Zip(point, (d, u) => KeyValuePair.Create(d.Key, d.Value.Value(u))), point);

    internal double[] Sample(Rng rng) => [.. _dimensions.Select(_ => rng.NextDouble())];

    internal double[] Coordinates(double[] point) => [.. _dimensions.Zip(point, (d, u) => d.Value.Coordinates(u)).SelectMany(c => c)];

    internal IReadOnlyList<Dimension> Dimensions => [.. _dimensions.Select(d => d.Value)];
}

/// <summary>A value for each hyperparameter.</summary>
public sealed class Settings
{
    private readonly Dictionary<string, object> _values;

    internal Settings(IEnumerable<KeyValuePair<string, object>> values, double[] point) => (_values, Point) = (new(values), point);

    /// <summary>The point of the unit cube that the values come from.</summary>
    internal double[] Point { get; }

    /// <summary>A number; whole numbers come as such and may be cast to <c>int</c>.</summary>
    public double this[string name] => Get<double>(name);

    /// <summary>A value of a choice.</summary>
    public T Get<T>(string name) => _values.TryGetValue(name, out object? value)
        ? value is T typed ? typed : throw new ArgumentException(
            $"Settings: \"{name}\" is {value}, a {value.GetType().Name} and no {typeof(T).Name}.", nameof(name))
        : throw new ArgumentException($"Settings: there is no \"{name}\". There are {string.Join(", ", _values.Keys)}.", nameof(name));

    /// <summary>All names with their values.</summary>
    public override string ToString() => string.Join(", ", _values.Select(v => v.Value is double number
        ? string.Create(CultureInfo.InvariantCulture, $"{v.Key} = {number:G4}") : $"{v.Key} = {v.Value}"));
}
