using System.Runtime.ExceptionServices;

namespace DeepNotebooks.Kernels;

/// <summary>
/// How kernels spread work over processors: always over outputs, never over the terms of a sum, so that results are the same to the
/// bit whatever the number of threads. The threads spin for some microseconds after a task before they sleep: the next kernel comes
/// soon, and waking a thread costs more than a small kernel.
/// </summary>
public static unsafe class Threads
{
    private const long WorthIt = 1 << 19; // multiplications below which a second thread does not pay
    private const int Spins = 2000;       // of some 25 ns each

    private static readonly Lock s_gate = new(); // one task at a time; whoever finds it taken works alone
    private static readonly SemaphoreSlim s_wake = new(0);
    private static int s_members, s_sleeping;

    private static delegate*<int, nint, void> s_body;
    private static nint s_state;
    private static int s_count, s_next, s_running, s_seats, s_task;
    private static ExceptionDispatchInfo? s_failure;

    [ThreadStatic]
    private static bool s_inside;

    /// <summary>The most threads that work at once; as many as there are processors unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public static int Limit
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Threads.Limit: kernels need at least 1 thread.");
    } = Environment.ProcessorCount;

    /// <summary>Whether so much work, in multiplications, is shared out.</summary>
    internal static bool Pays(long work) => work >= WorthIt && Limit > 1 && !s_inside;

    /// <summary>Calls the body for 0 … count − 1 with the state, at once if the work, in multiplications, is worth it.</summary>
    internal static void For(int count, long work, delegate*<int, nint, void> body, nint state)
    {
        if (count < 2 || !Pays(work) || !s_gate.TryEnter())
        {
            for (int i = 0; i < count; i++)
                body(i, state);
            return;
        }
        try
        {
            Share(count, body, state);
        }
        finally
        {
            s_gate.Exit();
        }
    }

    /// <summary>Calls the body for 0 … count − 1, at once if the work, in multiplications, is worth it.</summary>
    internal static void For(int count, long work, Action<int> body)
    {
#pragma warning disable CS8500 // the address of a reference on this stack frame, which outlives the call
        For(count, work, &Call, (nint)(&body));

        static void Call(int i, nint state) => (*(Action<int>*)state)(i);
#pragma warning restore CS8500
    }

    private static void Share(int count, delegate*<int, nint, void> body, nint state)
    {
        int helpers = Math.Min(Limit, count) - 1;
        for (; s_members < helpers; s_members++)
            new Thread(Work) { IsBackground = true, Name = $"DeepNotebooks kernels {s_members + 1}" }.Start();
        s_body = body;
        (s_state, s_failure, s_next, s_count) = (state, null, -1, count);
        Volatile.Write(ref s_seats, helpers);
        Interlocked.Increment(ref s_task); // a full fence: a helper either sees the task or counts as asleep
        if (Math.Min(helpers, Volatile.Read(ref s_sleeping)) is > 0 and var asleep)
            s_wake.Release(asleep);
        Take();
        Volatile.Write(ref s_seats, 0); // nobody joins any more
        var wait = new SpinWait();
        while (Volatile.Read(ref s_running) > 0)
            wait.SpinOnce(sleep1Threshold: -1);
        s_failure?.Throw();
    }

    private static void Work()
    {
        int seen = Volatile.Read(ref s_task) - 1;
        while (true)
        {
            for (int spins = 0; Volatile.Read(ref s_task) == seen && spins < Spins; spins++)
                Thread.SpinWait(1);
            if (Volatile.Read(ref s_task) == seen)
            {
                Interlocked.Increment(ref s_sleeping);
                if (Volatile.Read(ref s_task) == seen)
                    s_wake.Wait();
                Interlocked.Decrement(ref s_sleeping);
                continue;
            }
            seen = Volatile.Read(ref s_task);
            Interlocked.Increment(ref s_running); // before the seat, so that the caller waits for whoever has one
            if (Interlocked.Decrement(ref s_seats) >= 0)
                Take();
            Interlocked.Decrement(ref s_running);
        }
    }

    private static void Take()
    {
        s_inside = true;
        try
        {
            for (int i; (i = Interlocked.Increment(ref s_next)) < s_count;)
                s_body(i, s_state);
        }
        catch (Exception failure)
        {
            s_failure = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            s_inside = false;
        }
    }
}
