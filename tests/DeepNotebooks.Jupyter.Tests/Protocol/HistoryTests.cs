using System.Text.Json;
using DeepNotebooks.Jupyter.Protocol;

namespace DeepNotebooks.Jupyter.Tests.Protocol;

public sealed class HistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private History Open() => new(_folder["sub/history.jsonl"]);

    private static string Ask(History history, string request) =>
        string.Join(' ', history.Answer(JsonElement.Parse(request))["history"]!.AsArray().Select(e => e!.ToJsonString()));

    [Fact]
    public void RunsAreKeptApartAndFound()
    {
        Assert.Equal("", Ask(Open(), """{ "hist_access_type": "tail", "n": 3 }"""));
        var first = Open();
        first.Add(1, "int a", null);
        first.Add(2, "a", "0");
        var second = Open();
        second.Add(1, "a", "5");
        Assert.Equal("""[1,2,"a"] [2,1,"a"]""", Ask(second, """{ "hist_access_type": "tail", "n": 2 }"""));
        Assert.Equal("""[1,2,["a","0"]]""", Ask(second, """{ "hist_access_type": "range", "session": -1, "start": 2, "output": true }"""));
        Assert.Equal("""[2,1,"a"]""", Ask(second, """{ "hist_access_type": "range", "session": 0 }"""));
        Assert.Equal("""[1,1,"int a"]""", Ask(second, """{ "hist_access_type": "range", "session": 1, "start": 1, "stop": 2 }"""));
        Assert.Equal("""[1,2,"a"] [2,1,"a"]""", Ask(second, """{ "hist_access_type": "search", "pattern": "a" }"""));
        Assert.Equal("""[1,1,"int a"] [2,1,"a"]""", Ask(second, """{ "hist_access_type": "search", "pattern": "*a", "unique": true }"""));
        Assert.Equal("""[1,1,"int a"]""", Ask(second, """{ "hist_access_type": "search", "pattern": "i?t*" }"""));
        Assert.Equal("""[2,1,"a"]""", Ask(second, """{ "hist_access_type": "search", "pattern": "*", "n": 1 }"""));
    }

    [Fact]
    public void ABrokenLineIsPassedOver()
    {
        Open().Add(1, "good", null);
        File.AppendAllText(_folder["sub/history.jsonl"], "{\"Run\": 1, \"Inp\n");
        Open().Add(1, "better", null);
        Assert.Equal("""[1,1,"good"] [2,1,"better"]""", Ask(Open(), """{ "hist_access_type": "tail" }"""));
    }

    [Fact]
    public void ItDoesNotGrowWithoutEnd()
    {
        var history = Open();
        string long_ = new('x', 1 << 20);
        for (int i = 1; i <= 20; i++)
        {
            history.Add(i, long_, null);
        }

        Assert.InRange(new FileInfo(_folder["sub/history.jsonl"]).Length, 1 << 20, 10 << 20);
        Assert.EndsWith("\"]", Ask(history, """{ "hist_access_type": "tail", "n": 1 }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheUserReadsIt()
    {
        Open().Add(1, "secret", null);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["sub/history.jsonl"]));
        }
    }
}
