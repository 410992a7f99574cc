using Course.Execution;
using DeepNotebooks.Jupyter.Documents;

namespace Course.Site;

/// <summary>
/// The site of this repository's notebooks: of each the executed copy if it is up to date, else the outputs that it holds, until it
/// has been executed, before the site is built or while it is read.
/// </summary>
internal sealed class CourseSite
{
    private readonly CommandLine _line;
    private readonly string _folder;
    private readonly CancellationToken _cancel;
    private readonly Curriculum _curriculum;
    private readonly ExecutedNotebooks _executed;
    private readonly IReadOnlyList<(string Path, Notebook Notebook)> _opened;
    private readonly (string Path, Notebook Notebook)[] _shown;
    private readonly ProgressLine _progress;
    private readonly Task<NpmAssets> _assets;
    private SiteBuilder? _builder;

    /// <summary>Reads what there is, and begins to fetch what the pages need.</summary>
    public CourseSite(CommandLine line, Repository repository, string folder, CancellationToken cancel)
    {
        SiteBuilder.Refuse(folder);
        (_line, _folder, _cancel) = (line, folder, cancel);
        _curriculum = Curriculum.Read(repository.CurriculumFile);
        _opened = line.Open([], repository);
        _progress = line.Progress();
        _progress.Now("Fetching what the pages need");
        _assets = Task.Run(() => NpmAssets.Install(repository.Packages, cancel), cancel);
        _executed = new ExecutedNotebooks(repository.Executed, repository.Library);
        _shown = [.. _opened.Select(n => (n.Path, _executed.Find(n.Path, n.Notebook) ?? n.Notebook))];
    }

    /// <summary>How many notebooks are shown with the outputs that they were stored with.</summary>
    public int Stale => Enumerable.Range(0, _opened.Count).Count(IsStale);

    /// <summary>Executes what is not up to date, one by one, and shows it on the site if that was built.</summary>
    /// <returns>How many failed.</returns>
    public async Task<int> Execute(TimeSpan cellLimit)
    {
        int failed = 0;
        var executor = new Executor(_progress, cellLimit, keepGoing: true, _cancel);
        for (int i = 0; i < _opened.Count; i++)
        {
            if (!IsStale(i))
            {
                continue;
            }

            var (path, notebook) = _opened[i];
            var outcome = await executor.Run(notebook, path);
            _line.ReportFailures(path, notebook, outcome);
            failed += outcome.Succeeded ? 0 : 1;
            if (outcome.Notebook is { } executed)
            {
                _shown[i] = (path, executed);
                if (outcome.Succeeded)
                {
                    _executed.Keep(path, notebook, executed);
                }

                _builder?.Replace(_shown, i);
            }
        }

        return failed;
    }

    /// <summary>Builds the site with what there is.</summary>
    public async Task Build()
    {
        var assets = await _assets;
        _progress.Clear();
        if (assets.Missing is not null)
        {
            _line.Error.WriteLine(assets.Missing);
        }

        _builder = new SiteBuilder(_curriculum, assets, _folder, _line.Error.WriteLine);
        _builder.Build(_shown);
        string pages = _shown.Length == 1 ? "1 page" : $"{_shown.Length} pages";
        _line.Output.WriteLine($"The site is in {Repository.Shown(_folder)}: contents and {pages}.");
    }

    private bool IsStale(int notebook) => _shown[notebook].Notebook == _opened[notebook].Notebook;
}
