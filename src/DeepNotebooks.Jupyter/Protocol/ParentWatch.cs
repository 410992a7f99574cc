using System.Diagnostics;
using System.Globalization;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>Ends a kernel whose client has died: nobody could reach it any more, or end it.</summary>
internal static class ParentWatch
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    /// <summary>Watches the process that Jupyter names in the environment, if it does.</summary>
    /// <param name="ended">Called when that process is gone.</param>
    public static void Start(Action ended)
    {
        // On Windows the variable holds a handle.
        if (!OperatingSystem.IsWindows()
            && int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), CultureInfo.InvariantCulture, out int parent) && parent > 1)
        {
            new Thread(() => Watch(parent, ended), 256 << 10) { IsBackground = true, Name = "parent" }.Start();
        }
    }

    private static void Watch(int parent, Action ended)
    {
        do
        {
            Thread.Sleep(s_interval);
        }
        while (IsAlive(parent));
        ended();
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
