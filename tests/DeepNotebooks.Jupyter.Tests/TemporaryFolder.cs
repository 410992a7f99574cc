using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotebooks.Jupyter.Tests;

/// <summary>An empty folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("notebooks-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Compiles an assembly into the folder.</summary>
    public string Library(string name, string source, params string[] references)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(System.IO.Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            System.IO.Path.GetFileNameWithoutExtension(name),
            [CSharpSyntaxTree.ParseText(source)],
            trusted.Concat(references).Select(r => MetadataReference.CreateFromFile(r)),
            new CSharpCompilationOptions(Microsoft.CodeAnalysis.OutputKind.DynamicallyLinkedLibrary));
        var result = compilation.Emit(this[name]);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
