namespace Course.Checks;

/// <summary>Something that must be mended before a notebook is right.</summary>
/// <param name="Place">Where: a cell, a section, an exercise; null for the whole notebook.</param>
/// <param name="Reason">What is wrong.</param>
internal sealed record Problem(string? Place, string Reason)
{
    /// <summary>A line for the reader; whatever the reason holds, it stays one line.</summary>
    public string Line(string notebook) =>
        $"{notebook}: {(Place is null ? "" : Place + ": ")}{string.Join(' ', Reason.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}";
}
