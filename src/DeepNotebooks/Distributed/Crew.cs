using System.Runtime.ExceptionServices;

namespace DeepNotebooks.Distributed;

/// <summary>Threads that work together: when one fails, the others, which may wait for it, are stopped, and its exception is thrown.</summary>
internal static class Crew
{
    public static void Run(int count, Action<int> body, Action stop)
    {
        ExceptionDispatchInfo? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                body(i);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                stop();
            }
        })
        { IsBackground = true, Name = $"DeepNotebooks worker {i}" })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        failure?.Throw();
    }
}
