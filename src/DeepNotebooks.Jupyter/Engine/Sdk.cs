using System.Diagnostics;
using System.Text;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>The .NET SDK's command line, run for a cell.</summary>
internal static class Sdk
{
    /// <summary>Runs <c>dotnet</c> with arguments and waits; when the cell is stopped, so is the command.</summary>
    /// <exception cref="InvalidOperationException">There is no such program.</exception>
    public static (int ExitCode, string Output) Run(string folder, CellRun run, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program(), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What outlives the command would hold files; what its parent set for itself does not concern it.
        foreach (var (name, value) in new[]
        {
            ("DOTNET_CLI_UI_LANGUAGE", "en"), ("DOTNET_NOLOGO", "1"), ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
            ("NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT", "2"), ("MSBUILDTERMINALLOGGER", "off"),
        })
        {
            start.Environment[name] = value;
        }

        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"the .NET SDK is needed, but {start.FileName} cannot be started: {e.Message}", e);
        }

        using (process)
        {
            process.StandardInput.Close();
            var output = new StringBuilder();
            var reading = Task.WhenAll(Read(process.StandardOutput, output), Read(process.StandardError, output));
            var ended = process.WaitForExitAsync();
            try
            {
                Task.WaitAny(ended, run.Stopped);
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }

            run.ThrowIfStopped();
            reading.Wait();
            return (process.ExitCode, output.ToString());
        }
    }

    /// <summary>The errors among what a command printed, each once, without the file that the engine made.</summary>
    public static List<string> Errors(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var errors = lines.Where(l => l.Contains("error ", StringComparison.Ordinal)).Select(l =>
        {
            int project = l.LastIndexOf(" [", StringComparison.Ordinal);
            return project > 0 && l.EndsWith(']') ? l[..project] : l;
        }).Distinct().ToList();
        return errors.Count > 0 ? errors : [.. lines.TakeLast(5)];
    }

    private static string Program()
    {
        string own = Environment.ProcessPath ?? "";
        return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
            : Path.GetFileNameWithoutExtension(own) == "dotnet" ? own
            : "dotnet";
    }

    private static async Task Read(StreamReader reader, StringBuilder output)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (output)
            {
                output.Append(line).Append('\n');
            }
        }
    }
}
