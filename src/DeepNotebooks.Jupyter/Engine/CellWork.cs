using System.Globalization;
using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>A directive that cannot be carried out.</summary>
internal sealed class DirectiveException(string place, string message) : Exception(message)
{
    public string Place => place;
}

/// <summary>What the thread of a cell does: directives and code in order, then the last value shown.</summary>
internal sealed class CellWork(Session session, Submissions submissions, CellRun run, string name, string source)
{
    private const int MaxDepth = 32;

    public bool IsTimed { get; private set; }

    /// <summary>Runs the cell on the calling thread.</summary>
    /// <returns>What ended it, or null.</returns>
    public Exception? Run()
    {
        CellRun.Current = run;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        try
        {
            Execute(source, name, session.WorkingDirectory, isCell: true, depth: 0);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Execute(string text, string place, string folder, bool isCell, int depth)
    {
        session.Tracebacks.Remember(place, text);
        var cell = CellSource.Parse(text);
        IsTimed |= isCell && cell.IsTimed;
        for (int i = 0; i < cell.Parts.Count; i++)
        {
            run.ThrowIfStopped();
            if (cell.Parts[i] is Directive directive)
            {
                Obey(directive, place, folder, depth);
            }
            else
            {
                Execute((string)cell.Parts[i], place, isLast: isCell && i == cell.Parts.Count - 1);
            }
        }
    }

    private void Execute(string code, string place, bool isLast)
    {
        // A thread that is interrupted within the compiler leaves there work half done, for which later cells would wait for ever.
        var (start, hasValue) = run.Uninterrupted(() => submissions.Add(code, place, run.Stopping));
        var task = start();
        if (!task.IsCompleted)
        {
            // What waits without end is left waiting: nobody can wake it.
            Task.WaitAny(task, run.Stopped);
            if (!task.IsCompleted)
            {
                Task.WaitAny([task], millisecondsTimeout: 100);
            }

            if (!task.IsCompleted)
            {
                run.Abandoned = task;
                throw new CellStoppedException();
            }
        }

        object? value = task.GetAwaiter().GetResult();
        if (isLast && value is not DisplayHandle && (value is not null || run.Uninterrupted(hasValue)))
        {
            run.Outputs.Result(Bundle.Of(value), session.ExecutionCount);
        }
    }

    private void Obey(Directive directive, string place, string folder, int depth)
    {
        DirectiveException Wrong(string message) => new($"{place}, line {directive.Line}", $"{directive.Text}: {message}");
        string path = Path.GetFullPath(Path.Combine(folder, directive.Argument));
        switch (directive.Name)
        {
            case "#!time" or "#!csharp" or "#!c#" or "#!C#":
                break;
            case "#r" when Nuget(directive.Argument) is { } package:
                Package(package, Wrong);
                break;
            case "#i" when Nuget(directive.Argument) is { Length: > 0 } source:
                Try(() => session.Packages.AddSource(source), Wrong);
                break;
            case "#i":
                throw Wrong("a source of packages is missing: #i \"nuget: address or folder\".");
            case "#r" when path.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) && File.Exists(path):
                Reference(Built(path, Wrong), directive.Argument, Wrong);
                break;
            case "#r" when directive.Argument.Length > 0:
                Reference(path, directive.Argument, Wrong);
                break;
            case "#load" or "#!import" when directive.Argument.Length > 0:
                if (depth == MaxDepth)
                {
                    throw Wrong($"files load one another {MaxDepth} deep, probably in a circle.");
                }

                if (!File.Exists(path))
                {
                    throw Wrong($"there is no file {Shown(path)}.");
                }

                Import(path, depth);
                break;
            case "#!whos":
                run.Display(Bundle.Of(submissions.Variables.Select(v => new { v.Name, Type = TypeName.Of(v.Type), v.Value }).ToList()));
                break;
            case "#!about":
                run.Display(Text(About.List(About.Versions)));
                break;
            case "#!lsmagic":
                run.Display(Text(About.List(About.Directives)));
                break;
            case "#!help":
                run.Outputs.Page(Text(About.Help));
                break;
            case "#r" or "#load" or "#!import":
                throw Wrong($"a path is missing: {directive.Name} \"path\".");
            default:
                throw Wrong($"this engine does not know {directive.Name}. It knows {Known}.");
        }
    }

    private static string? Nuget(string argument) =>
        argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase) ? argument["nuget:".Length..].Trim() : null;

    private void Package(string package, Func<string, DirectiveException> wrong)
    {
        string[] parts = package.Split(',', 2, StringSplitOptions.TrimEntries);
        if (parts[0].Length == 0)
        {
            throw wrong("a package is missing: #r \"nuget: Name, version\".");
        }

        Try(() =>
        {
            if (session.Packages.Add(parts[0], parts is [_, { Length: > 0 } version] ? version : null, run) is { } files)
            {
                submissions.Reference(files);
            }
        }, wrong);
    }

    private static void Try(Action action, Func<string, DirectiveException> wrong)
    {
        try
        {
            action();
        }
        catch (PackageException e)
        {
            throw wrong(e.Message);
        }
    }

    private string Built(string project, Func<string, DirectiveException> wrong)
    {
        var (exitCode, output) = Sdk.Run(Path.GetDirectoryName(project)!, run,
            "build", project, "-t:Build", "-getProperty:TargetPath", "-c", "Release", "-v:q", "-nologo", "-nodeReuse:false",
            "-p:CopyLocalLockFileAssemblies=true", "-p:UseSharedCompilation=false");
        string path = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return exitCode == 0 && File.Exists(path)
            ? path
            : throw wrong($"the project {Shown(project)} does not build.\n  {string.Join("\n  ", Sdk.Errors(output).Take(10))}");
    }

    private void Reference(string path, string argument, Func<string, DirectiveException> wrong)
    {
        if (!File.Exists(path))
        {
            // As with csi, the name of an assembly of the framework; all of them are referenced already.
            if (!argument.Contains('/') && !argument.Contains('\\') && SessionAssemblies.IsFramework(argument))
            {
                return;
            }

            throw wrong($"there is no file {Shown(path)}. If it is built from source, build it first.");
        }

        try
        {
            submissions.Reference(path);
        }
        catch (BadImageFormatException)
        {
            throw wrong("the file is not a .NET assembly.");
        }
    }

    private void Import(string path, int depth)
    {
        string place = Shown(path);
        string folder = Path.GetDirectoryName(path)!;
        if (!path.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase))
        {
            Execute(File.ReadAllText(path), place, folder, isCell: false, depth + 1);
            return;
        }

        int number = 0;
        foreach (var cell in Notebook.Read(path).Cells.Where(c => c.Kind == CellKind.Code))
        {
            Execute(cell.Source, $"{place}, cell {++number}", folder, isCell: false, depth + 1);
        }
    }

    private static string Known => string.Join(", ", About.Directives.Select(d => d.Name));

    private static Bundle Text(string text) => Bundle.Of(new RichText("text/plain", text));

    private string Shown(string path) => Path.GetRelativePath(session.WorkingDirectory, path).Replace('\\', '/');
}
