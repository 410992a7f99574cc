using DeepNotebooks.Data;

namespace DeepNotebooks.Tests.Data;

public class ResampleTests
{
    private static Dataset Line(double[] x, int[] labels) => new(Tensor.From(x, [x.Length, 1]), Tensor.From(labels));

    private static int[] Counts(Dataset data, int classes = 2) => [.. Enumerable.Range(0, classes)
        .Select(k => data.Targets.ToArray().Count(t => t == k))];

    [Fact]
    public void RandomOverAndUnderBalance()
    {
        Dataset data = Line([1, 2, 3, 4, 5, 6, 7], [0, 1, 0, 0, 2, 0, 1]);
        Dataset over = Resample.RandomOver(data, new Rng(1)), under = Resample.RandomUnder(data, new Rng(1));
        Assert.Equal([4, 4, 4], Counts(over, 3));
        Assert.Equal(data.Inputs.ToArray(), over.Inputs.ToArray()[..7]);
        Assert.All(Enumerable.Range(0, 12), i => Assert.Contains((over.Inputs[i, 0], over.Targets[i]),
            Enumerable.Range(0, 7).Select(j => (data.Inputs[j, 0], data.Targets[j]))));
        Assert.Equal([1, 1, 1], Counts(under, 3));
        Assert.Equal(under.Inputs.ToArray(), Resample.RandomUnder(data, new Rng(1)).Inputs.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SyntheticExamplesLieOnSegmentsBetweenNeighboursOfTheirClass(bool adasyn)
    {
        const int K = 3;
        Dataset blobs = Generate.Imbalanced(200, new Rng(4), share: 0.1, distance: 1.5);
        Dataset data = new(blobs.Inputs.To(DType.Float64), blobs.Targets);
        Dataset Grown() => adasyn ? Resample.Adasyn(data, new Rng(1), K) : Resample.Smote(data, new Rng(1), K);
        Dataset grown = Grown();
        Assert.Equal(data.Inputs.ToArray(), grown.Inputs[..200].ToArray());
        if (adasyn)
            Assert.InRange(Counts(grown)[1], 160, 200);
        else
            Assert.Equal([180, 180], Counts(grown));
        double[][] minority = [.. Enumerable.Range(0, 200).Where(i => data.Targets[i] == 1).Select(i => data.Inputs[i..(i + 1)].ToArray())];
        double Squared(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();
        var segments = minority.SelectMany(a => minority.Where(b => b != a).OrderBy(b => Squared(a, b)).Take(K).Select(b => (a, b))).ToArray();
        for (int i = 200; i < grown.Count; i++)
        {
            double[] p = grown.Inputs[i..(i + 1)].ToArray();
            Assert.Equal(1, grown.Targets[i]);
            Assert.Contains(segments, s => Math.Sqrt(Squared(s.a, p)) + Math.Sqrt(Squared(p, s.b)) - Math.Sqrt(Squared(s.a, s.b)) < 1e-9);
        }
        Assert.Equal(grown.Inputs.ToArray(), Grown().Inputs.ToArray());
    }

    [Fact]
    public void AdasynFavoursTheHardExamples()
    {
        // 0 and 1 are far from the majority, 10 is in its midst.
        Dataset data = Line([0, 1, 10, 9, 9.5, 10.5, 11, 12, 13], [1, 1, 1, 0, 0, 0, 0, 0, 0]);
        Dataset grown = Resample.Adasyn(data, new Rng(1), k: 1);
        Assert.Equal(12, grown.Count);
        Assert.All(Enumerable.Range(9, 3), i => Assert.InRange(grown.Inputs[i, 0], 1, 10)); // from 10 towards 1
    }

    [Fact]
    public void TomekLinksLoseTheirMajorityMember()
    {
        Dataset data = Line([0, 1, 2, 2.1, 5, 5.05, 9, 10], [0, 0, 0, 1, 0, 1, 1, 0]);
        // Links: (2, 2.1), (5, 5.05), (9, 10); 0 and 1 are near each other but alike.
        Assert.Equal([0, 1, 2.1f, 5.05f, 9], Resample.TomekLinks(data).Inputs.ToArray<float>());
        Dataset even = Line([0, 0.1, 5, 6], [0, 1, 0, 1]);
        Assert.Equal(4, Resample.TomekLinks(even).Count);
    }

    [Fact]
    public void NearMissKeepsTheNearest()
    {
        Dataset data = Line([0, 10, 1, 2, 5, 9.5, 20], [1, 1, 0, 0, 0, 0, 0]);
        Assert.Equal([0, 10, 1, 9.5], Resample.NearMiss(data, k: 1).Inputs.ToArray()); // to the nearest: 1, 2, 5, 0.5, 10
        Assert.Equal([0, 10, 2, 5], Resample.NearMiss(data, k: 1, version: 2).Inputs.ToArray()); // to the farthest: 9, 8, 5, 9.5, 20
        Assert.Equal([2, 2], Counts(Resample.NearMiss(data, k: 2)));
    }

    [Fact]
    public void BadInputIsRefused()
    {
        var rng = new Rng(1);
        Dataset one = Line([1, 2], [0, 0]), small = Line([1, 2, 3, 4], [0, 0, 0, 1]), images = new(Tensor.Zeros([3, 1, 2, 2]), Tensor.From([0, 0, 1]));
        Dataset holes = Line([1, double.NaN, 3], [0, 0, 1]), fractions = new(Tensor.Zeros([2, 1]), Tensor.From([0.5, 1]));
        Dataset apart = Line([0, 1, 2, 3, 90, 91], [0, 0, 0, 0, 1, 1]);
        Action[] bad =
        [
            () => Resample.RandomOver(one, rng), () => Resample.RandomUnder(one, rng), () => Resample.Smote(one, rng),
            () => Resample.Smote(small, rng),
            () => Resample.Smote(images, rng), () => Resample.Smote(holes, rng), () => Resample.RandomOver(fractions, rng),
            () => Resample.Smote(apart, rng, k: 0),
            () => Resample.Adasyn(apart, rng, k: 1), () => Resample.Adasyn(one, rng), () => Resample.TomekLinks(one),
            () => Resample.TomekLinks(holes),
            () => Resample.NearMiss(small), () => Resample.NearMiss(small, k: 0), () => Resample.NearMiss(small, k: 1, version: 3),
        ];
        for (int i = 0; i < bad.Length; i++)
            Assert.True(Record.Exception(bad[i]) is ArgumentException { Message.Length: > 20 }, $"case {i}: {Record.Exception(bad[i])}");
    }
}
