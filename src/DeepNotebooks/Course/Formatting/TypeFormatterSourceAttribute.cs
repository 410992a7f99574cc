namespace DeepNotebooks.Course;

/// <summary>Names the class that makes a type's display formats. Notebook kernels find this attribute by its name alone
/// (.NET Interactive's convention, which ours keeps), so no package is referenced.</summary>
/// <param name="formatterSourceType">A class with a public parameterless constructor and a public <c>CreateTypeFormatters()</c>
/// that returns objects such as <see cref="MimeFormatter{T}"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>What a kernel that shows one format takes first. Each needs a formatter: .NET Interactive overflows its stack without.</summary>
    public string[] PreferredMimeTypes { get; set; } = ["text/html", "text/plain"];
}
