using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace DeepNotebooks.Course;

/// <summary>What the course shows on the archived .NET Interactive kernel by other ways than the formats of a type. The kernel is reached
/// by reflection, as nothing may reference its packages; where it is not the host, nothing here does anything.</summary>
internal static class DotNetInteractive
{
    // As in our own kernel's tables.
    private const int MaxRows = 20;
    private const int MaxCell = 80;

    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;

    /// <summary>Shows a value now and gives what replaces it; null where this kernel is not the host.</summary>
    public static Action<object>? Show(object value)
    {
        // KernelInvocationContext.Current.Display(value), then .Update(value) on what it returns; display(value) has an Update that misses.
        Assembly? kernel = Find("Microsoft.DotNet.Interactive");
        object? context = kernel?.GetType("Microsoft.DotNet.Interactive.KernelInvocationContext")?.GetProperty("Current")?.GetValue(null);
        MethodInfo? display = kernel?.GetType("Microsoft.DotNet.Interactive.KernelInvocationContextExtensions")?.GetMethods()
            .FirstOrDefault(m => m.Name == "Display" && m.GetParameters().Length == 3);
        if (context is null || display is null)
            return null;
        object? shown = display.Invoke(null, [context, value, Array.Empty<string>()]);
        MethodInfo? update = shown?.GetType().GetMethod("Update");
        return update is null ? null : next => update.Invoke(shown, [next]);
    }

    /// <summary>Has rows shown as a table, where the kernel lists objects to unfold, and the library's values as their text, where it lists
    /// their properties. Runs when the library is first used: a notebook has no other place that only one of its hosts sees.</summary>
#pragma warning disable CA2255 // meant for applications; here it spares the course's readers a call that they would have to understand
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register()
    {
        const string name = "Microsoft.DotNet.Interactive.Formatting";
        if (Find(name)?.GetType($"{name}.Formatter") is not { } formatter
            || formatter.Assembly.GetType($"{name}.FormatDelegate`1")?.MakeGenericType(typeof(object)) is not { } format
            || formatter.GetMethod("Register", [typeof(Type), format, typeof(string)]) is not { } register)
            return;
        Type contextType = format.GetMethod("Invoke")!.GetParameters()[1].ParameterType;
        object? usual = formatter.GetMethod("GetPreferredFormatterFor", [typeof(Type), typeof(string)])
            ?.Invoke(null, [typeof(IEnumerable), "text/html"]);
        if (usual?.GetType().GetMethod("Format", [typeof(object), contextType]) is not { } asUsual
            || contextType.GetProperty("Writer") is not { } writer)
            return;

        // A formatter of the reader's side that declines leaves nothing to show: what is no table goes to the kernel's own.
        Add(typeof(IEnumerable), "text/html", (value, context) => Html(value) is { } html
            ? Write(context, html)
            : (bool)asUsual.Invoke(usual, [value, context])!);
        foreach (Type type in typeof(Tensor).Assembly.GetExportedTypes().Where(HasTextAlone))
        {
            Add(type, "text/html", (value, context) => Write(context, $"<pre>{WebUtility.HtmlEncode($"{value}")}</pre>"));
            Add(type, "text/plain", (value, context) => Write(context, $"{value}"));
            formatter.GetMethod("SetPreferredMimeTypesFor")?.Invoke(null, [type, (string[])["text/html", "text/plain"]]);
        }

        void Add(Type type, string mimeType, Func<object, object, bool> write) =>
            register.Invoke(null, [type, Delegate.CreateDelegate(format, write.Target, write.Method), mimeType]);

        bool Write(object context, string text)
        {
            ((TextWriter)writer.GetValue(context)!).Write(text);
            return true;
        }
    }

    /// <summary>A sequence of anonymous objects, records or tuples, or a matrix, as HTML without scripts; null if it is none.</summary>
    internal static string? Html(object value)
    {
        string[] header;
        IEnumerable<IEnumerable<object?>> rows;
        if (value is Array { Rank: 2 } matrix)
        {
            (int width, header) = (matrix.GetLength(1), []);
            rows = matrix.Length == 0 ? [] : matrix.Cast<object?>().Chunk(width);
        }
        else if (value is IEnumerable items and not IDictionary && RowType(value.GetType()) is { } type)
        {
            PropertyInfo[] properties = [.. type.GetProperties(Members).Where(p => p.GetIndexParameters().Length == 0)];
            FieldInfo[] fields = type.GetFields(Members);
            header = [.. properties.Select(p => p.Name), .. fields.Select(f => f.Name)];
            rows = items.Cast<object?>().Select(row => row is null
                ? []
                : properties.Select(p => p.GetValue(row)).Concat(fields.Select(f => f.GetValue(row))));
        }
        else
        {
            return null;
        }

        var html = new StringBuilder("<table>");
        if (header.Length > 0)
            html.Append("<thead><tr>").AppendJoin("", header.Select(h => $"<th>{WebUtility.HtmlEncode(h)}</th>")).Append("</tr></thead>");
        html.Append("<tbody>");
        IEnumerable<object?>[] first = [.. rows.Take(MaxRows + 1)];
        foreach (IEnumerable<object?> row in first.Take(MaxRows))
            html.Append("<tr>").AppendJoin("", row.Select(Cell)).Append("</tr>");
        return html.Append("</tbody></table>").Append(first.Length > MaxRows ? $"<p>first {MaxRows} rows, more follow</p>" : "").ToString();
    }

    // Decided by the type alone: a sequence may be costly, or give other items the second time.
    private static Type? RowType(Type sequence) => sequence.GetInterfaces()
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>)).Select(i => i.GetGenericArguments()[0])
        .FirstOrDefault(type => !type.IsDefined(typeof(TypeFormatterSourceAttribute)) && !typeof(IEnumerable).IsAssignableFrom(type)
            && (typeof(ITuple).IsAssignableFrom(type) || type.GetMethod("<Clone>$") is not null
                || (type.Name.Contains("AnonymousType", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute)))));

    private static string Cell(object? value)
    {
        bool isNumber = value is sbyte or byte or short or ushort or int or uint or long or ulong or decimal or float or double;
        string text = Text(value), line = text.Split('\n')[0];
        if (line.Length > MaxCell)
            line = line[..MaxCell];
        return $"<td style=\"text-align:{(isNumber ? "right" : "left")}\">{WebUtility.HtmlEncode(line)}{(line == text ? "" : "…")}</td>";
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        float or double => ((IFormattable)value).ToString("G6", CultureInfo.InvariantCulture),
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Text(tuple[i])))})",
        Array array => $"[{string.Join(", ", array.Cast<object?>().Take(MaxRows).Select(Text))}{(array.Length > MaxRows ? ", …" : "")}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    // Not records, whose text is made by the compiler.
    private static bool HasTextAlone(Type type) => type is { IsAbstract: false, IsGenericTypeDefinition: false, IsEnum: false }
        && !type.IsDefined(typeof(TypeFormatterSourceAttribute)) && type.GetMethod("ToString", Type.EmptyTypes) is { } text
        && text.DeclaringType!.Assembly == type.Assembly && !text.IsDefined(typeof(CompilerGeneratedAttribute));

    private static Assembly? Find(string name) => AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(a => a.GetName().Name == name);
}
