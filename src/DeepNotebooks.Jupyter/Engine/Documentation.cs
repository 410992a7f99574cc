using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>
/// What the XML documentation says of a symbol: of an assembly in the file beside it, of the framework in the SDK's reference pack, of a
/// cell's own declarations in the comment above them.
/// </summary>
internal sealed partial class Documentation
{
    private static readonly ConcurrentDictionary<(string Assembly, string Id), XElement?> s_known = new();
    private static readonly ConcurrentDictionary<string, WeakReference<byte[]>> s_files = new();
    private static readonly Lazy<string[]> s_frameworkFiles = new(FrameworkFiles);

    private readonly XElement _member;

    private Documentation(XElement member) => _member = member;

    /// <summary>The documentation of a symbol, inherited if it says so; null if there is none.</summary>
    public static Documentation? Of(ISymbol symbol, Compilation compilation)
    {
        symbol = (symbol as IMethodSymbol)?.ReducedFrom ?? symbol;
        for (ISymbol? s = symbol.OriginalDefinition; s is not null; s = Base(s))
        {
            if (Member(s, compilation) is { } member && !member.Elements("inheritdoc").Any())
            {
                return new Documentation(member);
            }
        }

        // Of a variable or a constructor without words of its own, the type's.
        return symbol switch
        {
            ILocalSymbol { Type: INamedTypeSymbol t } => Of(t, compilation),
            IFieldSymbol { ContainingType.IsScriptClass: true, Type: INamedTypeSymbol t } => Of(t, compilation),
            IMethodSymbol { MethodKind: MethodKind.Constructor } c => Of(c.ContainingType, compilation),
            _ => null,
        };
    }

    /// <summary>It as text: the summary, parameters and result; in detail also remarks, exceptions and examples.</summary>
    public string ToText(bool isMarkdown, bool isDetailed)
    {
        var text = new StringBuilder(Flat(_member.Element("summary"), isMarkdown));
        Section("Parameters", [.. _member.Elements("typeparam"), .. _member.Elements("param")], "name");
        Section("Returns", _member.Elements("returns"), null);
        Section("Value", _member.Elements("value"), null);
        if (isDetailed)
        {
            Section("Exceptions", _member.Elements("exception"), "cref");
            Section("Remarks", _member.Elements("remarks"), null);
            Section("Example", _member.Elements("example"), null);
        }

        return text.ToString().Trim();

        void Section(string title, IEnumerable<XElement> elements, string? key)
        {
            var lines = elements.Select(e => (Key: key is null ? null : Short((string?)e.Attribute(key) ?? ""), Text: Flat(e, isMarkdown)))
                .Where(l => l.Text.Length > 0).ToList();
            if (lines.Count > 0)
            {
                text.Append(isMarkdown ? $"\n\n**{title}**\n" : $"\n\n{title}:");
                foreach (var (name, words) in lines)
                {
                    text.Append(isMarkdown
                        ? name is null ? $"\n{words}" : $"\n- `{name}`: {words}"
                        : name is null ? $"\n  {words.Replace("\n", "\n  ")}" : $"\n  {name}: {words.Replace("\n", "\n    ")}");
                }
            }
        }
    }

    private static ISymbol? Base(ISymbol symbol)
    {
        ISymbol? of = symbol switch
        {
            IMethodSymbol m => m.OverriddenMethod,
            IPropertySymbol p => p.OverriddenProperty,
            INamedTypeSymbol { BaseType.SpecialType: not SpecialType.System_Object } t => t.BaseType,
            _ => null,
        };
        of ??= symbol.ContainingType?.AllInterfaces.SelectMany(i => i.GetMembers(symbol.Name))
            .FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(m), symbol));
        return of?.OriginalDefinition;
    }

    private static XElement? Member(ISymbol symbol, Compilation compilation)
    {
        if (symbol.DeclaringSyntaxReferences is [var declaration, ..])
        {
            return OfCell(declaration.GetSyntax());
        }

        if (symbol.ContainingAssembly is not { } assembly || symbol.GetDocumentationCommentId() is not { } id
            || compilation.GetMetadataReference(assembly) is not PortableExecutableReference { FilePath: { } path })
        {
            return null;
        }

        return s_known.GetOrAdd((path, id), key =>
            Files(key.Assembly, assembly.Identity).Select(f => Find(f, key.Id)).FirstOrDefault(e => e is not null));
    }

    // Cells are parsed without documentation, so theirs is a comment like others.
    private static XElement? OfCell(SyntaxNode declaration)
    {
        var statement = declaration.AncestorsAndSelf().FirstOrDefault(n => n.HasLeadingTrivia);
        var lines = statement?.GetLeadingTrivia().Where(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia))
            .Select(t => t.ToString()).Where(t => t.StartsWith("///", StringComparison.Ordinal)).Select(t => t[3..]).ToList();
        return lines is { Count: > 0 } ? Parse($"<member>{string.Join('\n', lines)}</member>") : null;
    }

    private static IEnumerable<string> Files(string assembly, AssemblyIdentity identity)
    {
        if (Path.GetDirectoryName(assembly) == Path.GetDirectoryName(typeof(object).Assembly.Location))
        {
            // The framework's own division into assemblies is not that of its documentation.
            string own = identity.Name + ".xml";
            return s_frameworkFiles.Value.OrderBy(f => Path.GetFileName(f) == own ? 0 : 1);
        }

        string name = identity.Name.ToLowerInvariant();
        string package = Path.Combine(PackageCache.Folder, name, identity.Version.ToString(3), "lib");
        return new[] { Path.ChangeExtension(assembly, ".xml") }.Concat(
            Directory.Exists(package) ? Directory.EnumerateFiles(package, identity.Name + ".xml", SearchOption.AllDirectories).Order() : [])
            .Where(File.Exists);
    }

    private static string[] FrameworkFiles()
    {
        // <root>/shared/Microsoft.NETCore.App/<version> and <root>/packs/Microsoft.NETCore.App.Ref/<version>/ref/net10.0
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var packs = new DirectoryInfo(Path.Combine(root, "packs", "Microsoft.NETCore.App.Ref"));
        var pack = packs.Exists ? packs.EnumerateDirectories($"{Environment.Version.Major}.*").MaxBy(d => d.LastWriteTimeUtc) : null;
        string[] likely = ["System.Runtime.xml", "System.Collections.xml", "System.Linq.xml", "System.Console.xml", "System.Threading.xml"];
        return pack is null ? [] : [.. Directory.EnumerateFiles(pack.FullName, "*.xml", SearchOption.AllDirectories)
            .OrderBy(f => Array.IndexOf(likely, Path.GetFileName(f)) is var i && i < 0 ? likely.Length : i).ThenBy(f => f, StringComparer.Ordinal)];
    }

    // The files are large and of each only a few elements are asked for, so the bytes are searched, not parsed.
    private static XElement? Find(string file, string id)
    {
        ReadOnlySpan<byte> text = Bytes(file);
        int start = text.IndexOf(Encoding.UTF8.GetBytes($"<member name=\"{id}\""));
        if (start < 0)
        {
            return null;
        }

        int end = text[start..].IndexOf("</member>"u8);
        return end < 0 ? null : Parse(Encoding.UTF8.GetString(text.Slice(start, end + "</member>"u8.Length)));
    }

    private static byte[] Bytes(string file)
    {
        if (!s_files.TryGetValue(file, out var kept) || !kept.TryGetTarget(out byte[]? bytes))
        {
            bytes = File.ReadAllBytes(file);
            s_files[file] = new WeakReference<byte[]>(bytes);
        }

        return bytes;
    }

    private static XElement? Parse(string text)
    {
        try
        {
            return XElement.Parse(text, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string Flat(XElement? element, bool isMarkdown)
    {
        var text = new StringBuilder();
        foreach (var node in element?.Nodes() ?? [])
        {
            Write(node);
        }

        return Blank().Replace(text.ToString().Trim(), "\n\n");

        void Write(XNode node)
        {
            if (node is XText words)
            {
                text.Append(Spaces().Replace(words.Value, " "));
            }
            else if (node is XElement e)
            {
                string? name = (string?)e.Attribute("langword") ?? (string?)e.Attribute("name") ?? (string?)e.Attribute("href");
                name ??= (string?)e.Attribute("cref") is { } reference ? Short(reference) : null;
                switch (e.Name.LocalName)
                {
                    case "see" or "seealso" or "paramref" or "typeparamref":
                        text.Append(Code(e.Value.Length > 0 ? e.Value : name ?? ""));
                        break;
                    case "c":
                        text.Append(Code(e.Value));
                        break;
                    case "code":
                        text.Append(isMarkdown ? $"\n\n```csharp\n{e.Value.Trim('\n')}\n```\n\n" : $"\n\n{e.Value.Trim('\n')}\n\n");
                        break;
                    default:
                        bool isBlock = e.Name.LocalName is "para" or "p" or "item" or "br";
                        text.Append(isBlock ? e.Name.LocalName == "item" ? "\n- " : "\n\n" : "");
                        foreach (var inner in e.Nodes())
                        {
                            Write(inner);
                        }

                        text.Append(isBlock && e.Name.LocalName != "item" ? "\n\n" : "");
                        break;
                }
            }
        }

        string Code(string word) => isMarkdown ? $"`{word}`" : word;
    }

    // Of "M:System.Math.Max(System.Int32,System.Int32)" the name Max; of "T:A.List`1" List.
    private static string Short(string reference)
    {
        if (reference.Length < 2 || reference[1] != ':')
        {
            return reference;
        }

        string name = reference[2..].Split('(', '`')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\s*\n\s*\n\s*")]
    private static partial Regex Blank();
}
