using System.Runtime.CompilerServices;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Types named as one writes them in C#.</summary>
internal static class TypeName
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(char)] = "char",
        [typeof(decimal)] = "decimal",
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(object)] = "object",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(string)] = "string",
        [typeof(void)] = "void",
    };

    /// <summary>The type's name, with its namespace if asked; types declared in cells have none.</summary>
    public static string Of(Type type, bool withNamespace = false)
    {
        if (s_keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsArray)
        {
            return Of(type.GetElementType()!, withNamespace) + "[" + new string(',', type.GetArrayRank() - 1) + "]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying, withNamespace) + "?";
        }

        if (IsAnonymous(type))
        {
            return "anonymous";
        }

        var arguments = type.GetGenericArguments();
        var names = new List<string>();
        for (Type? t = type; t is not null && !IsSubmission(t); t = t.DeclaringType)
        {
            int tick = t.Name.IndexOf('`');
            int own = t.GetGenericArguments().Length - (t.DeclaringType?.GetGenericArguments().Length ?? 0);
            int first = t.GetGenericArguments().Length - own;
            string list = string.Join(", ", arguments.Skip(first).Take(own).Select(a => Of(a)));
            names.Insert(0, tick < 0 ? t.Name : $"{t.Name[..tick]}<{list}>");
        }

        string name = string.Join('.', names);
        return withNamespace && !string.IsNullOrEmpty(type.Namespace) ? type.Namespace + "." + name : name;
    }

    /// <summary>How the types begin that hold a cell's variables.</summary>
    public const string Submission = "Submission#";

    /// <summary>Whether the compiler made this type to hold a cell's variables.</summary>
    public static bool IsSubmission(Type type) => type.Name.StartsWith(Submission, StringComparison.Ordinal);

    /// <summary>Whether this is the type of a <c>new { … }</c>.</summary>
    public static bool IsAnonymous(Type type) =>
        type.Name.StartsWith("<>f__AnonymousType", StringComparison.Ordinal) && type.IsDefined(typeof(CompilerGeneratedAttribute), false);
}
