namespace Course;

/// <summary>What the process says when it ends; documented in every <c>--help</c>.</summary>
internal static class ExitCode
{
    public const int Fine = 0;
    public const int NotebookFailed = 1;
    public const int BadInput = 2;
    public const int Environment = 3;
    public const int Interrupted = 130;

    public const string Meaning = """
        Exit codes:
          0    all went well
          1    something failed in a notebook
          2    the command line or an input file is wrong
          3    the machine is in the way: a file or folder cannot be written, a port is taken
          130  stopped by Ctrl+C
        """;
}

/// <summary>Ends the command with one line on standard error and an exit code: for what the user can mend.</summary>
internal sealed class Failure(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
