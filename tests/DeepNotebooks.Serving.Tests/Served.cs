using System.Globalization;
using System.Text.Json;

namespace DeepNotebooks.Serving.Tests;

/// <summary>
/// A server of test models on a free port. A version's folder holds a file <c>model</c> with the number that the model adds to half of its
/// input; one without a number in it cannot be loaded.
/// </summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("models-");
    private readonly HttpClient _client = new();
    private ModelServer? _server;

    /// <summary>Runs in the model, before it computes a batch.</summary>
    public Action<Tensor> OnBatch { get; set; } = _ => { };

    /// <summary>The sizes of an example.</summary>
    public int[] Input { get; init; } = [];

    /// <summary>What comes of half of the input and the number.</summary>
    public Func<Tensor, Tensor> Finally { get; init; } = y => y;

    public string Address => _server!.Address;

    public async Task Start(ServingOptions? options = null) => _server = await ModelServer.Start(_folder.FullName, folder =>
    {
        double plus = double.Parse(File.ReadAllText(Path.Combine(folder, "model")), CultureInfo.InvariantCulture);
        return new Servable(x =>
        {
            OnBatch(x);
            return Finally((x * 0.5) + plus);
        }, Input)
        { InputName = "x", OutputName = "y" };
    }, (options ?? new()) with { Port = 0, Poll = TimeSpan.FromMilliseconds(20) });

    public void Write(string model, int version, string content)
    {
        DirectoryInfo made = _folder.CreateSubdirectory($".{model}{version}");
        File.WriteAllText(Path.Combine(made.FullName, "model"), content);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, model));
        made.MoveTo(Path.Combine(_folder.FullName, model, version.ToString(CultureInfo.InvariantCulture)));
    }

    public string FileOf(string model, int version) => Path.Combine(_folder.FullName, model, $"{version}", "model");

    public void Delete(string path) => Directory.Delete(Path.Combine(_folder.FullName, path), recursive: true);

    public async Task<(int Status, string Text)> Get(string path)
    {
        using HttpResponseMessage reply = await _client.GetAsync(Address + path);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Text)> Post(string path, string body)
    {
        using HttpResponseMessage reply = await _client.PostAsync(Address + path, new StringContent(body));
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }

    /// <summary>The predictions for instances, which must be answered well.</summary>
    public async Task<string> Predict(string instances, string path = "/v1/models/half:predict")
    {
        (int status, string text) = await Post(path, $$"""{"instances": {{instances}}}""");
        Assert.True(status == 200, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("predictions").GetRawText();
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task Until(Func<Task<bool>> holds)
    {
        while (!await holds())
            await Task.Delay(5);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }
}
