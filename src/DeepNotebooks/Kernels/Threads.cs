namespace DeepNotebooks.Kernels;

/// <summary>
/// How kernels spread work over processors: always over outputs, never over the terms of a sum, so that results are the same to the
/// bit whatever the number of threads.
/// </summary>
internal static class Threads
{
    private const long WorthIt = 1 << 21; // multiplications below which a second thread does not pay

    /// <summary>The most threads that work at once.</summary>
    public static int Limit { get; set; } = Environment.ProcessorCount;

    /// <summary>Calls the body for 0 … count − 1, at once if the work, in multiplications, is worth it.</summary>
    public static void For(int count, long work, Action<int> body)
    {
        if (count > 1 && work >= WorthIt && Limit > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Limit }, body);
            return;
        }
        for (int i = 0; i < count; i++)
            body(i);
    }
}
