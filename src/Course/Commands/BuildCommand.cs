using System.CommandLine;
using Course.Execution;
using Course.Site;
using DeepNotebooks.Jupyter.Documents;

namespace Course.Commands;

/// <summary><c>course build</c>: the site as files.</summary>
internal static class BuildCommand
{
    public static Command Define(CommandLine line)
    {
        var output = new Option<string?>("--output", "-o") { Description = "The folder for the site; artifacts/site when not given.", HelpName = "folder" };
        var stored = new Option<bool>("--stored", "-s") { Description = "Run nothing: show the outputs that the notebooks hold." };
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
            return await Build(line, repository, folder, parsed.GetValue(stored), TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancel);
        });
        return command;
    }

    /// <summary>Runs what is not up to date and builds the site, whatever failed; says by its exit code whether something did.</summary>
    public static async Task<int> Build(
        CommandLine line, Repository repository, string folder, bool stored, TimeSpan timeout, CancellationToken cancel)
    {
        SiteBuilder.Refuse(folder);
        var curriculum = Curriculum.Read(repository.CurriculumFile);
        var opened = line.Open([], repository);
        var progress = line.Progress();
        progress.Now("Fetching what the pages need");
        var installing = Task.Run(() => NpmAssets.Install(repository.Packages, cancel), cancel);
        var shown = new List<(string, Notebook)>();
        int failed = 0;
        var executed = new ExecutedNotebooks(repository.Executed, repository.Library);
        var executor = new Executor(progress, timeout, keepGoing: true, cancel);
        foreach (var (path, notebook) in opened)
        {
            var show = stored ? notebook : executed.Find(path, notebook);
            if (show is null)
            {
                var outcome = await executor.Run(notebook, path);
                line.ReportFailures(path, notebook, outcome);
                failed += outcome.Succeeded ? 0 : 1;
                show = outcome.Notebook ?? notebook;
                if (outcome.Succeeded)
                {
                    executed.Keep(path, notebook, show);
                }
            }

            shown.Add((path, show));
        }

        var assets = await installing;
        progress.Clear();
        if (assets.Missing is not null)
        {
            line.Error.WriteLine(assets.Missing);
        }

        SiteBuilder.Build(curriculum, shown, assets, folder, line.Error.WriteLine);
        line.Output.WriteLine($"The site is in {Repository.Shown(folder)}: contents and {(shown.Count == 1 ? "1 page" : $"{shown.Count} pages")}.");
        return failed == 0 ? ExitCode.Fine : ExitCode.NotebookFailed;
    }
}
