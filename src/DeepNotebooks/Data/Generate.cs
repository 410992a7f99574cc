namespace DeepNotebooks.Data;

/// <summary>Small data sets made by rule, so that an experiment needs no download and its truth is known.</summary>
public static class Generate
{
    /// <summary>
    /// Points (x, y) around the centres of as many classes, which stand evenly on a circle of the given radius; each coordinate is
    /// normal around the centre. Inputs [count, 2], targets the class number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Dataset Blobs(int count, Rng rng, int classes = 3, double radius = 2, double std = 0.5) =>
        Points(count, classes, rng, std, (k, _) => (radius * Math.Cos(Math.Tau * k / classes), radius * Math.Sin(Math.Tau * k / classes)));

    /// <summary>
    /// Two interleaving half circles of radius 1: class 0 is the upper one around (0, 0), class 1 the lower one around (1, ½). Normal
    /// noise is added to each coordinate. Inputs [count, 2], targets 0 or 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Dataset Moons(int count, Rng rng, double noise = 0.1) => Points(count, 2, rng, noise, (k, t) => k == 0
        ? (Math.Cos(Math.PI * t), Math.Sin(Math.PI * t))
        : (1 - Math.Cos(Math.PI * t), 0.5 - Math.Sin(Math.PI * t)));

    /// <summary>
    /// Spiral arms, one per class, that wind out from the origin to radius 1 over the given number of turns, with normal noise. Inputs
    /// [count, 2], targets the class number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Dataset Spirals(int count, Rng rng, int classes = 2, double turns = 1, double noise = 0.03) =>
        Points(count, classes, rng, noise, (k, t) =>
        {
            double angle = Math.Tau * ((turns * t) + ((double)k / classes));
            return (t * Math.Cos(angle), t * Math.Sin(angle));
        });

    /// <summary>
    /// A noisy sine y = sin(2π · frequency · x) with x uniform in [−1, 1]. Inputs [count, 1], targets [count, 1].
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Dataset Sine(int count, Rng rng, double frequency = 1, double noise = 0.1)
    {
        Require(count, 1, noise);
        Tensor x = rng.Uniform([count, 1], -1, 1);
        return new Dataset(x, (x * (Math.Tau * frequency)).Sin() + rng.Normal([count, 1], 0, noise));
    }

    private static Dataset Points(int count, int classes, Rng rng, double noise, Func<int, double, (double X, double Y)> curve)
    {
        Require(count, classes, noise);
        var points = new double[count * 2];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % classes;
            (double x, double y) = curve(labels[i], rng.NextDouble());
            points[2 * i] = x + rng.NextNormal(0, noise);
            points[(2 * i) + 1] = y + rng.NextNormal(0, noise);
        }
        return new Dataset(Tensor.From(points, [count, 2]), Tensor.From(labels));
    }

    private static void Require(int count, int classes, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (!(noise >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "Generate: the noise must not be negative.");
        }
    }
}
