using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Tests.Engine;

/// <summary>A session in an empty folder, with shorthands for what tests ask of it.</summary>
internal sealed class TestSession : IDisposable
{
    public TestSession() => Session = new Session(Folder.Path);

    public TemporaryFolder Folder { get; } = new();

    public Session Session { get; }

    public Task<CellResult> Run(string source) => Session.ExecuteAsync(source, TimeSpan.FromSeconds(60));

    /// <summary>Runs a cell that must end well.</summary>
    public async Task<IReadOnlyList<Output>> Outputs(string source)
    {
        var result = await Run(source);
        Assert.True(result.Status == CellStatus.Ok, result.ErrorText);
        return result.Outputs;
    }

    /// <summary>Runs a cell that must end well, and gives the one value it shows as text; null if it shows nothing.</summary>
    public async Task<string?> Text(string source)
    {
        var outputs = await Outputs(source);
        return outputs.Count == 0 ? null : Assert.Single(outputs).Text;
    }

    /// <summary>Runs a cell that must fail, and gives the error.</summary>
    public async Task<Output> Error(string source)
    {
        var result = await Run(source);
        Assert.Equal(CellStatus.Error, result.Status);
        return result.Outputs[^1];
    }

    public void Dispose()
    {
        Session.Dispose();
        Folder.Dispose();
    }
}
