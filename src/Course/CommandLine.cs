using System.CommandLine;
using System.CommandLine.Help;
using Course.Checks;
using Course.Commands;
using Course.Execution;
using Course.Kernels;
using Course.Site;
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

    public async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancel = default)
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
            int code = await parsed.InvokeAsync(streams, cancel);
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
            "DeepNotebooks, a deep-learning course that runs. Without a command it builds the site, serves it on this machine until Ctrl+C, " +
            "and meanwhile runs the notebooks that are not up to date: each page is replaced when its notebook has run.");
        var (port, timeout, stored) = (Options.Port(), Options.Timeout(), Options.Stored());
        root.Add(port);
        root.Add(timeout);
        root.Add(stored);
        root.SetAction(async (parsed, cancel) =>
        {
            var repository = Repository();
            var site = new CourseSite(this, repository, repository.Site, cancel);
            await site.Build();
            int failed = 0;
            await ServeCommand.Serve(this, repository.Site, parsed.GetValue(port), cancel, meanwhile: async () =>
            {
                if (site.Stale > 0 && !parsed.GetValue(stored))
                {
                    output.WriteLine($"{(site.Stale == 1 ? "1 notebook runs" : $"{site.Stale} notebooks run")} meanwhile on this machine; "
                        + "a page shows stored outputs until its own has run. Reload it then.");
                    failed = await site.Execute(TimeSpan.FromSeconds(parsed.GetValue(timeout)));
                    output.WriteLine(failed == 0 ? "All pages show what ran here." : $"{failed} of the notebooks failed.");
                }
            });
            return failed == 0 ? ExitCode.Fine : ExitCode.NotebookFailed;
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
