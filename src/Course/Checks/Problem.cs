namespace Course.Checks;

/// <summary>Something that must be mended before a notebook is right.</summary>
/// <param name="Place">Where: a cell, a section, an exercise; null for the whole notebook.</param>
/// <param name="Reason">What is wrong.</param>
internal sealed record Problem(string? Place, string Reason)
{
    private const int Longest = 400;

    /// <summary>A line for the reader; however long the reason and over how many lines, it stays one that can be read.</summary>
    public string Line(string notebook)
    {
        var reason = string.Join(' ', Reason.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return $"{notebook}: {(Place is null ? "" : Place + ": ")}{(reason.Length <= Longest ? reason : reason[..Longest] + " …")}";
    }
}
