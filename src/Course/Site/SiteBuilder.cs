using System.Security.Cryptography;
using DeepNotebooks.Jupyter.Documents;

namespace Course.Site;

/// <summary>Writes the site: a contents page, a page per notebook, and everything they show, from this host alone.</summary>
/// <param name="curriculum">What the contents list.</param>
/// <param name="assets">What the pages take from npm.</param>
/// <param name="folder">Where the site goes.</param>
/// <param name="warn">Told of formulas that cannot be typeset.</param>
internal sealed class SiteBuilder(Curriculum curriculum, NpmAssets assets, string folder, Action<string> warn)
{
    /// <summary>By this file a folder is known to be a site of ours, which may be replaced.</summary>
    private static readonly string Mark = Path.Combine("assets", "site.css");

    private readonly string _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private string _version = "";

    /// <summary>Builds the site; the one that was there is replaced when the new one is whole.</summary>
    public void Build(IReadOnlyList<(string Path, Notebook Notebook)> notebooks)
    {
        Refuse(_folder);
        var fresh = _folder + ".new";
        Writing(() =>
        {
            Remove(fresh);
            Directory.CreateDirectory(Path.Combine(fresh, "notebooks"));
            _version = CopyAssets(assets, Path.Combine(fresh, "assets"));
            var chapters = Chapters(notebooks);
            for (int i = 0; i < chapters.Length; i++)
            {
                WriteChapter(chapters, i, fresh);
            }

            WriteContents(chapters, fresh);
            Remove(_folder);
            Directory.Move(fresh, _folder);
        });
    }

    /// <summary>Writes one page of the built site anew, and the contents, each file whole: readers may be at them.</summary>
    public void Replace(IReadOnlyList<(string Path, Notebook Notebook)> notebooks, int at) => Writing(() =>
    {
        var chapters = Chapters(notebooks);
        WriteChapter(chapters, at, _folder);
        WriteContents(chapters, _folder);
    });

    /// <summary>Fails when the folder holds something else than a site of ours, which building would delete.</summary>
    public static void Refuse(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, Mark)))
        {
            throw new Failure(ExitCode.BadInput, $"{folder} holds files that are no site of this course. Name an empty folder or a new one.");
        }
    }

    private SiteChapter[] Chapters(IReadOnlyList<(string Path, Notebook Notebook)> notebooks) =>
        [.. notebooks.Select(n => new SiteChapter(Path.GetFileNameWithoutExtension(n.Path), n.Notebook, curriculum.ChapterOf(n.Path)))];

    private void WriteChapter(SiteChapter[] chapters, int at, string to)
    {
        var chapter = chapters[at];
        var page = ChapterPage.Html(chapter, chapters.ElementAtOrDefault(at - 1), chapters.ElementAtOrDefault(at + 1), assets, to, _version, warn);
        Write(Path.Combine(to, chapter.Name + ".html"), page);
        Write(Path.Combine(to, "notebooks", chapter.Name + ".ipynb"), chapter.Notebook.ToJson());
    }

    private void WriteContents(SiteChapter[] chapters, string to) =>
        Write(Path.Combine(to, "index.html"), ContentsPage.Html(curriculum, chapters, assets, _version));

    private static void Write(string path, string text)
    {
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Environment, $"The site cannot be written to {_folder}: {e.Message}", e);
        }
    }

    /// <summary>Copies what the pages load and returns a short hash of it, so that browsers never mix two versions.</summary>
    private static string CopyAssets(NpmAssets assets, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, "katex", "fonts"));
        List<(string From, string To)> files =
            [.. ((string[])["site.css", "site.js", "narrow.js", "theme.js", "icon.svg"]).Select(n => (Path.Combine(NpmAssets.Own, n), n))];
        if (assets.Katex is { } katex)
        {
            var dist = Path.GetDirectoryName(katex)!;
            files.Add((Path.Combine(dist, "katex.min.css"), "katex/katex.min.css"));
            files.AddRange(Directory.EnumerateFiles(Path.Combine(dist, "fonts"), "*.woff2").Select(f => (f, "katex/fonts/" + Path.GetFileName(f))));
        }

        if (assets.Plotly is { } plotly)
        {
            files.Add((plotly, "plotly.min.js"));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (from, name) in files)
        {
            var content = File.ReadAllBytes(from);
            hash.AppendData(content);
            File.WriteAllBytes(Path.Combine(to, name), content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..8];
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
