using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>What the engine says about itself.</summary>
internal static class About
{
    /// <summary>What a cell may say besides C#, and what it does.</summary>
    public static readonly IReadOnlyList<(string Name, string Meaning)> Directives =
    [
        ("#r \"path.dll\"", "references an assembly, by a path from the notebook's folder"),
        ("#r \"project.csproj\"", "builds a project and references it"),
        ("#r \"nuget: Name, version\"", "references a package, restored by the SDK; without a version the newest"),
        ("#i \"nuget: source\"", "looks for packages also in this folder or at this address"),
        ("#load \"file.csx\"", "runs a file here"),
        ("#!import \"file\"", "runs a file here, or the code cells of a notebook"),
        ("#!time", "shows how long the cell took"),
        ("#!whos", "lists the variables with their types and values"),
        ("#!about", "says which versions run here"),
        ("#!lsmagic", "lists these lines"),
        ("#!help", "shows what a cell can say, beside the notebook"),
        ("#!csharp", "does nothing: all cells are C#"),
    ];

    /// <summary>The versions that matter when something goes wrong.</summary>
    public static IEnumerable<(string Name, string Value)> Versions =>
    [
        ("Engine", $"DeepNotebooks {typeof(About).Assembly.GetName().Version?.ToString(3)}"),
        ("Language", $"C# 14 (script), compiler {typeof(CSharpCompilation).Assembly.GetName().Version}"),
        ("Runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
        ("Machine", $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}"),
    ];

    /// <summary>What a cell can say, at some length.</summary>
    public static string Help => $"""
        A cell is C# 14 in its script form: statements and declarations in any order, using lines first. The value of its last
        expression is shown, unless it ends in a semicolon. Later cells see what it declares; await works anywhere.

        Lines that begin with #:
        {List(Directives)}

        Functions:
        {List([
            ("display(value)", "shows a value; the result's Update(other) shows another one in its place"),
            ("display(text, mimeType)", "shows text as what it is, such as \"text/html\""),
            ("HTML, SVG, Markdown, LaTeX, JSON", "make values of text that are shown as such"),
            ("ClearOutput(wait)", "removes what the cell has put out"),
            ("Input(prompt), Password(prompt)", "ask for a line; so does Console.ReadLine()"),
        ])}

        There are no namespaces in cells, no extension methods inside of classes, and no variables of type Span.
        """;

    /// <summary>Two columns of text.</summary>
    public static string List(IEnumerable<(string Name, string Text)> lines)
    {
        var all = lines.ToList();
        int width = all.Max(l => l.Name.Length);
        return string.Join('\n', all.Select(l => $"  {l.Name.PadRight(width)}  {l.Text}"));
    }
}
