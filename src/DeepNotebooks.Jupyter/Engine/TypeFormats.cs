using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// The formats that a library gives its own types, by the convention of .NET Interactive: an attribute named
/// <c>TypeFormatterSourceAttribute</c>, found by its name, so that no side references the other.
/// </summary>
internal static class TypeFormats
{
    private static readonly ConditionalWeakTable<Type, IReadOnlyList<Format>> s_known = [];

    /// <summary>One form of a type's values.</summary>
    /// <param name="MimeType">The form's MIME type.</param>
    /// <param name="Formatter">An object with a method <c>bool Format(object, TextWriter)</c>.</param>
    /// <param name="Method">That method.</param>
    public sealed record Format(string MimeType, object Formatter, MethodInfo Method)
    {
        /// <summary>The value in this form, or null if the formatter declines.</summary>
        public string? Write(object value)
        {
            var writer = new StringWriter { NewLine = "\n" };
            object? done = Method.Invoke(Formatter, BindingFlags.DoNotWrapExceptions, null, [value, writer], null);
            return done is true ? writer.ToString() : null;
        }
    }

    /// <summary>The formats of a type or of the nearest base that has any.</summary>
    public static IReadOnlyList<Format> Of(Type type) => s_known.GetValue(type, Find);

    private static List<Format> Find(Type type)
    {
        for (Type? t = type; t is not null; t = t.BaseType)
        {
            var attribute = t.GetCustomAttributes(inherit: false).FirstOrDefault(a => a.GetType().Name == "TypeFormatterSourceAttribute");
            if (attribute?.GetType().GetProperty("FormatterSourceType")?.GetValue(attribute) is Type source)
            {
                object? formatters = source.GetMethod("CreateTypeFormatters")?.Invoke(Activator.CreateInstance(source), []);
                return [.. (formatters as IEnumerable)?.Cast<object>().Select(ToFormat).OfType<Format>() ?? []];
            }
        }

        return [];
    }

    private static Format? ToFormat(object formatter) =>
        formatter.GetType().GetProperty("MimeType")?.GetValue(formatter) is string mime
        && formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)]) is { } method
            ? new Format(mime, formatter, method)
            : null;
}
