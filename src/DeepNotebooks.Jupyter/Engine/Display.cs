using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>A value that a cell showed, to be shown anew in the same place.</summary>
public sealed class DisplayHandle
{
    private readonly CellRun _run;
    private readonly CellOutputs _outputs;
    private readonly string _id;

    internal DisplayHandle(CellRun run, CellOutputs outputs, string id) => (_run, _outputs, _id) = (run, outputs, id);

    /// <summary>Shows <paramref name="value"/> where the first one was shown.</summary>
    public void Update(object? value)
    {
        _run.ThrowIfStopped();
        _outputs.Update(Bundle.Of(value), _id);
    }
}

/// <summary>Text of a MIME type, shown as what it is.</summary>
public sealed class RichText(string mimeType, string text)
{
    /// <summary>The MIME type.</summary>
    public string MimeType => mimeType;

    /// <summary>The text.</summary>
    public string Text => text;

    /// <inheritdoc/>
    public override string ToString() => text;
}

/// <summary>What every cell can call by its bare name.</summary>
public static class CellFunctions
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        ReferenceHandler = ReferenceHandler.IgnoreCycles,
    };

    /// <summary>Shows a value now; the result can be updated.</summary>
    public static DisplayHandle display(object? value) => Run().Display(Bundle.Of(value));

    /// <summary>Shows text of a MIME type now; the result can be updated.</summary>
    public static DisplayHandle display(string text, string mimeType) => Run().Display(Bundle.Of(new RichText(mimeType, text)));

    /// <summary>Shows this value now; the result can be updated.</summary>
    public static DisplayHandle Display<T>(this T value) => display(value);

    /// <summary>Shows this text as the given MIME type; the result can be updated.</summary>
    public static DisplayHandle DisplayAs(this string text, string mimeType) => display(text, mimeType);

    /// <summary>Text shown as HTML.</summary>
    public static RichText HTML(string text) => new("text/html", text);

    /// <summary>Text shown as an SVG picture.</summary>
    public static RichText SVG(string text) => new("image/svg+xml", text);

    /// <summary>Text shown as Markdown.</summary>
    public static RichText Markdown(string text) => new("text/markdown", text);

    /// <summary>Text shown as mathematics: a bare formula, or LaTeX with its dollar signs or environment.</summary>
    public static RichText LaTeX(string text) =>
        new("text/latex", text.Contains('$') || text.Contains(@"\begin{") || text.Contains(@"\[") || text.Contains(@"\(") ? text : $"$${text}$$");

    /// <summary>Text shown as mathematics: a bare formula, or LaTeX with its dollar signs or environment.</summary>
    public static RichText Latex(string text) => LaTeX(text);

    /// <summary>JSON shown as a tree that can be unfolded, where the notebook's page has one.</summary>
    public static RichText JSON(string text) => new("application/json", text);

    /// <summary>A value shown as its JSON.</summary>
    public static RichText JSON(object value) => JSON(JsonSerializer.Serialize(value, s_json));

    /// <summary>Removes what the cell has put out so far; with <paramref name="wait"/> only when its next output comes.</summary>
    public static void ClearOutput(bool wait = false) => Run().Outputs.Clear(wait);

    /// <summary>Asks the reader of the notebook for a line.</summary>
    public static string Input(string prompt = "") => Run().Read(prompt, isPassword: false);

    /// <summary>Asks the reader of the notebook for a line that stays hidden while it is typed.</summary>
    public static string Password(string prompt = "Password: ") => Run().Read(prompt, isPassword: true);

    private static CellRun Run([CallerMemberName] string caller = "") =>
        CellRun.Current ?? throw new InvalidOperationException($"{caller}: called outside of a running cell, so there is nobody to see it.");
}
