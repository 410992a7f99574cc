namespace DeepNotebooks.Data;

/// <summary>
/// Small data sets made by rule, so that an experiment needs no download and its truth is known. Numbers out of range throw an
/// <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
public static partial class Generate
{
    /// <summary>
    /// Points (x, y) around the centres of as many classes, which stand evenly on a circle of the given radius; each coordinate is
    /// normal around the centre. Inputs [count, 2], targets the class number.
    /// </summary>
    public static Dataset Blobs(int count, Rng rng, int classes = 3, double radius = 2, double std = 0.5) =>
        Points(count, classes, rng, std, (k, _) => (radius * Math.Cos(Math.Tau * k / classes), radius * Math.Sin(Math.Tau * k / classes)));

    /// <summary>
    /// Two interleaving half circles of radius 1: class 0 is the upper one around (0, 0), class 1 the lower one around (1, ½). Normal
    /// noise is added to each coordinate. Inputs [count, 2], targets 0 or 1.
    /// </summary>
    public static Dataset Moons(int count, Rng rng, double noise = 0.1) => Points(count, 2, rng, noise, (k, t) => k == 0
        ? (Math.Cos(Math.PI * t), Math.Sin(Math.PI * t))
        : (1 - Math.Cos(Math.PI * t), 0.5 - Math.Sin(Math.PI * t)));

    /// <summary>
    /// Spiral arms, one per class, that wind out from the origin to radius 1 over the given number of turns, with normal noise. Inputs
    /// [count, 2], targets the class number.
    /// </summary>
    public static Dataset Spirals(int count, Rng rng, int classes = 2, double turns = 1, double noise = 0.03) =>
        Points(count, classes, rng, noise, (k, t) =>
        {
            double angle = Math.Tau * ((turns * t) + ((double)k / classes));
            return (t * Math.Cos(angle), t * Math.Sin(angle));
        });

    /// <summary>
    /// A noisy sine y = sin(2π · frequency · x) with x uniform in [−1, 1]. Inputs [count, 1], targets [count, 1].
    /// </summary>
    public static Dataset Sine(int count, Rng rng, double frequency = 1, double noise = 0.1)
    {
        Require(count, 1, noise, frequency);
        Tensor x = rng.Uniform([count, 1], -1, 1);
        return new Dataset(x, (x * (Math.Tau * frequency)).Sin() + rng.Normal([count, 1], 0, noise));
    }

    /// <summary>
    /// Concentric circles, one per class, from the inner radius (class 0) evenly out to radius 1, with normal noise. An inner radius of 0
    /// sets a ring against its centre. Inputs [count, 2], targets the class number.
    /// </summary>
    public static Dataset Rings(int count, Rng rng, int classes = 2, double innerRadius = 0.5, double noise = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (!(innerRadius is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(innerRadius), innerRadius, "Generate.Rings: the inner radius must lie in [0, 1).");
        return Points(count, classes, rng, noise, (k, t) =>
        {
            double radius = innerRadius + ((1 - innerRadius) * k / (classes - 1));
            return (radius * Math.Cos(Math.Tau * t), radius * Math.Sin(Math.Tau * t));
        });
    }

    /// <summary>
    /// Exclusive or: points around the corners (±1, ±1) of a square in turn, with normal noise; class 1 where the corner's signs differ.
    /// Without noise the first four are XOR's table. Inputs [count, 2], targets 0 or 1.
    /// </summary>
    public static Dataset Xor(int count, Rng rng, double noise = 0.2)
    {
        Dataset corners = Points(count, 4, rng, noise, (corner, _) => (corner < 2 ? -1 : 1, corner is 0 or 3 ? -1 : 1));
        return new Dataset(corners.Inputs, Tensor.From(corners.Targets.ToArray().Select(corner => corner % 2)));
    }

    /// <summary>
    /// Narrow normal distributions whose centres stand evenly on a circle: the usual test of whether a generative model finds all modes.
    /// Inputs [count, 2], targets the number of the mode.
    /// </summary>
    public static Dataset GaussianRing(int count, Rng rng, int modes = 8, double radius = 2, double std = 0.05) =>
        Blobs(count, rng, modes, radius, std);

    /// <summary>
    /// Two classes of very different size, in random order: the common class 0 is normal around (0, 0), the rare class 1 around
    /// (distance, 0), both with standard deviation 1. The best possible classifier, which looks at x alone, has a ROC area of
    /// Φ(distance / √2). Inputs [count, 2], targets 0 or 1; round(share · count) of them, but at least one, are 1.
    /// </summary>
    public static Dataset Imbalanced(int count, Rng rng, double share = 0.01, double distance = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        if (!(share is > 0 and <= 0.5) || !double.IsFinite(distance))
            throw new ArgumentOutOfRangeException(
                nameof(share), $"Generate.Imbalanced: the share {share} must lie in (0, 0.5], the distance {distance} be finite.");
        int rare = Math.Max(1, (int)Math.Round(share * count));
        int[] labels = [.. rng.Permutation(count).Select(i => i < rare ? 1 : 0)];
        double[] points = [.. labels.SelectMany(label => (double[])[rng.NextNormal(label * distance), rng.NextNormal()])];
        return new Dataset(Tensor.From(points, [count, 2]), Tensor.From(labels));
    }

    /// <summary>
    /// A stream whose truth drifts: example i has x normal in the plane and y = w(i) · x plus normal noise, where w is a unit vector that
    /// turns evenly, the given number of times from the first example to the last. The order of the examples is the order of time.
    /// Inputs [count, 2], targets [count, 1].
    /// </summary>
    public static Dataset DriftingStream(int count, Rng rng, double turns = 1, double noise = 0.1)
    {
        Require(count, 1, noise, turns);
        Tensor x = rng.Normal([count, 2]), angle = Tensor.Range(count).Reshape(count, 1) * (Math.Tau * turns / count);
        Tensor y = (x * Tensor.Concat([angle.Cos(), angle.Sin()], 1)).Sum(1, keepDims: true);
        return new Dataset(x, y + rng.Normal([count, 1], 0, noise));
    }

    /// <summary>
    /// Short sounds: class k has the fundamental <see cref="ToneFrequency"/>(k), detuned by up to 1%, with two overtones of half and a
    /// quarter of its strength, all in random phase and of random loudness from ½ to 1, plus normal noise. Inputs [count, 1, samples],
    /// targets the class number.
    /// </summary>
    public static Dataset Tones(int count, Rng rng, int classes = 3, int samples = 1024, double sampleRate = 8000, double noise = 0.1)
    {
        Require(count, classes, noise);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        double highest = 3 * 1.01 * ToneFrequency(classes - 1);
        if (!(highest < sampleRate / 2))
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate,
                $"Generate.Tones: the overtones of class {classes - 1} need a sample rate above {2 * highest:F0}. Use fewer classes.");
        var sounds = new double[count * samples];
        for (int i = 0; i < count; i++)
        {
            double step = Math.Tau * ToneFrequency(i % classes) * (0.99 + (0.02 * rng.NextDouble())) / sampleRate;
            double loudness = 0.5 + (0.5 * rng.NextDouble());
            double[] phase = [.. Enumerable.Range(0, 3).Select(_ => Math.Tau * rng.NextDouble())];
            for (int t = 0; t < samples; t++)
                for (int overtone = 0; overtone < 3; overtone++)
                    sounds[(i * samples) + t] += loudness / (1 << overtone) * Math.Sin((step * (overtone + 1) * t) + phase[overtone]);
        }
        return new Dataset(Tensor.From(sounds, [count, 1, samples]) + rng.Normal([count, 1, samples], 0, noise),
            Tensor.From(Enumerable.Range(0, count).Select(i => i % classes)));
    }

    /// <summary>The fundamental of class k of <see cref="Tones"/> in hertz: 220 · 2^(k/3), major thirds upwards from A.</summary>
    public static double ToneFrequency(int k) => 220 * Math.Pow(2, k / 3.0);

    private static Dataset Points(int count, int classes, Rng rng, double noise, Func<int, double, (double X, double Y)> curve)
    {
        Require(count, classes, noise);
        var points = new double[count * 2];
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % classes;
            (double x, double y) = curve(labels[i], rng.NextDouble());
            RequireFinite(x + y);
            points[2 * i] = x + rng.NextNormal(0, noise);
            points[(2 * i) + 1] = y + rng.NextNormal(0, noise);
        }
        return new Dataset(Tensor.From(points, [count, 2]), Tensor.From(labels));
    }

    private static void Require(int count, int classes, double noise, double curve = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (!(noise >= 0 && double.IsFinite(noise)))
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "Generate: the noise must be finite and not negative.");
        RequireFinite(curve);
    }

    private static void RequireFinite(double curve)
    {
        if (!double.IsFinite(curve))
            throw new ArgumentOutOfRangeException(nameof(curve), curve, "Generate: radius, turns and frequency must be finite.");
    }
}
