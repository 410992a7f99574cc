using MathNet.Numerics.Random;
using NormalDistribution = MathNet.Numerics.Distributions.Normal;

namespace DeepNotebooks;

/// <summary>
/// The source of all randomness: xoshiro256** (Blackman and Vigna, 2018). The same seed gives the same numbers, always and
/// everywhere, and everything random in this library takes one, so that an experiment can be repeated to the bit.
/// Not safe for several threads at once: give each its own by <see cref="Split"/>.
/// </summary>
public sealed class Rng(int seed)
{
    private readonly Xoshiro256StarStar _source = new(seed, threadSafe: false);

    /// <summary>The same source as a <see cref="Random"/>, for MathNet's distributions.</summary>
    public Random AsRandom() => _source;

    /// <summary>A generator of its own, seeded from this one.</summary>
    public Rng Split() => new(_source.Next());

    /// <summary>A number from [0, 1).</summary>
    public double NextDouble() => _source.NextDouble();

    /// <summary>A whole number from [0, <paramref name="exclusive"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int Next(int exclusive) => exclusive >= 1
        ? _source.Next(exclusive)
        : throw new ArgumentOutOfRangeException(nameof(exclusive), exclusive, $"Rng.Next: there is no whole number from 0 to below {exclusive}.");

    /// <summary>A number from the normal distribution with the given mean and standard deviation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or NaN, or the mean is NaN.</exception>
    public double NextNormal(double mean = 0, double std = 1)
    {
        RequireNormal(mean, std);
        return NormalDistribution.Sample(_source, mean, std);
    }

    /// <summary>A tensor of independent numbers from [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">low exceeds high, or one is not finite.</exception>
    public Tensor Uniform(Shape shape, double low = 0, double high = 1, DType dtype = DType.Float32)
    {
        if (!(low <= high) || !double.IsFinite(high - low))
        {
            throw new ArgumentOutOfRangeException(
                nameof(low), low, $"Rng.Uniform: {low} to {high} is no range. Pass finite numbers, the lower first.");
        }
        var values = new double[shape.Size];
        for (int i = 0; i < values.Length; i++)
            values[i] = low + ((high - low) * _source.NextDouble());
        return Tensor.From(values, shape, dtype);
    }

    /// <summary>A tensor of independent numbers from the normal distribution.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or NaN, or the mean is NaN.</exception>
    public Tensor Normal(Shape shape, double mean = 0, double std = 1, DType dtype = DType.Float32)
    {
        RequireNormal(mean, std);
        var values = new double[shape.Size];
        NormalDistribution.Samples(_source, values, mean, std);
        return Tensor.From(values, shape, dtype);
    }

    /// <summary>The numbers 0 … count − 1 in random order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public int[] Permutation(int count)
    {
        if (count < 0)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Rng.Permutation: {count} numbers cannot be ordered. Pass 0 or more.");
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = _source.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    private static void RequireNormal(double mean, double std)
    {
        if (!(std >= 0) || double.IsNaN(mean))
        {
            throw new ArgumentOutOfRangeException(nameof(std), std,
                $"Rng.Normal: mean {mean} and standard deviation {std} make no distribution. Pass numbers, the deviation not negative.");
        }
    }
}
