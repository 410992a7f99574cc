namespace DeepNotebooks.Course;

/// <summary>Writes values of one type in one MIME type; kernels call it by the names of its members.</summary>
public sealed class MimeFormatter<T>(string mimeType, Func<T, string> render)
{
    /// <summary>The format that <see cref="Format"/> writes.</summary>
    public string MimeType { get; } = mimeType;

    /// <summary>Writes the value; false when it is of another type, and then nothing is written.</summary>
    public bool Format(object value, TextWriter writer)
    {
        if (value is not T typed) return false;
        writer.Write(render(typed));
        return true;
    }
}
