using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;

namespace DeepNotebooks.Tuning;

/// <summary>
/// A Gaussian process: a distribution over functions, narrowed by observations, that predicts with a standard deviation. The covariance
/// is Matérn's with ν = 5/2, (1 + r + r²/3) e⁻ʳ with r² = 5 Σ ((xᵢ − zᵢ) / ℓᵢ)². Rasmussen and Williams, 2006.
/// </summary>
public sealed class GaussianProcess
{
    private readonly double[][] _x;
    private readonly double[] _lengths, _weights;
    private readonly double[,] _root;
    private readonly double _mean, _scale;

    /// <summary>A process of given length scales that saw these values; they are standardized inside.</summary>
    /// <param name="x">The places.</param>
    /// <param name="y">The value at each.</param>
    /// <param name="lengths">How far along each coordinate values are alike.</param>
    /// <param name="noise">The variance of the observations' noise, relative to the values' variance.</param>
    /// <param name="standardize">Whether to shift and scale the values to mean 0 and deviation 1 first.</param>
    /// <exception cref="ArgumentException">The numbers of places and values differ, there are none, the coordinates do not fit the lengths,
    /// a number is not finite, or a length or the noise is not above 0.</exception>
    public GaussianProcess(double[][] x, double[] y, double[] lengths, double noise = 1e-6, bool standardize = true)
    {
        if (x.Length != y.Length || x.Length == 0 || x.Any(place => place.Length != lengths.Length || !place.All(double.IsFinite))
            || !y.All(double.IsFinite) || !lengths.All(l => l > 0) || !(noise > 0))
            throw new ArgumentException(
                $"GaussianProcess: {x.Length} places and {y.Length} values with {lengths.Length} lengths and noise {noise}: "
                + "give as many places as values, at least one, of as many coordinates as lengths, all finite; lengths and noise above 0.");
        (_x, _lengths) = (x, lengths);
        (_mean, _scale) = standardize ? (y.Mean(), y.PopulationStandardDeviation() is > 0 and double deviation ? deviation : 1) : (0, 1);
        Vector<double> values = Vector<double>.Build.DenseOfEnumerable(y.Select(v => (v - _mean) / _scale));
        var cholesky = Matrix<double>.Build.Dense(x.Length, x.Length, (i, j) => Covariance(x[i], x[j]) + (i == j ? noise : 0)).Cholesky();
        Vector<double> weights = cholesky.Solve(values);
        (_weights, _root) = (weights.ToArray(), cholesky.Factor.ToArray());
        LogLikelihood = -0.5 * (values.DotProduct(weights) + cholesky.DeterminantLn + (x.Length * Math.Log(Math.Tau)));
    }

    /// <summary>
    /// The logarithm of the density of the (standardized) values under the process; the higher, the better the lengths fit.
    /// </summary>
    public double LogLikelihood { get; }

    /// <summary>A process whose length scales and noise are chosen, one after the other over a grid, for the highest likelihood.</summary>
    /// <inheritdoc cref="GaussianProcess(double[][], double[], double[], double, bool)"/>
    public static GaussianProcess Fit(double[][] x, double[] y)
    {
        double[] lengths = [.. (x.Length > 0 ? x[0] : []).Select(_ => 0.5)], grid = [0.05, 0.1, 0.2, 0.35, 0.6, 1, 2, 4];
        double noise = 1e-4;
        var best = new GaussianProcess(x, y, lengths, noise);
        void Try(double[] tried, double withNoise)
        {
            var process = new GaussianProcess(x, y, tried, withNoise);
            if (process.LogLikelihood > best.LogLikelihood)
                (best, lengths, noise) = (process, tried, withNoise);
        }
        for (int sweep = 0; sweep < 2; sweep++)
        {
            for (int i = 0; i < lengths.Length; i++)
                foreach (double length in grid)
                    Try([.. lengths[..i], length, .. lengths[(i + 1)..]], noise);
            foreach (double variance in new[] { 1e-6, 1e-4, 1e-2, 0.1 })
                Try(lengths, variance);
        }
        return best;
    }

    /// <summary>The mean and the standard deviation of the function's value at a place.</summary>
    public (double Mean, double Deviation) Predict(double[] at)
    {
        var covariances = new double[_x.Length];
        double mean = 0, explained = 0;
        for (int i = 0; i < _x.Length; i++)
        {
            double sum = covariances[i] = Covariance(_x[i], at);
            mean += sum * _weights[i];
            for (int j = 0; j < i; j++)
                sum -= _root[i, j] * covariances[j];
            covariances[i] = sum / _root[i, i]; // forward substitution: the covariances in the root's coordinates
            explained += covariances[i] * covariances[i];
        }
        return (_mean + (_scale * mean), _scale * Math.Sqrt(Math.Max(0, 1 - explained)));
    }

    /// <summary>
    /// How much lower than the best the value at a place is on average, counting higher ones as 0: (b − μ) Φ(z) + σ φ(z), z = (b − μ)/σ.
    /// </summary>
    public double ExpectedImprovement(double[] at, double best)
    {
        (double mean, double deviation) = Predict(at);
        double gain = best - mean;
        return deviation <= 0 ? Math.Max(0, gain)
            : (gain * Normal.CDF(0, 1, gain / deviation)) + (deviation * Normal.PDF(0, 1, gain / deviation));
    }

    private double Covariance(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (a[i] - b[i]) / _lengths[i];
            sum += difference * difference;
        }
        double r = Math.Sqrt(5 * sum);
        return (1 + r + (r * r / 3)) * Math.Exp(-r);
    }
}
