using System.Runtime.CompilerServices;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// Where a running cell can be stopped. The engine puts these calls into the cells it compiles: one at the start of every loop body,
/// label and function.
/// </summary>
public static class Checkpoint
{
    // Read in every iteration of every cell: a plain field, raised while some cell is to stop.
    private static volatile int s_raised;

    /// <summary>Ends the running cell if it is to stop.</summary>
    /// <exception cref="CellStoppedException">The cell is to stop.</exception>
    public static void Loop()
    {
        if (s_raised != 0)
        {
            CellRun.Current?.ThrowIfStopped();
        }
    }

    /// <summary>As <see cref="Loop"/>; also ends a recursion before it overflows the stack, which would end the process.</summary>
    /// <exception cref="CellStoppedException">The cell is to stop.</exception>
    /// <exception cref="InsufficientExecutionStackException">The calls are nested too deeply.</exception>
    public static void Function()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Loop();
    }

    internal static void Raise() => Interlocked.Increment(ref s_raised);

    internal static void Lower() => Interlocked.Decrement(ref s_raised);
}

/// <summary>Ends a cell whose time is over or that was cancelled.</summary>
public sealed class CellStoppedException() : OperationCanceledException("The cell was stopped.");
