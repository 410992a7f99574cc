using System.CommandLine;
using System.Globalization;
using Course.Checks;
using Course.Execution;

namespace Course.Commands;

/// <summary><c>course check</c>: executes everything afresh and says what is wrong.</summary>
internal static class CheckCommand
{
    public static Command Define(CommandLine line)
    {
        var notebooks = Options.Notebooks();
        var timeout = Options.Timeout();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "A folder for the executed notebooks that are right; without it nothing is written.",
            HelpName = "folder",
        };
        var command = new CourseCommand("check", "Executes notebooks afresh, leaves them as they are, and says what is wrong with them.", """
            It finds, one line each: a cell that fails or takes too long; a claim that does not hold; a control that does not
            break its claim; a chart without a picture; stored outputs that differ in kind from the fresh ones; a question
            of the chapter without a section; a section without a claim; an exercise whose check passes the unsolved cell or
            fails the solution. Then a table of what each notebook holds.
            """)
        {
            notebooks, output, timeout,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var repository = line.Repository();
            var curriculum = Curriculum.Read(repository.CurriculumFile);
            var executor = new Executor(line.Progress(), TimeSpan.FromSeconds(parsed.GetValue(timeout)), keepGoing: true, cancel);
            var folder = parsed.GetValue(output) is { } name ? line.FullPath(name) : null;
            var executed = new ExecutedNotebooks(repository.Executed, repository.Library);
            var rows = new List<string[]>();
            int failed = 0;
            if (folder is not null)
            {
                RunCommand.Writable(folder);
            }

            foreach (var (path, stored) in line.Open(parsed.GetValue(notebooks)!, repository))
            {
                var solved = new Dictionary<string, int>();
                var (proving, origin) = Exercise.Proving(stored, solved);
                var outcome = await executor.Run(proving, path);
                var (problems, counts) = NotebookCheck.Of(stored, outcome, origin, solved, curriculum.ChapterOf(path));
                foreach (var problem in problems)
                {
                    line.Output.WriteLine(problem.Line(Repository.Shown(path)));
                }

                if (folder is not null && problems.Count == 0)
                {
                    var right = Exercise.WithoutProofs(outcome.Notebook!, origin);
                    RunCommand.Save(right, Path.Combine(folder, Path.GetFileName(path)));
                    if (Path.GetDirectoryName(path) == repository.Notebooks)
                    {
                        executed.Keep(path, stored, right);
                    }
                }

                failed += problems.Count > 0 ? 1 : 0;
                rows.Add([Path.GetFileNameWithoutExtension(path), $"{counts.Cells}", $"{counts.Claims}", $"{counts.Controls}", $"{counts.Charts}",
                    $"{counts.Exercises}", outcome.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), $"{problems.Count}"]);
            }

            line.Output.WriteLine();
            Table(line.Output, [["notebook", "cells", "claims", "controls", "charts", "exercises", "seconds", "problems"], .. rows]);
            line.Output.WriteLine();
            line.Output.WriteLine($"{rows.Count - failed} passed, {failed} failed");
            return failed == 0 ? ExitCode.Fine : ExitCode.NotebookFailed;
        });
        return command;
    }

    private static void Table(TextWriter to, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length))];
        foreach (var row in rows)
        {
            to.WriteLine(string.Join("  ", row.Select((text, c) => c == 0 ? text.PadRight(widths[c]) : text.PadLeft(widths[c]))));
        }
    }
}
