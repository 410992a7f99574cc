using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Tests.Engine;

public sealed class InspectionTests : IDisposable
{
    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Console.Wri|teLine")]
    [InlineData("Console.WriteLine|(1)")]
    [InlineData("Console.WriteLine(|)")]
    [InlineData("Console.WriteLine(\"a\", |")]
    public void GivesTheOverloadsOfAFunction(string marked)
    {
        var found = At(marked)!;
        Assert.Contains("void Console.WriteLine(string? value)", found.Text);
        Assert.Contains("void Console.WriteLine(int value)", found.Text);
        Assert.StartsWith("```csharp\n", found.Markdown);
    }

    [Fact]
    public void TheOverloadThatIsMeantComesFirst() =>
        Assert.StartsWith("void Console.WriteLine(int value)", At("Console.Wri|teLine(1)")!.Text);

    [Theory]
    [InlineData("new List<int>(|)", "new List<int>(int capacity)")]
    [InlineData("new List|<int>()", "new List<int>(int capacity)")]
    [InlineData("Li|st<int> list = [];", "class System.Collections.Generic.List<int>")]
    [InlineData("System.Collect|ions.ArrayList a;", "namespace System.Collections")]
    [InlineData("va|r x = 1;", "int")]
    [InlineData("new[] { 1 }.Select(x => x).Cou|nt()", "int IEnumerable<int>.Count<int>()")]
    public void KnowsNamesOfEveryKind(string marked, string signature) => Assert.Contains(signature, At(marked)!.Text);

    [Theory]
    [InlineData("1 + |1")]
    [InlineData("|")]
    [InlineData("unknown|")]
    public void FindsNothingWhereNothingIs(string marked) => Assert.Null(At(marked));

    [Fact]
    public async Task KnowsWhatEarlierCellsDeclare()
    {
        await _session.Text("""
            int count = 41;
            /// <summary>Adds <paramref name="a"/> to itself.</summary>
            /// <param name="a">A number.</param>
            int Twice(int a) => 2 * a;
            """);
        Assert.StartsWith("int count = 41", At("cou|nt")!.Text);
        var twice = At("Twice(|")!;
        Assert.Equal("int Twice(int a)\n\nAdds a to itself.\n\nParameters:\n  a: A number.", twice.Text);
        Assert.Equal("```csharp\nint Twice(int a)\n```\n\nAdds `a` to itself.\n\n**Parameters**\n\n- `a`: A number.", twice.Markdown);
    }

    [Fact]
    public async Task ReadsTheDocumentationBesideAnAssembly()
    {
        _session.Folder.Library("A.dll", """public class A { public virtual int Run(int x) => x; } public class B : A { public override int Run(int x) => x; }""");
        _session.Folder.Write("A.xml", """
            <doc><members>
              <member name="M:A.Run(System.Int32)"><summary>Runs <c>x</c> like <see cref="T:System.Int32"/>.</summary><remarks>Much more.</remarks></member>
              <member name="M:B.Run(System.Int32)"><inheritdoc/></member>
            </members></doc>
            """);
        await _session.Text("#r \"A.dll\"");
        Assert.Equal("int A.Run(int x)\n\nRuns x like Int32.", At("new A().Ru|n(1)")!.Text);
        Assert.Contains("Runs `x` like `Int32`.", At("new B().Ru|n(1)")!.Markdown);
        Assert.Contains("Much more.", At("new A().Ru|n(1)", isDetailed: true)!.Text);
    }

    private Inspection? At(string marked, bool isDetailed = false) =>
        _session.Session.Inspect(marked.Remove(marked.IndexOf('|'), 1), marked.IndexOf('|'), isDetailed);
}
