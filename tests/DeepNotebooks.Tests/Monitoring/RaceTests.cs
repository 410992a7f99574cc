using DeepNotebooks.Kernels;
using DeepNotebooks.Monitoring;

namespace DeepNotebooks.Tests.Monitoring;

public class RaceTests
{
    [Fact]
    public void EachPieceRunsInTurnOnOneThread()
    {
        var order = new List<int>();
        int before = Threads.Limit;
        double[] seconds = Race.Of(() => order.Add(Threads.Limit), () => order.Add(-Threads.Limit));
        Assert.Equal(Enumerable.Repeat(new[] { 1, -1 }, 12).SelectMany(pair => pair), order);
        Assert.Equal(2, seconds.Length);
        Assert.All(seconds, s => Assert.True(s >= 0 && double.IsFinite(s)));
        Assert.Throws<InvalidOperationException>(() => Race.Of(() => throw new InvalidOperationException()));
        Assert.Equal(before, Threads.Limit);
    }

    [Fact]
    public void WaitingDoesNotCountWhereTheSystemTells()
    {
        if (OperatingSystem.IsWindows()) return;
        double[] values = [.. Enumerable.Range(0, 40_000).Select(i => i * 0.5)];
        double[] seconds = Race.Of(() => Thread.Sleep(5), () => values.Sum(Math.Sqrt));
        Assert.True(seconds[0] < 0.001, $"Sleeping took {seconds[0]} s of the processor.");
        Assert.True(seconds[1] > 0, "Work took no time.");
    }
}
