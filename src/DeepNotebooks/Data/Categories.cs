namespace DeepNotebooks.Data;

/// <summary>The values that a column of names takes, and their encodings as numbers.</summary>
public sealed class Categories
{
    private readonly Dictionary<string, int> _numbers;

    /// <summary>The categories in this order: for an ordinal column from the lowest to the highest.</summary>
    /// <exception cref="ArgumentException">There are none, or a name repeats.</exception>
    public Categories(params IEnumerable<string> names)
    {
        Names = [.. names];
        if (Names.Count == 0 || Names.Distinct().Count() < Names.Count)
            throw new ArgumentException($"Categories: {string.Join(", ", Names)}: give at least one name, and each once.", nameof(names));
        _numbers = Names.Select((name, number) => (name, number)).ToDictionary();
    }

    /// <summary>The categories that occur in training data, in alphabetical order.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Categories Of(IEnumerable<string> train) => new(train.Distinct().Order(StringComparer.Ordinal));

    /// <summary>The names in the order of their numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>
    /// One column per category, 1 in that of the value and else 0 [count, categories]. Says nothing of an order, so it suits names.
    /// </summary>
    /// <param name="values">What is encoded.</param>
    /// <param name="allowUnknown">Whether a value that is no category becomes a row of zeros instead of an error.</param>
    /// <exception cref="ArgumentException">A value is no category.</exception>
    public Tensor OneHot(IEnumerable<string> values, bool allowUnknown = false) =>
        Encode(values, allowUnknown, Names.Count, (k, column) => k == column);

    /// <summary>The number of each value's category [count], −1 for an unknown one if allowed. Tells a linear model of an order.</summary>
    /// <inheritdoc cref="OneHot"/>
    public Tensor Ordinal(IEnumerable<string> values, bool allowUnknown = false) =>
        Tensor.From(values.Select(value => Number(value, allowUnknown)));

    /// <summary>
    /// The binary digits of the category's number plus one, highest first [count, digits]: fewer columns than one-hot. Zeros if unknown.
    /// </summary>
    /// <inheritdoc cref="OneHot"/>
    public Tensor Binary(IEnumerable<string> values, bool allowUnknown = false)
    {
        int digits = 32 - int.LeadingZeroCount(Names.Count);
        return Encode(values, allowUnknown, digits, (k, column) => (((k + 1) >> (digits - 1 - column)) & 1) == 1);
    }

    private Tensor Encode(IEnumerable<string> values, bool allowUnknown, int width, Func<int, int, bool> one)
    {
        int[] numbers = [.. values.Select(value => Number(value, allowUnknown))];
        double[] columns = [.. numbers.SelectMany(k => Enumerable.Range(0, width).Select(column => one(k, column) ? 1.0 : 0))];
        return Tensor.From(columns, [numbers.Length, width]);
    }

    private int Number(string value, bool allowUnknown) => _numbers.TryGetValue(value, out int number) ? number
        : allowUnknown ? -1
        : throw new ArgumentException(
            $"Categories: \"{value}\" is none of {string.Join(", ", Names)}. "
            + "Fit on data that have it, or allow unknown values.", nameof(value));
}
