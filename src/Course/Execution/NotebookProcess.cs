using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Course.Kernels;
using DeepNotebooks.Jupyter.Documents;

namespace Course.Execution;

/// <summary>What the command line tells a notebook's process, as one line of JSON.</summary>
internal sealed record Order(string Name, string Folder, string Notebook, double CellSeconds, bool KeepGoing);

/// <summary>What that process tells back, each as one line of JSON behind a record separator.</summary>
internal sealed record Report(int? Started = null, int? Finished = null, string? Problem = null, string? Notebook = null);

/// <summary>
/// Executes notebooks, each in a process of its own: a cell may end its process or run on where nothing can stop it, and neither may
/// end the course's. The process lives no longer than its standard input is open, hence no longer than this one.
/// </summary>
internal static class NotebookProcess
{
    /// <summary>The hidden command that makes a process a notebook's.</summary>
    public const string Command = "execute-one";

    /// <summary>ASCII's record separator: whatever a cell writes past the engine, a report is found behind it.</summary>
    public const char Separator = '\u001e';

    /// <summary>How much longer than its limit a cell may take to be stopped.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>How long a process may take to begin its first cell: seconds, but minutes on a machine that does twenty other things.</summary>
    private static readonly TimeSpan Beginning = TimeSpan.FromMinutes(5);

    /// <param name="notebook">What to execute.</param>
    /// <param name="path">The file it is from; its cells run in that file's folder.</param>
    /// <param name="cellLimit">How long a cell may take.</param>
    /// <param name="keepGoing">Whether cells after a failed one are executed.</param>
    /// <param name="progress">Told the place of each cell that begins.</param>
    /// <param name="cancel">Ends the process.</param>
    public static async Task<Outcome> Run(
        Notebook notebook, string path, TimeSpan cellLimit, bool keepGoing, Action<int> progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var failures = new List<(int, string)>();
        Notebook? executed = null;
        int? running = null;
        using var process = Start();
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string? ended = null;
        try
        {
            var order = new Order(Path.GetFileName(path), Path.GetDirectoryName(path)!, notebook.ToJson(), cellLimit.TotalSeconds, keepGoing);
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), cancel);
            await process.StandardInput.FlushAsync(cancel);
            while (executed is null)
            {
                var limit = running is null ? Beginning : cellLimit + Grace;
                if (await process.StandardOutput.ReadLineAsync(cancel).AsTask().WaitAsync(limit, cancel) is not { } line)
                {
                    await process.WaitForExitAsync(cancel);
                    ended = $"ended the notebook's process (exit code {process.ExitCode}{LastWords(await errors)})";
                    break;
                }

                if (line.LastIndexOf(Separator) is >= 0 and var at
                    && JsonSerializer.Deserialize<Report>(line.AsSpan(at + 1)) is { } report)
                {
                    if (report.Started is { } started)
                    {
                        running = started;
                        progress(started);
                    }

                    if (report is { Finished: { } finished, Problem: { } problem })
                    {
                        failures.Add((finished, problem));
                    }

                    executed = report.Notebook is { } text ? Notebook.Parse(text, path) : null;
                }
            }
        }
        catch (TimeoutException)
        {
            ended = running is null
                ? $"did not begin within {Beginning.TotalSeconds:0} s"
                : $"ran on after its limit of {cellLimit.TotalSeconds:0.#} s and could not be stopped, so its process was ended";
        }
        catch (IOException) when (process.HasExited)
        {
            ended = $"ended the notebook's process (exit code {process.ExitCode}{LastWords(await errors)})";
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        if (ended is not null)
        {
            failures.Add((running ?? 0, ended));
        }

        return new(executed, failures, clock.Elapsed);
    }

    private static Process Start()
    {
        string[] arguments = ["exec", .. PrecompiledCompiler.Arguments, typeof(NotebookProcess).Assembly.Location, Command];
        var start = new ProcessStartInfo(Installation.DotnetHost, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };

        // Compiled once and optimized: in tiers, a notebook's few seconds go by with compiling the compiler's 10,000 busiest methods again,
        // and kernels wait behind those.
        start.Environment.TryAdd("DOTNET_TieredCompilation", "0");
        return Process.Start(start)!;
    }

    private static string LastWords(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } lines
            ? $": {string.Join(' ', lines.Take(2))}" : "";
}
