using Microsoft.CodeAnalysis;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>What C# allows in files but not in cells, and what to do instead.</summary>
internal static class ScriptLimits
{
    /// <summary>A remedy for an error that comes of the script form; null for others.</summary>
    public static string? Remedy(Diagnostic error) => error.Id switch
    {
        "CS7021" => "Cells have no namespaces: declare the types by themselves.",
        "CS1106" or "CS1109" =>
            "In a cell an extension method stands by itself, not in a class: static int Twice(this int x) => 2 * x;",
        "CS9283" =>
            "Cells cannot declare extension blocks, since their types are nested in the cell's own. Write a static method with this before its "
            + "first parameter, or put the block into a project and reference that: #r \"path/to/project.csproj\".",
        "CS8345" or "CS8352" or "CS4012" or "CS9202" =>
            "A cell's variables are fields, and a Span cannot be one. Use an array or Memory<T>, or put the code into a function or braces { }.",
        "CS0029" or "CS0266" or "CS1503" when IsOfTwoCells(error.GetMessage(null)) =>
            "The type was declared anew in a later cell: values made before are of the former type. Run the cells that make them again.",
        _ => null,
    };

    // … 'Point' to 'Point': the compiler sees two types, the reader one name.
    private static bool IsOfTwoCells(string message)
    {
        string[] quoted = [.. message.Split('\'').Where((_, i) => i % 2 == 1)
            .Select(t => t.Split(' ')[0]).Select(t => t[(t.LastIndexOf('.') + 1)..])];
        return quoted.Length == 2 && quoted[0] == quoted[1];
    }
}
