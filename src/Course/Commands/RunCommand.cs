using System.CommandLine;
using Course.Execution;

namespace Course.Commands;

/// <summary><c>course run</c>: executes notebooks and writes their outputs.</summary>
internal static class RunCommand
{
    public static Command Define(CommandLine line)
    {
        var notebooks = Options.Notebooks();
        var timeout = Options.Timeout();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A folder for the executed notebooks; without it they are written where they are.",
            HelpName = "folder",
        };
        var keepGoing = new Option<bool>("--keep-going", "-k")
        {
            Description = "Go on after a cell that fails, and write the notebook with the error in it.",
        };
        var command = new CourseCommand("run", "Executes notebooks and writes their outputs into them.", """
            Each notebook runs in a process of its own, in its own folder. A file is replaced only by a whole new one; a
            notebook in which a cell fails is left as it was, unless --keep-going is given. The other notebooks go on.
            """)
        {
            notebooks, output, timeout, keepGoing,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var repository = line.Repository();
            var opened = line.Open(parsed.GetValue(notebooks)!, repository);
            var folder = parsed.GetValue(output) is { } name ? line.FullPath(name) : null;
            string Target(string path) => folder is null ? path : Path.Combine(folder, Path.GetFileName(path));
            if (opened.GroupBy(n => Target(n.Path)).FirstOrDefault(g => g.Count() > 1) is { } same)
            {
                throw new Failure(ExitCode.BadInput, $"{string.Join(" and ", same.Select(n => n.Path))} would both be written to {same.Key}.");
            }

            foreach (var target in opened.Select(n => Path.GetDirectoryName(Target(n.Path))!).Distinct())
            {
                Writable(target);
            }

            var executed = new ExecutedNotebooks(repository.Executed, repository.Library);
            var executor = new Executor(line.Progress(), TimeSpan.FromSeconds(parsed.GetValue(timeout)), parsed.GetValue(keepGoing), cancel);
            int failed = 0;
            foreach (var (path, notebook) in opened)
            {
                var outcome = await executor.Run(notebook, path);
                line.ReportFailures(path, notebook, outcome);
                failed += outcome.Succeeded ? 0 : 1;
                if (outcome.Notebook is not null && (outcome.Succeeded || parsed.GetValue(keepGoing)))
                {
                    Save(outcome.Notebook, Target(path));
                    if (outcome.Succeeded && Path.GetDirectoryName(path) == repository.Notebooks)
                    {
                        executed.Keep(path, notebook, outcome.Notebook);
                    }
                }
            }

            return failed == 0 ? ExitCode.Fine : ExitCode.NotebookFailed;
        });
        return command;
    }

    /// <summary>Finds out before the long work whether its result can be written.</summary>
    public static void Writable(string folder)
    {
        var probe = Path.Combine(folder, $".course-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Environment, $"{folder} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Writes a notebook, or says that it cannot be written.</summary>
    public static void Save(DeepNotebooks.Jupyter.Documents.Notebook notebook, string path)
    {
        try
        {
            notebook.Save(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Environment, $"{path} cannot be written, it stays as it was: {e.Message}", e);
        }
    }
}
