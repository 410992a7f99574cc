using DeepNotebooks.Data;

namespace DeepNotebooks.Tests.Data;

public class DataLoaderTests
{
    /// <summary>Example i is (i, 10 i) with target 100 i.</summary>
    private static Dataset Numbered(int count) => new(
        Tensor.From([.. Enumerable.Range(0, count).SelectMany(i => new[] { i, 10.0 * i })], [count, 2]), Tensor.Range(count) * 100);

    private static double[][] Epoch(DataLoader loader) => [.. loader.Select(batch => batch.Targets.ToArray())];

    [Theory]
    [InlineData(10, 3, false, new[] { 3, 3, 3, 1 })]
    [InlineData(10, 3, true, new[] { 3, 3, 3 })]
    [InlineData(10, 5, true, new[] { 5, 5 })]
    [InlineData(2, 5, false, new[] { 2 })]
    [InlineData(2, 5, true, new int[0])]
    [InlineData(1, 1, false, new[] { 1 })]
    public void DealsEveryExampleOnceInBatches(int count, int batchSize, bool dropLast, int[] sizes)
    {
        var loader = new DataLoader(Numbered(count), batchSize, dropLast: dropLast);
        Assert.Equal(sizes, loader.Select(batch => batch.Count));
        Assert.Equal(sizes.Length, loader.Count);
        Assert.Equal(Enumerable.Range(0, sizes.Sum()).Select(i => i * 100.0), Epoch(loader).SelectMany(batch => batch));
        Assert.Equal(Epoch(loader), Epoch(loader));
    }

    [Fact]
    public void ShufflesAnewEachEpochAndKeepsExamplesWithTheirTargets()
    {
        var loader = new DataLoader(Numbered(20), 6, new Rng(1));
        double[][] first = Epoch(loader), second = Epoch(loader);
        Assert.NotEqual(first, second);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i * 100.0), first.SelectMany(batch => batch).Order());
        Assert.Equal([first, second], [Epoch(loader = new DataLoader(Numbered(20), 6, new Rng(1))), Epoch(loader)]);
        foreach (Dataset batch in loader)
        {
            Assert.Equal(batch.Targets.ToArray(), (batch.Inputs.Slice(1, 0, 1) * 100).ToArray());
            Assert.Equal(batch.Targets.ToArray(), (batch.Inputs.Slice(1, 1, 1) * 10).ToArray());
        }
    }

    [Fact]
    public void DatasetsSplitAtRandomIntoParts()
    {
        (Dataset first, Dataset second) = Numbered(10).Split(0.7, new Rng(1));
        Assert.Equal((7, 3), (first.Count, second.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 100.0), first.Targets.ToArray().Concat(second.Targets.ToArray()).Order());
        Assert.NotEqual(first.Targets.ToArray().Order(), first.Targets.ToArray());
    }

    public static TheoryData<string, Action> BadRequests => new()
    {
        { "batchSize", () => new DataLoader(Numbered(3), 0) },
        { "Dataset: inputs (3) and targets (2)", () => new Dataset(Tensor.Zeros([3]), Tensor.Zeros([2])) },
        { "at least one", () => new Dataset(Tensor.Zeros([0, 2]), Tensor.Zeros([0])) },
        { "inputs () and targets (1)", () => new Dataset(Tensor.Scalar(1), Tensor.Zeros([1])) },
        { "a share of 0 leaves a part of 3 examples empty", () => Numbered(3).Split(0, new Rng(1)) },
        { "a share of 1 ", () => Numbered(3).Split(1, new Rng(1)) },
        { "a share of NaN", () => Numbered(3).Split(double.NaN, new Rng(1)) },
        { "3 lies outside axis 0", () => Numbered(3).Rows(3) },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void BadRequestsAreRefused(string message, Action request) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(request).Message);
}
