using System.Diagnostics;
using System.Reflection;
using DeepNotebooks.Jupyter.Documents;
using Microsoft.CodeAnalysis;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// Turns what ended a cell into an error output. It names cells, lines and the library's functions; frames of this engine, of the
/// compiler's making and of the machinery of tasks are left out, and so is everything that belongs to one machine.
/// </summary>
internal sealed class Traceback(IReadOnlySet<Assembly> compiled)
{
    private const int MaxErrors = 10;
    private const int MaxFrames = 12;

    private readonly Dictionary<string, string[]> _sources = [];

    /// <summary>Keeps a text's lines, to quote them.</summary>
    public void Remember(string place, string text) => _sources[place] = text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>The error output of an exception or of compile errors.</summary>
    public Output Error(Exception error) => error switch
    {
        CompileErrorException e => Compile(e.Errors),
        DirectiveException e => Output.Error("DirectiveError", e.Message, [$"{e.Place}: {e.Message}"]),
        _ => Output.Error(TypeName.Of(error.GetType(), withNamespace: true), error.Message, Lines(error)),
    };

    /// <summary>The error output of a cell that was stopped, with the place where it was, if known.</summary>
    public Output Stopped(string name, string message, Exception? error) =>
        Output.Error(name, message, [message, .. error is null or CompileErrorException ? [] : Frames(error)]);

    private Output Compile(IReadOnlyList<Diagnostic> errors)
    {
        var lines = new List<string>();
        foreach (var error in errors.Take(MaxErrors))
        {
            var span = error.Location.GetLineSpan();
            int line = span.StartLinePosition.Line;
            lines.Add($"{span.Path}, line {line + 1}: error {error.Id}: {error.GetMessage(null)}");
            if (Line(span.Path, line) is { Length: > 0 } text)
            {
                int start = Math.Min(span.StartLinePosition.Character, text.Length);
                int end = span.EndLinePosition.Line == line ? span.EndLinePosition.Character : text.Length;
                string indent = string.Concat(text[..start].Select(c => c == '\t' ? '\t' : ' '));
                lines.Add("    " + text);
                lines.Add("    " + indent + "^" + new string('~', Math.Max(0, end - start - 1)));
            }
        }

        lines.AddRange(errors.Take(MaxErrors).Select(ScriptLimits.Remedy).OfType<string>().Distinct());
        if (errors.Count > MaxErrors)
        {
            lines.Add($"… and {errors.Count - MaxErrors} more errors");
        }

        string more = errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "";
        return Output.Error(errors[0].Id, errors[0].GetMessage(null) + more, lines);
    }

    private List<string> Lines(Exception error)
    {
        var lines = new List<string>();
        string lead = "";
        for (Exception? e = error; e is not null; e = e.InnerException)
        {
            lines.AddRange((lead + TypeName.Of(e.GetType(), withNamespace: true) + ": " + e.Message).ReplaceLineEndings("\n").Split('\n'));
            lines.AddRange(Frames(e));
            lead = "caused by ";
        }

        return lines;
    }

    private List<string> Frames(Exception error)
    {
        var frames = new StackTrace(error, fNeedFileInfo: true).GetFrames();

        // Below the cell's first frame stands what called it.
        int last = Array.FindLastIndex(frames, f => f.GetMethod() is { } m && compiled.Contains(m.Module.Assembly));
        var lines = new List<string>();
        foreach (var frame in last < 0 ? frames : frames[..(last + 1)])
        {
            if (frame.GetMethod() is { } method && !IsMachinery(method))
            {
                string? place = compiled.Contains(method.Module.Assembly) ? Place(frame) : null;
                string? function = FunctionName(method);
                lines.Add("   at " + (place is null ? function : function is null ? place : $"{function} in {place}"));
            }
        }

        int cut = lines.Count - (2 * MaxFrames);
        return cut <= 1 ? lines : [.. lines[..MaxFrames], $"   … {cut} more frames …", .. lines[^MaxFrames..]];
    }

    private string? Place(StackFrame frame)
    {
        if (frame.GetFileName() is not { Length: > 0 } file)
        {
            return null;
        }

        int line = frame.GetFileLineNumber();
        string text = Line(file, line - 1)?.Trim() ?? "";
        return text.Length == 0 ? $"{file}, line {line}" : $"{file}, line {line}: {text}";
    }

    private string? Line(string place, int line) =>
        _sources.TryGetValue(place, out var lines) && line >= 0 && line < lines.Length ? lines[line] : null;

    private static bool IsMachinery(MethodBase method)
    {
        string space = method.DeclaringType?.Namespace ?? "";
        return method.Name is "<Factory>" or "<Main>"
            || method.Module.Assembly == typeof(Traceback).Assembly
            || method.Module.Assembly.GetName().Name!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
            || method.IsDefined(typeof(StackTraceHiddenAttribute), false)
            || (method.DeclaringType?.IsDefined(typeof(StackTraceHiddenAttribute), false) ?? false)
            || space is "System.Runtime.CompilerServices" or "System.Runtime.ExceptionServices"
            || space is "System.Threading" or "System.Threading.Tasks"
            || space.StartsWith("System.Reflection", StringComparison.Ordinal);
    }

    // Of a function's name as compiled, the name as written; null for a cell's own code.
    private static string? FunctionName(MethodBase method)
    {
        string name = method.Name;
        var type = method.DeclaringType;
        if (name == "MoveNext" && type is { IsNested: true } && type.Name.StartsWith('<'))
        {
            (name, type) = (type.Name, type.DeclaringType);
        }

        while (type is { IsNested: true } && type.Name.StartsWith('<'))
        {
            type = type.DeclaringType;
        }

        int local = name.IndexOf(">g__", StringComparison.Ordinal);
        if (local >= 0)
        {
            name = name[(local + 4)..name.IndexOf('|', local)];
        }
        else if (name.Contains(">b__", StringComparison.Ordinal))
        {
            name = "lambda";
        }
        else if (name.StartsWith("<<Initialize>>", StringComparison.Ordinal) || name == "<Initialize>")
        {
            return null;
        }
        else if (name.StartsWith('<') && name.IndexOf('>') is var end and > 1)
        {
            name = name[1..end];
        }

        var owner = type is null || TypeName.IsSubmission(type) ? "" : TypeName.Of(type, withNamespace: true);
        return name is ".ctor" or ".cctor" ? (owner.Length == 0 ? null : "new " + owner) : owner.Length == 0 ? name : owner + "." + name;
    }
}
