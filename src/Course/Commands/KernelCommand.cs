using System.CommandLine;
using System.Net.Sockets;
using DeepNotebooks.Jupyter.Engine;
using DeepNotebooks.Jupyter.Protocol;

namespace Course.Commands;

/// <summary><c>course kernel</c>: what Jupyter starts.</summary>
internal static class KernelCommand
{
    public const string Name = "kernel";
    public const string ConnectionFileOption = "--connection-file";

    public static Command Define(CommandLine line)
    {
        var file = new Option<string>(ConnectionFileOption, "-f")
        {
            Description = "The file in which Jupyter says where to listen.",
            HelpName = "file",
            Required = true,
        };
        var command = new CourseCommand(Name, "Serves a Jupyter client: what `install` has Jupyter start.", """
            Ends when the client asks for it, or is gone.
            """)
        {
            file,
        };
        command.SetAction(parsed => Run(line.FullPath(parsed.GetValue(file)!), Directory.GetCurrentDirectory()));
        return command;
    }

    /// <summary>Serves until the client ends it, then ends the process, whatever cells still do.</summary>
    public static int Run(string connectionFile, string folder)
    {
        var log = TextWriter.Synchronized(Console.Error);
        Kernel kernel;
        try
        {
            kernel = new Kernel(ConnectionFile.Read(connectionFile), folder, HistoryFile, text => log.WriteLine($"[DeepNotebooks] {text}"));
        }
        catch (FormatException e)
        {
            throw new Failure(ExitCode.BadInput, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.BadInput, $"{connectionFile} cannot be read: {e.Message}", e);
        }
        catch (SocketException e)
        {
            throw new Failure(ExitCode.Environment, $"The addresses in {connectionFile} cannot be listened on: {e.Message}.", e);
        }

        _ = Session.WarmUp();
        kernel.Run();
        Environment.Exit(ExitCode.Fine);
        return ExitCode.Fine;
    }

    /// <summary>Runs a cell that takes the compiler through most of its parts.</summary>
    public static async Task<int> Probe()
    {
        using var session = new Session(Path.GetTempPath());
        var declared = await session.ExecuteAsync("record P(int X); async Task<int> F(int n) { await Task.Yield(); return n; } int Zero() => 0;");
        var used = await session.ExecuteAsync("$\"{(await F(3)) + Enumerable.Range(0, 3).Select(i => new P(i)).Sum(p => p.X)}\"");
        var failed = await session.ExecuteAsync("\n1 / Zero()");
        bool works = declared.Status == CellStatus.Ok && used.Outputs is [{ Text: "6" }]
            && failed.ErrorText?.Contains("line 2", StringComparison.Ordinal) == true;
        return works ? ExitCode.Fine : ExitCode.Environment;
    }

    private static string HistoryFile => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "deepnotebooks", "history.jsonl");
}
