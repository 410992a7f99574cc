using System.CommandLine;
using System.CommandLine.Help;
using Course.Checks;
using Course.Commands;
using Course.Execution;
using Course.Kernels;
using DeepNotebooks.Jupyter.Documents;

namespace Course;

/// <summary>The command line: parses, runs one command, turns failures into one line and an exit code.</summary>
/// <param name="output">Where results go.</param>
/// <param name="error">Where problems and progress go.</param>
/// <param name="folder">The folder in which the user stands.</param>
internal sealed class CommandLine(TextWriter output, TextWriter error, string folder)
{
    public TextWriter Output => output;
    public TextWriter Error => error;

    public async Task<int> Run(IReadOnlyList<string> args)
    {
        var parsed = Root().Parse(args);
        var streams = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors)
            {
                error.WriteLine(problem.Message);
            }

            error.WriteLine("Add --help to see what can be given.");
            return ExitCode.BadInput;
        }

        try
        {
            int code = await parsed.InvokeAsync(streams);
            if (parsed.Action is HelpAction)
            {
                if (parsed.CommandResult.Command is CourseCommand command)
                {
                    output.WriteLine(command.Details + Environment.NewLine);
                }

                output.WriteLine(ExitCode.Meaning);
            }

            return code;
        }
        catch (Failure failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Stopped.");
            return ExitCode.Interrupted;
        }
    }

    private RootCommand Root()
    {
        var root = new RootCommand(
            "DeepNotebooks, a deep-learning course that runs. Without a command it runs the notebooks that are not up to date, builds the " +
            "site and serves it on this machine until Ctrl+C.");
        var port = Options.Port();
        var timeout = Options.Timeout();
        root.Add(port);
        root.Add(timeout);
        root.SetAction(async (parsed, cancel) =>
        {
            var repository = Repository();
            int built = await BuildCommand.Build(
                this, repository, repository.Site, stored: false, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancel);
            await ServeCommand.Serve(this, repository.Site, parsed.GetValue(port), cancel);
            return built;
        });
        root.Add(RunCommand.Define(this));
        root.Add(CheckCommand.Define(this));
        root.Add(BuildCommand.Define(this));
        root.Add(ServeCommand.Define(this));
        root.Add(InstallCommand.Define(this));
        root.Add(InstallCommand.DefineUninstall(this));
        root.Add(DoctorCommand.Define(this));
        root.Add(KernelCommand.Define(this));
        var one = new Command(NotebookProcess.Command) { Hidden = true };
        one.SetAction((_, _) => NotebookHost.Run());
        root.Add(one);
        var probe = new Command(PrecompiledCompiler.ProbeCommand) { Hidden = true };
        probe.SetAction((_, _) => KernelCommand.Probe());
        root.Add(probe);
        return root;
    }

    /// <summary>Where the progress of long work is shown.</summary>
    public ProgressLine Progress() => new(error, isTerminal: error == Console.Error && !Console.IsErrorRedirected);

    /// <summary>A line for each cell that failed.</summary>
    public void ReportFailures(string path, Notebook notebook, Outcome outcome)
    {
        foreach (var (cell, reason) in outcome.Failures)
        {
            error.WriteLine(new Problem($"cell {Executor.Ordinal(notebook, cell)}", reason).Line(Course.Repository.Shown(path)));
        }
    }

    public Repository Repository() => Course.Repository.Containing(folder);

    public string FullPath(string path) => Path.GetFullPath(path, folder);

    /// <summary>The notebooks named, each read; without names all of the course.</summary>
    public IReadOnlyList<(string Path, Notebook Notebook)> Open(IReadOnlyList<string> names, Repository repository)
    {
        IReadOnlyList<string> paths = names.Count == 0 ? repository.AllNotebooks() : [.. names.Select(FullPath).Distinct()];
        return paths.Count == 0
            ? throw new Failure(ExitCode.BadInput, $"{repository.Notebooks} holds no notebooks.")
            : [.. paths.Select(p => (p, Read(p)))];
    }

    private static Notebook Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new Failure(ExitCode.BadInput, $"{path} is a folder. Name the notebooks in it, such as {Path.Combine(path, "*.ipynb")}");
        }

        if (!File.Exists(path))
        {
            throw new Failure(ExitCode.BadInput, $"{path} does not exist.");
        }

        try
        {
            return Notebook.Read(path);
        }
        catch (NotebookFormatException e)
        {
            throw new Failure(ExitCode.BadInput, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Environment, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
