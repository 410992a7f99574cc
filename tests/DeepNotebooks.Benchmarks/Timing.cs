using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DeepNotebooks.Benchmarks;

/// <summary>The times of one workload, in milliseconds, and the bytes that a step allocates.</summary>
internal sealed record Timing(string Workload, double Median, double Min, int Threads, long Allocated)
{
    /// <summary>Runs a step for some seconds, at least five times, after a warm-up that lets the compiler finish its work.</summary>
    public static Timing Of(string name, Func<Action> make, int threads, double seconds)
    {
        Action step = make();
        var warmUp = Stopwatch.StartNew();
        for (int i = 0; i < 3 || (warmUp.Elapsed.TotalSeconds < 1 && i < 20_000); i++)
            step();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        step();
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < 5 || clock.Elapsed.TotalSeconds < seconds)
        {
            long start = Stopwatch.GetTimestamp();
            step();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return new Timing(name, times[times.Count / 2], times[0], threads, allocated);
    }

    /// <summary>One JSON line, of the form that the peer's side prints too.</summary>
    public string ToJson() => string.Create(CultureInfo.InvariantCulture,
        $"{{\"workload\": \"{Workload}\", \"unit\": \"ms\", \"median\": {Median:0.####}, \"min\": {Min:0.####}, \"threads\": {Threads}, \"allocated\": {Allocated}}}");

    /// <summary>The lines that a program prints, ours or the peer's.</summary>
    public static IEnumerable<(string Workload, double Median)> Read(string output) =>
        from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        where line.StartsWith('{')
        let json = JsonDocument.Parse(line).RootElement
        select (json.GetProperty("workload").GetString()!, json.GetProperty("median").GetDouble());
}
