namespace Course;

/// <summary>Where the course's files are, seen from any folder inside it.</summary>
internal sealed class Repository(string root)
{
    public string Root { get; } = root;
    public string Notebooks => Path.Combine(Root, "notebooks");
    public string CurriculumFile => Path.Combine(Notebooks, "curriculum.json");
    public string Library => Path.Combine(Root, "artifacts", "library");
    public string Executed => Path.Combine(Root, "artifacts", "executed");
    public string Packages => Path.Combine(Root, "artifacts", "npm");
    public string Site => Path.Combine(Root, "artifacts", "site");

    /// <summary>The repository that holds the given folder.</summary>
    public static Repository Containing(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "notebooks", "curriculum.json")))
            {
                return new Repository(at.FullName);
            }
        }

        throw new Failure(ExitCode.BadInput,
            $"{folder} is not inside the course: no folder above it holds notebooks/curriculum.json. Change to the repository first.");
    }

    /// <summary>All notebooks of the course, in reading order.</summary>
    public IReadOnlyList<string> AllNotebooks() =>
        [.. Directory.EnumerateFiles(Notebooks, "*.ipynb").Order(StringComparer.Ordinal)];

    /// <summary>A path as the user would write it: relative to the working folder when it lies below.</summary>
    public static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
