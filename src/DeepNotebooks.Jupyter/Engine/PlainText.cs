using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Values as text, the same on every machine: numbers with a point, dates as ISO 8601, long lists cut with their count.</summary>
internal static class PlainText
{
    private const int MaxItems = 100;
    private const int MaxDepth = 4;
    private const int MaxCell = 80;

    /// <summary>A value shown by itself: strings as they are, numbers with all their digits.</summary>
    public static string Of(object? value) => value as string ?? Of(value, 0);

    /// <summary>A value shown in a table: one short line.</summary>
    public static string InTable(object? value)
    {
        string text = (value as string ?? Of(value, 1)).ReplaceLineEndings("\n");
        int end = text.IndexOf('\n');
        end = Math.Min(end < 0 ? text.Length : end, MaxCell);
        return end == text.Length ? text : text[..end] + "…";
    }

    /// <summary>
    /// The first items of a lazy sequence, which may be costly, endless, or give other items the second time; other values as they are.
    /// </summary>
    public static object? RunThrough(object? value)
    {
        if (value is not IEnumerable lazy || HasText(value.GetType()) || Count(lazy) is not null)
        {
            return value;
        }

        var items = lazy.Cast<object?>().Take(MaxItems + 1).ToList();
        return items.Count <= MaxItems ? items : items.Where(_ => true); // Of the latter nobody knows the count.
    }

    /// <summary>Whether the value is a number.</summary>
    public static bool IsNumber(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong or nint or nuint
        or Int128 or UInt128 or Half or float or double or decimal or System.Numerics.BigInteger;

    /// <summary>Whether the type has a text of its own, so that its properties need not be listed.</summary>
    public static bool HasText(Type type)
    {
        var declarer = type.GetMethod("ToString", BindingFlags.Instance | BindingFlags.Public, [])?.DeclaringType;
        return type.IsPrimitive || type.IsEnum || typeof(IFormattable).IsAssignableFrom(type)
            || (declarer != typeof(object) && declarer != typeof(ValueType));
    }

    /// <summary>An object's public properties and fields, with a getter's exception in place of its value.</summary>
    public static IEnumerable<(string Name, Func<object, object?> Get)> Members(Type type) => type
        .GetMembers(BindingFlags.Instance | BindingFlags.Public)
        .Where(m => m is FieldInfo
            || (m is PropertyInfo { CanRead: true, PropertyType.IsByRefLike: false } p && p.GetIndexParameters().Length == 0))
        .Where(m => m.Name != "EqualityContract")
        .DistinctBy(m => m.Name)
        .Select(m => (m.Name, (Func<object, object?>)(o => Get(m, o))));

    /// <summary>A dictionary's entries; cast to a plain sequence it would give pairs of another type.</summary>
    public static IEnumerable<DictionaryEntry> Entries(IDictionary dictionary)
    {
        var entries = dictionary.GetEnumerator();
        while (entries.MoveNext())
        {
            yield return entries.Entry;
        }
    }

    private static object? Get(MemberInfo member, object owner)
    {
        try
        {
            return member is PropertyInfo property
                ? property.GetValue(owner, BindingFlags.DoNotWrapExceptions, null, null, null)
                : ((FieldInfo)member).GetValue(owner);
        }
        catch (Exception e) when (e is not (CellStoppedException or ThreadInterruptedException))
        {
            return $"({TypeName.Of(e.GetType())}: {e.Message})";
        }
    }

    private static string Of(object? value, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return value switch
        {
            null => "null",
            string s => $"\"{s}\"",
            char c => depth == 0 ? c.ToString() : $"'{c}'",
            double d => d.ToString(depth == 0 ? "R" : "G6", CultureInfo.InvariantCulture),
            float f => f.ToString(depth == 0 ? "R" : "G6", CultureInfo.InvariantCulture),
            DateTime { TimeOfDay.Ticks: 0 } t => t.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime t => t.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
            DateTimeOffset t => t.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
            DateOnly or TimeOnly => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
            Type t => TypeName.Of(t, withNamespace: true),
            Delegate d => TypeName.Of(d.GetType()),
            Task t => $"{TypeName.Of(t.GetType())}: {t.Status}",
            _ when TypeFormats.Of(value.GetType()) is { Count: > 0 } formats =>
                formats.FirstOrDefault(f => f.MimeType == "text/plain")?.Write(value) ?? TypeName.Of(value.GetType()),
            ITuple t => "(" + string.Join(", ", Enumerable.Range(0, t.Length).Select(i => Of(t[i], depth + 1))) + ")",
            Enum => value.ToString()!,
            IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
            _ when depth > MaxDepth => "…",
            IDictionary d => "{ " + List(Entries(d).Select(e => $"{Of(e.Key, depth + 1)}: {Of(e.Value, depth + 1)}"), d.Count) + " }",
            IEnumerable e when !HasText(value.GetType()) || value is Array =>
                "[" + List(e.Cast<object?>().Select(x => Of(x, depth + 1)), Count(e)) + "]",
            _ when HasText(value.GetType()) => Text(value),
            _ => Object(value, depth),
        };
    }

    private static string Text(object value)
    {
        try
        {
            return value.ToString() ?? "";
        }
        catch (Exception e) when (e is not (CellStoppedException or ThreadInterruptedException))
        {
            return $"({TypeName.Of(value.GetType())}.ToString failed: {TypeName.Of(e.GetType())}: {e.Message})";
        }
    }

    private static string Object(object value, int depth)
    {
        var members = Members(value.GetType()).Select(m => $"{m.Name} = {Of(m.Get(value), depth + 1)}").ToList();
        return members.Count == 0 ? TypeName.Of(value.GetType()) : $"{TypeName.Of(value.GetType())} {{ {string.Join(", ", members)} }}";
    }

    private static string List(IEnumerable<string> items, int? count)
    {
        var shown = items.Take(MaxItems + 1).ToList();
        if (shown.Count <= MaxItems)
        {
            return string.Join(", ", shown);
        }

        shown[MaxItems] = count is { } n ? $"… {n - MaxItems} more" : "… and more";
        return string.Join(", ", shown);
    }

    /// <summary>How many items a sequence has, if it knows without being run through.</summary>
    public static int? Count(IEnumerable items) => items switch
    {
        ICollection c => c.Count,
        _ when items.GetType().GetInterfaces().FirstOrDefault(i => i.IsGenericType
            && i.GetGenericTypeDefinition() is var d && (d == typeof(IReadOnlyCollection<>) || d == typeof(ICollection<>))) is { } type =>
            (int?)type.GetProperty("Count")!.GetValue(items),
        _ => null,
    };
}
