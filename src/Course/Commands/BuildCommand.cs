using System.CommandLine;
using Course.Site;

namespace Course.Commands;

/// <summary><c>course build</c>: the site as files.</summary>
internal static class BuildCommand
{
    public static Command Define(CommandLine line)
    {
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The folder for the site; artifacts/site when not given.",
            HelpName = "folder",
        };
        var stored = Options.Stored();
        var timeout = Options.Timeout();
        var command = new CourseCommand("build", "Builds the site of the course as files.", """
            Notebooks that changed since they were last executed, or whose library changed, are executed first, into
            artifacts/executed; the notebooks' own files are left alone. Formulas and interactive charts need KaTeX and
            plotly.js from npm, which are fetched once; without npm the pages show TeX source and pictures, and say so.
            """)
        {
            output, stored, timeout,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var repository = line.Repository();
            var folder = parsed.GetValue(output) is { } name ? line.FullPath(name) : repository.Site;
            var site = new CourseSite(line, repository, folder, cancel);
            int failed = parsed.GetValue(stored) ? 0 : await site.Execute(TimeSpan.FromSeconds(parsed.GetValue(timeout)));
            await site.Build();
            return failed == 0 ? ExitCode.Fine : ExitCode.NotebookFailed;
        });
        return command;
    }
}
