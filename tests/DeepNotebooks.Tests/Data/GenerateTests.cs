using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Metrics;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Data;

public class GenerateTests
{
    public static TheoryData<string, Func<Rng, Dataset>> Generators => new()
    {
        { "blobs", rng => Generate.Blobs(30, rng) },
        { "moons", rng => Generate.Moons(30, rng) },
        { "spirals", rng => Generate.Spirals(30, rng) },
        { "sine", rng => Generate.Sine(30, rng) },
        { "rings", rng => Generate.Rings(30, rng) },
        { "xor", rng => Generate.Xor(30, rng) },
        { "Gaussians on a ring", rng => Generate.GaussianRing(30, rng) },
        { "imbalanced", rng => Generate.Imbalanced(30, rng) },
        { "drifting stream", rng => Generate.DriftingStream(30, rng) },
        { "tones", rng => Generate.Tones(30, rng, samples: 64) },
        { "digits", rng => Generate.Digits(30, rng, size: 12, noise: 0.1) },
    };

    [Theory]
    [MemberData(nameof(Generators))]
    public void TheSameSeedGivesTheSameBitsAndAnotherSeedOthers(string name, Func<Rng, Dataset> generate)
    {
        Dataset first = generate(new Rng(5)), second = generate(new Rng(5)), other = generate(new Rng(6));
        Assert.Equal(30, first.Count);
        Assert.Equal(first.Inputs.ToArray(), second.Inputs.ToArray());
        Assert.Equal(first.Targets.ToArray(), second.Targets.ToArray());
        Assert.False(first.Inputs.ToArray().SequenceEqual(other.Inputs.ToArray()), name);
        Assert.True(first.Inputs.ToArray().All(double.IsFinite));
    }

    [Fact]
    public void RingsLieOnTheirRadii()
    {
        Dataset rings = Generate.Rings(90, new Rng(1), classes: 3, innerRadius: 0.2, noise: 0);
        for (int i = 0; i < rings.Count; i++)
            Assert.Equal(0.2 + (0.4 * rings.Targets[i]), rings.Inputs[i..(i + 1)].Norm().Item(), 5);
    }

    [Fact]
    public void XorWithoutNoiseIsItsTable()
    {
        Dataset xor = Generate.Xor(4, new Rng(1), noise: 0);
        Assert.Equal([-1, -1, -1, 1, 1, 1, 1, -1], xor.Inputs.ToArray());
        Assert.Equal([0, 1, 0, 1], xor.Targets.ToArray());
    }

    [Fact]
    public void ImbalancedHasItsShareAndTheDocumentedBestArea()
    {
        Dataset data = Generate.Imbalanced(20_000, new Rng(1), share: 0.1, distance: 1.5);
        Assert.Equal(2000, data.Targets.Sum().Item());
        double best = MathNet.Numerics.Distributions.Normal.CDF(0, 1, 1.5 / Math.Sqrt(2));
        Assert.Equal(best, Metric.Roc(data.Inputs.Slice(1, 0, 1), data.Targets).Area, 0.01);
        Assert.Equal(1, Generate.Imbalanced(10, new Rng(1), share: 0.001).Targets.Sum().Item());
    }

    [Fact]
    public void DriftingStreamTurns()
    {
        Dataset stream = Generate.DriftingStream(400, new Rng(1), turns: 0.5, noise: 0);
        Assert.Equal(stream.Inputs[0, 0], stream.Targets[0, 0], 5); // w = (1, 0)
        Assert.Equal(stream.Inputs[200, 1], stream.Targets[200, 0], 5); // w = (0, 1)
        Assert.NotEqual(stream.Inputs[399, 0], stream.Targets[399, 0], 1); // w = (−1, 0), nearly
        Assert.Equal(-stream.Inputs[399, 0], stream.Targets[399, 0], 0.03);
    }

    [Fact]
    public void TonesHaveTheirFundamental()
    {
        Dataset tones = Generate.Tones(6, new Rng(2), samples: 800, noise: 0);
        for (int i = 0; i < tones.Count; i++)
        {
            double[] sound = tones.Inputs[i..(i + 1)].ToArray();
            double Power(double hertz) => Enumerable.Range(0, 800).Aggregate(System.Numerics.Complex.Zero,
                (sum, t) => sum + (sound[t] * System.Numerics.Complex.FromPolarCoordinates(1, Math.Tau * hertz * t / 8000))).Magnitude;
            double loudest = Enumerable.Range(180, 250).Select(f => (double)f).MaxBy(Power);
            Assert.Equal(Generate.ToneFrequency(i % 3), loudest, 0.02 * loudest);
        }
    }

    [Fact]
    public void DigitsWithoutDistortionAreTheirTemplatesAndNearerToThemWithIt()
    {
        Dataset plain = Generate.Digits(40, new Rng(1), distortion: 0), drawn = Generate.Digits(200, new Rng(2));
        Assert.Equal([200, 1, 28, 28], drawn.Inputs.Shape);
        Assert.True(drawn.Inputs.Min().Item() >= 0 && drawn.Inputs.Max().Item() == 1);
        double[] ink = drawn.Inputs.Sum([1, 2, 3]).ToArray();
        Assert.InRange(ink.Min(), 30, 300);
        int right = 0;
        for (int i = 0; i < drawn.Count; i++)
        {
            int nearest = Enumerable.Range(0, plain.Count).MinBy(j => (plain.Inputs[j..(j + 1)] - drawn.Inputs[i..(i + 1)]).Norm().Item());
            right += plain.Targets[nearest] == drawn.Targets[i] ? 1 : 0;
        }
        Assert.InRange(right, 100, 199); // readable, and not trivial
    }

    [Theory]
    [InlineData(8)]
    [InlineData(28)]
    public void ANetworkLearnsTheDigits(int size)
    {
        Dataset train = Generate.Digits(600, new Rng(1), size), test = Generate.Digits(200, new Rng(2), size);
        Dataset Flat(Dataset digits) => new(digits.Inputs.Reshape(digits.Count, size * size), digits.Targets);
        var rng = new Rng(3);
        var model = new Sequential(new Linear(size * size, 32, rng), new DeepNotebooks.Layers.ReLU(), new Linear(32, 10, rng));
        new Trainer(model, Loss.CrossEntropy, new Adam(model.Parameters, 5e-3)).Fit(new DataLoader(Flat(train), 32, rng), epochs: 15);
        Assert.InRange(Metric.Accuracy(model.Predict(Flat(test).Inputs), test.Targets), 0.8, 0.999);
    }

    [Fact]
    public void BadNumbersAreRefused()
    {
        var rng = new Rng(1);
        Action[] bad =
        [
            () => Generate.Rings(0, rng), () => Generate.Rings(5, rng, classes: 1), () => Generate.Rings(5, rng, innerRadius: 1),
            () => Generate.Rings(5, rng, noise: double.NaN), () => Generate.Xor(0, rng), () => Generate.Xor(4, rng, noise: -1),
            () => Generate.GaussianRing(4, rng, modes: 0), () => Generate.Imbalanced(1, rng), () => Generate.Imbalanced(9, rng, share: 0.6),
            () => Generate.Imbalanced(9, rng, share: double.NaN), () => Generate.Imbalanced(9, rng, distance: double.NaN),
            () => Generate.DriftingStream(0, rng), () => Generate.Tones(0, rng), () => Generate.Tones(2, rng, samples: 0),
            () => Generate.Tones(2, rng, classes: 9), () => Generate.Digits(0, rng), () => Generate.Digits(2, rng, size: 7),
            () => Generate.Digits(2, rng, distortion: -1), () => Generate.Digits(2, rng, distortion: double.NaN),
            () => Generate.Digits(2, rng, noise: -1), () => Generate.Moons(4, rng, noise: double.PositiveInfinity),
            () => Generate.Blobs(4, rng, radius: double.NaN), () => Generate.Spirals(4, rng, turns: double.PositiveInfinity),
            () => Generate.Sine(4, rng, frequency: double.NaN), () => Generate.DriftingStream(4, rng, turns: double.NaN),
        ];
        Assert.All(bad, action => Assert.Throws<ArgumentOutOfRangeException>(action));
    }
}
