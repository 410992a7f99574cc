using System.Security.Cryptography;
using DeepNotebooks.Jupyter.Documents;

namespace Course.Site;

/// <summary>Writes the site: a contents page, a page per notebook, and everything they show, from this host alone.</summary>
internal static class SiteBuilder
{
    /// <summary>By this file a folder is known to be a site of ours, which may be replaced.</summary>
    private static readonly string Mark = Path.Combine("assets", "site.css");

    /// <summary>Builds into <paramref name="folder"/>; the site that was there is replaced when the new one is whole.</summary>
    public static void Build(
        Curriculum curriculum, IReadOnlyList<(string Path, Notebook Notebook)> notebooks, NpmAssets assets, string folder, Action<string> warn)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Refuse(folder);
        var fresh = folder + ".new";
        try
        {
            Remove(fresh);
            Directory.CreateDirectory(fresh);
            var version = CopyAssets(assets, Path.Combine(fresh, "assets"));
            SiteChapter[] chapters =
                [.. notebooks.Select(n => new SiteChapter(Path.GetFileNameWithoutExtension(n.Path), n.Notebook, curriculum.ChapterOf(n.Path)))];
            for (int i = 0; i < chapters.Length; i++)
            {
                var page = ChapterPage.Html(
                    chapters[i], chapters.ElementAtOrDefault(i - 1), chapters.ElementAtOrDefault(i + 1), assets, fresh, version, warn);
                File.WriteAllText(Path.Combine(fresh, chapters[i].Name + ".html"), page);
                Directory.CreateDirectory(Path.Combine(fresh, "notebooks"));
                File.WriteAllText(Path.Combine(fresh, "notebooks", chapters[i].Name + ".ipynb"), chapters[i].Notebook.ToJson());
            }

            File.WriteAllText(Path.Combine(fresh, "index.html"), ContentsPage.Html(curriculum, chapters, assets, version));
            Remove(folder);
            Directory.Move(fresh, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Environment, $"The site cannot be written to {folder}: {e.Message}", e);
        }
    }

    /// <summary>Fails when the folder holds something else than a site of ours, which building would delete.</summary>
    public static void Refuse(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, Mark)))
        {
            throw new Failure(ExitCode.BadInput, $"{folder} holds files that are no site of this course. Name an empty folder or a new one.");
        }
    }

    /// <summary>Copies what the pages load and returns a short hash of it, so that browsers never mix two versions.</summary>
    private static string CopyAssets(NpmAssets assets, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, "katex", "fonts"));
        List<(string From, string To)> files =
            [.. ((string[])["site.css", "site.js", "theme.js", "icon.svg"]).Select(n => (Path.Combine(NpmAssets.Own, n), n))];
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
