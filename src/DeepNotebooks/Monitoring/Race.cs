using System.Diagnostics;
using System.Runtime.InteropServices;
using DeepNotebooks.Kernels;

namespace DeepNotebooks.Monitoring;

/// <summary>
/// Times pieces of work against each other so that the outcome does not depend on what else the machine does: on one thread, in turn,
/// each by its best run, and by the time that the processor worked for this thread rather than by the clock on the wall. Where the
/// system does not tell that time (Windows tells it in steps of 16 ms), the clock must do.
/// </summary>
public static partial class Race
{
    private const int Rounds = 12;

    /// <summary>The seconds of the best of twelve runs of each piece.</summary>
    public static double[] Of(params Action[] work)
    {
        int before = Threads.Limit;
        Threads.Limit = 1;
        try
        {
            double[] best = new double[work.Length];
            best.AsSpan().Fill(double.PositiveInfinity);
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < work.Length; i++)
                {
                    double start = Now();
                    work[i]();
                    best[i] = Math.Min(best[i], Now() - start);
                }
            }
            return best;
        }
        finally
        {
            Threads.Limit = before;
        }
    }

    /// <summary>The seconds that the processor has worked for this thread, or those of a clock that never goes back.</summary>
    private static double Now()
    {
        int threadTime = OperatingSystem.IsLinux() ? 3 : OperatingSystem.IsMacOS() ? 16 : -1; // CLOCK_THREAD_CPUTIME_ID
        return threadTime >= 0 && ClockGetTime(threadTime, out Time time) == 0
            ? time.Seconds + time.Nanoseconds * 1e-9
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out Time time);

    private struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
