namespace DeepNotebooks.Deployment;

/// <summary>What a detector says of one feature.</summary>
/// <param name="Feature">The feature's number.</param>
/// <param name="Distance">The Kolmogorov–Smirnov distance D, from 0 to 1.</param>
/// <param name="PValue">How often chance alone gives such a distance or a larger one.</param>
/// <param name="StabilityIndex">The population stability index; by custom below 0.1 is stable, above 0.25 shifted.</param>
/// <param name="Drifted">Whether the p-value is below the significance divided by the number of features.</param>
public sealed record FeatureDrift(int Feature, double Distance, double PValue, double StabilityIndex, bool Drifted);

/// <summary>
/// Rings when the features that a model gets in use no longer spread as those it was trained on. Each feature is compared by itself, so a
/// change of how features hang together, or of what they mean for the target, goes unseen.
/// </summary>
public sealed class DriftDetector
{
    private readonly double[][] _reference; // sorted, by feature
    private readonly double _significance;

    /// <summary>A detector for data like these.</summary>
    /// <param name="reference">Training data [count, features], or of more axes, which count as features.</param>
    /// <param name="significance">How often a check of data without drift may ring, over all features together.</param>
    /// <exception cref="ArgumentException">There are no examples, a number is not finite, or the significance is not in (0, 1).</exception>
    public DriftDetector(Tensor reference, double significance = 0.01)
    {
        if (!(significance is > 0 and < 1))
            throw new ArgumentException($"DriftDetector: the significance {significance} must lie in (0, 1).");
        (_reference, _significance) = (Columns(reference), significance);
    }

    /// <summary>Compares data of the same features with the reference.</summary>
    /// <exception cref="ArgumentException">The data have another number of features, or numbers that are not finite.</exception>
    public IReadOnlyList<FeatureDrift> Check(Tensor data)
    {
        double[][] columns = Columns(data);
        if (columns.Length != _reference.Length)
        {
            throw new ArgumentException(
                $"DriftDetector.Check: the data {data.Shape} have {columns.Length} features, the reference {_reference.Length}.");
        }
        return [.. columns.Select((sample, feature) =>
        {
            double distance = Distance(_reference[feature], sample), p = PValue(distance, _reference[feature].Length, sample.Length);
            return new FeatureDrift(feature, distance, p, StabilityIndex(_reference[feature], sample), p < _significance / columns.Length);
        })];
    }

    /// <summary>
    /// The Kolmogorov–Smirnov distance of two samples: the largest difference between the shares of either that lie below a number.
    /// Smirnov, 1939.
    /// </summary>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static double KolmogorovSmirnov(IEnumerable<double> a, IEnumerable<double> b) => Distance([.. a.Order()], [.. b.Order()]);

    /// <summary>
    /// How often two samples of these sizes from one distribution are that far apart or farther: 2 Σ (−1)ᵏ⁻¹ exp(−2 k² λ²) over k ≥ 1, with
    /// λ = D (√n + 0.12 + 0.11 / √n) and n = n₁ n₂ / (n₁ + n₂). Stephens, 1970; good from n = 4 on.
    /// </summary>
    public static double PValue(double distance, int first, int second)
    {
        double root = Math.Sqrt((double)first * second / (first + second)), lambda = distance * (root + 0.12 + (0.11 / root));
        if (lambda < 0.2)
            return 1; // to 12 digits, where the sum converges slowly
        double sum = 0;
        for (int k = 1; k <= 100; k++)
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * lambda * lambda);
        return Math.Clamp(sum, 0, 1);
    }

    /// <summary>
    /// The population stability index Σ (aᵢ − bᵢ) ln(aᵢ / bᵢ) over bins that hold equal shares of the first sample; half an example is
    /// added to every bin, so that empty ones do not count as infinite.
    /// </summary>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static double PopulationStability(IEnumerable<double> reference, IEnumerable<double> sample, int bins = 10) =>
        StabilityIndex([.. reference.Order()], [.. sample.Order()], bins);

    private static double Distance(double[] a, double[] b)
    {
        RequireBoth(a, b);
        double most = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            double value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= value)
                i++;
            while (j < b.Length && b[j] <= value)
                j++;
            most = Math.Max(most, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }
        return most;
    }

    private static double StabilityIndex(double[] reference, double[] sample, int bins = 10)
    {
        RequireBoth(reference, sample);
        double[] edges = [.. Enumerable.Range(1, bins - 1).Select(i => reference[i * reference.Length / bins]).Distinct()];
        double[] a = Shares(reference), b = Shares(sample);
        return a.Zip(b, (p, q) => (p - q) * Math.Log(p / q)).Sum();

        double[] Shares(double[] values)
        {
            double[] counts = [.. Enumerable.Repeat(0.5, edges.Length + 1)];
            int bin = 0; // values are sorted, and so are edges
            foreach (double value in values)
            {
                while (bin < edges.Length && edges[bin] <= value)
                    bin++;
                counts[bin]++;
            }
            return [.. counts.Select(count => count / (values.Length + (0.5 * counts.Length)))];
        }
    }

    private static void RequireBoth(double[] a, double[] b)
    {
        if (a.Length == 0 || b.Length == 0)
            throw new ArgumentException($"DriftDetector: samples of {a.Length} and {b.Length} numbers. Both need at least one.");
    }

    private static double[][] Columns(Tensor data)
    {
        if (data.Rank < 1 || data.Size == 0 || !data.IsFinite())
            throw new ArgumentException($"DriftDetector: data {data.Shape} must be finite numbers [count, features], one at least.");
        Tensor columns = data.Reshape(data.Shape[0], -1).Transpose();
        return [.. Enumerable.Range(0, columns.Shape[0]).Select(feature => columns[feature, ..].ToArray().Order().ToArray())];
    }
}
