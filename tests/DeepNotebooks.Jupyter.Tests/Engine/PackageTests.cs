using System.IO.Compression;
using System.Runtime.InteropServices;

namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class PackageTests : IDisposable
{
    private readonly TestSession _session = new();

    // Neither the machine's sources nor its cache.
    public PackageTests() => _session.Folder.Write("nuget.config", """
        <configuration>
          <config><add key="globalPackagesFolder" value="cache" /></config>
          <packageSources><clear /><add key="here" value="feed" /></packageSources>
          <packageSourceMapping><clear /></packageSourceMapping>
        </configuration>
        """);

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task APackageComesWithWhatItNeedsAndKeepsItsVersion()
    {
        string part = Library("Part", "public static class Part { public static int Size => 3; }");
        Pack("feed", "Part", "1.2.0", part);
        Pack("feed", "Whole", "2.0.0", Library("Whole", "public static class Whole { public static int Size => 2 * Part.Size; }", part), needs: ("Part", "1.2.0"));
        Assert.Equal("6", await _session.Text("#r \"nuget: Whole, 2.0.0\"\nWhole.Size"));
        Assert.Equal("3", await _session.Text("#r \"nuget: Part\"\n#r \"nuget:whole,2.0\"\nPart.Size"));
        var error = await _session.Error("#r \"nuget: Part, 1.3.0\"");
        Assert.Contains("version 1.2.0 of this package is in use", error.Text);
        Assert.Contains("Restart the kernel", error.Text);
    }

    [Fact]
    public async Task WithoutAVersionTheNewestIsTakenFromASourceThatACellAdds()
    {
        Pack("more", "Thing", "1.0.0", Library("Thing", "public static class Thing { public static int Version => 1; }"));
        Pack("more", "Thing", "1.1.0", Library("Thing", "public static class Thing { public static int Version => 11; }"));
        Directory.CreateDirectory(_session.Folder["feed"]);
        var outputs = await _session.Outputs("#i \"nuget: more\"\n#r \"nuget: Thing\"\nThing.Version");
        Assert.Contains("Thing: version 1.1.0", outputs[0].Text);
        Assert.Equal("11", outputs[1].Text);
    }

    [Fact]
    public async Task NativeLibrariesOfAPackageAreFound()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        string end = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        string prefix = OperatingSystem.IsWindows() ? "" : "lib";
        string native = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{prefix}System.IO.Compression.Native{end}");
        string own = Library("Crc", """
            using System.Runtime.InteropServices;
            public static class Crc { [DllImport("crcofpackage", EntryPoint = "CompressionNative_Crc32")] public static extern uint Of(uint start, byte[] data, int length); }
            """);
        Pack("feed", "Crc", "1.0.0", own,
            native: ($"runtimes/{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}/native/{prefix}crcofpackage{end}", native));
        Assert.Equal("3421780262", await _session.Text("#r \"nuget: Crc, 1.0.0\"\nCrc.Of(0, Encoding.ASCII.GetBytes(\"123456789\"), 9)"));
    }

    [Fact]
    public async Task AnUnknownPackageOrSourceIsExplained()
    {
        Directory.CreateDirectory(_session.Folder["feed"]);
        var error = await _session.Error("#r \"nuget: No.Such.Package.Anywhere, 1.0.0\"");
        Assert.Equal("DirectiveError", error.ErrorName);
        Assert.Contains("No.Such.Package.Anywhere 1.0.0 cannot be restored", error.Text);
        Assert.Contains("NU1101", error.Text);
        Assert.Contains("here", error.Text);
        Assert.Contains("The cache has no version of it.", error.Text);
        Assert.Contains("there is no folder", (await _session.Error("#i \"nuget: nowhere\"")).Text);
        Assert.Contains("a package is missing", (await _session.Error("#r \"nuget:\"")).Text);
    }

    [Fact]
    public async Task AProjectIsBuiltAndReferencedOrItsErrorsAreShown()
    {
        Directory.CreateDirectory(_session.Folder["feed"]);
        _session.Folder.Write("app/Mine.csproj", """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>
            """);
        _session.Folder.Write("app/Mine.cs", "public static class Mine { public static int Size => wrong; }");
        Assert.Contains("CS0103", (await _session.Error("#r \"app/Mine.csproj\"")).Text);
        _session.Folder.Write("app/Mine.cs", "public static class Mine { public static int Size => 7; }");
        Assert.Equal("7", await _session.Text("#r \"app/Mine.csproj\"\nMine.Size"));
    }

    private string Library(string name, string source, params string[] references) =>
        _session.Folder.Library($"built/{name}.dll", source, references);

    private void Pack(
        string feed, string name, string version, string library, (string Name, string Version)? needs = null, (string Entry, string File)? native = null)
    {
        Directory.CreateDirectory(_session.Folder[feed]);
        using var package = ZipFile.Open(_session.Folder[$"{feed}/{name}.{version}.nupkg"], ZipArchiveMode.Create);
        using (var writer = new StreamWriter(package.CreateEntry($"{name}.nuspec").Open()))
        {
            string need = needs is { } n ? $"<dependency id=\"{n.Name}\" version=\"{n.Version}\" />" : "";
            writer.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
                  <id>{name}</id><version>{version}</version><authors>tests</authors><description>A test's.</description>
                  <dependencies><group targetFramework="net10.0">{need}</group></dependencies>
                </metadata></package>
                """);
        }

        package.CreateEntryFromFile(library, $"lib/net10.0/{name}.dll");
        if (native is { } file)
        {
            package.CreateEntryFromFile(file.File, file.Entry);
        }
    }
}
