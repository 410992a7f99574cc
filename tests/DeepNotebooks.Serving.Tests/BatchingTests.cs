using System.Collections.Concurrent;

namespace DeepNotebooks.Serving.Tests;

public class BatchingTests
{
    /// <summary>A server whose first batch, one example, is held until 12 more requests wait; the sizes of the batches after it.</summary>
    private static async Task<int[]> BatchesOfTwelve(ServingOptions options, Func<int, string> instances)
    {
        var sizes = new ConcurrentQueue<int>();
        using var hold = new ManualResetEventSlim();
        await using var served = new Served { Input = [-1] };
        served.Write("half", 1, "1");
        await served.Start(options);
        served.OnBatch = x =>
        {
            sizes.Enqueue(x.Shape[0]);
            hold.Wait();
        };
        Task<string> first = served.Predict("[[0]]");
        await Served.Until(() => Task.FromResult(!sizes.IsEmpty));
        Task<string>[] waiting = [.. Enumerable.Range(0, 12).Select(i => served.Predict(instances(i)))];
        await Served.Until(async () => (await served.Get("/metrics")).Text.Contains("waiting_requests{model=\"half\",version=\"1\"} 12\n"));
        hold.Set();
        string[] answers = await Task.WhenAll(waiting.Prepend(first));
        for (int i = 0; i < 12; i++)
            Assert.StartsWith($"[[{1 + (0.5 * i)}".Replace(',', '.'), answers[i + 1]);
        return [.. sizes.Skip(1)];
    }

    [Theory]
    [InlineData(32, new[] { 12 })]
    [InlineData(5, new[] { 5, 5, 2 })]
    [InlineData(1, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public async Task RequestsThatWaitAreComputedTogether(int maxBatch, int[] expected) =>
        Assert.Equal(expected, await BatchesOfTwelve(new() { MaxBatch = maxBatch }, i => $"[[{i}]]"));

    [Fact]
    public async Task ARequestIsNeverCutAndOneLargerThanABatchGoesAlone()
    {
        Assert.All(await BatchesOfTwelve(new() { MaxBatch = 5 }, i => $"[[{i}], [0]]"), size => Assert.Equal(4, size));
        Assert.All(await BatchesOfTwelve(new() { MaxBatch = 2 }, i => $"[[{i}], [0], [0]]"), size => Assert.Equal(3, size));
    }

    [Fact]
    public async Task ExamplesOfOtherShapesAreNotMixed()
    {
        int[] sizes = await BatchesOfTwelve(new(), i => i % 2 == 0 ? $"[[{i}]]" : $"[[{i}, 0]]");
        Assert.Equal(12, sizes.Sum());
        Assert.True(sizes.Length > 1);
    }

    [Fact]
    public async Task ABatchWaitsForMore()
    {
        var sizes = new ConcurrentQueue<int>();
        await using var served = new Served();
        served.Write("half", 1, "0");
        await served.Start(new() { MaxBatch = 3, MaxWait = TimeSpan.FromSeconds(20) });
        served.OnBatch = x => sizes.Enqueue(x.Shape[0]);
        await Task.WhenAll(served.Predict("[0]"), served.Predict("[2]"), served.Predict("[4]"));
        Assert.Equal([3], sizes);
    }

    [Fact]
    public async Task AFullQueueIsAnsweredWith503()
    {
        var started = new TaskCompletionSource();
        using var hold = new ManualResetEventSlim();
        await using var served = new Served();
        served.Write("half", 1, "0");
        await served.Start(new() { MaxQueue = 2 });
        served.OnBatch = _ =>
        {
            started.TrySetResult();
            hold.Wait();
        };
        var posts = new List<Task<(int Status, string Text)>> { served.Post("/v1/models/half:predict", """{"instances": [0]}""") };
        await started.Task;
        for (int i = 0; i < 3; i++)
            posts.Add(served.Post("/v1/models/half:predict", """{"instances": [0]}"""));
        (int status, string text) = await await Task.WhenAny(posts);
        hold.Set();
        Assert.Equal(503, status);
        Assert.Contains("Try again later", text);
        Assert.Equal(3, (await Task.WhenAll(posts)).Count(post => post.Status == 200));
    }
}
