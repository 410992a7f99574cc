using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DeepNotebooks.Serving;

/// <summary>
/// Serves the models of a folder NAME/VERSION/ over HTTP, in the form of TensorFlow Serving's REST interface: <c>POST
/// /v1/models/NAME[/versions/V]:predict</c>, <c>GET /v1/models/NAME[/versions/V]</c> for the status and <c>…/metadata</c> for the shapes;
/// beside it <c>GET /health</c> and, for Prometheus, <c>GET /metrics</c>.
/// </summary>
public sealed partial class ModelServer : IAsyncDisposable
{
    // Quotes in messages as \", not as \u0022: the reply is no HTML.
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ModelFolder _models;
    private readonly ServingOptions _options;
    private readonly Metrics _metrics = new();
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _ended = new();
    private Task _watching = Task.CompletedTask;

    private ModelServer(string folder, Func<string, Servable> load, ServingOptions options)
    {
        _options = options;
        _models = new(folder, load, options, _metrics);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            server.Listen(options.Address, options.Port);
        });
        _app = builder.Build();
        _app.Run(Answer);
    }

    /// <summary>The address that it listens on, such as <c>http://127.0.0.1:8501</c>.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Loads the newest version of each model, then serves until disposed.</summary>
    /// <param name="folder">The folder of models.</param>
    /// <param name="load">Loads the model of a version's folder; called again for each new version.</param>
    /// <param name="options">How to serve.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ModelServer> Start(string folder, Func<string, Servable> load, ServingOptions? options = null)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"ModelServer: {folder} is no folder. Make it, and in it NAME/VERSION/ for each model.");
        var server = new ModelServer(folder, load, options ?? new());
        try
        {
            server._models.Scan();
            await server._app.StartAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        server._watching = server.Watch();
        return server;
    }

    /// <summary>Answers the requests that have come, takes no more, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        await _app.StopAsync();
        await _models.Close();
        await _app.DisposeAsync();
    }

    private async Task Watch()
    {
        using var timer = new PeriodicTimer(_options.Poll);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                try
                {
                    _models.Scan();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    _options.Log($"the folder cannot be read: {e.Message}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task Answer(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        Match path = ModelPath().Match(context.Request.Path.Value ?? "");
        string name = path.Groups["name"].Value;
        try
        {
            await Answer(context, path, name);
        }
        catch (RequestException e)
        {
            await Error(context, e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await Error(context, e.StatusCode, e.StatusCode == 413
                ? $"The body is larger than {_options.MaxBodyBytes} bytes. Send fewer examples at a time."
                : e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody reads the answer
        }
        _metrics.Request(_models.Models.ContainsKey(name) ? name : "", context.Response.StatusCode, Stopwatch.GetElapsedTime(start));
    }

    private Task Answer(HttpContext context, Match path, string name)
    {
        HttpRequest request = context.Request;
        bool isGet = HttpMethods.IsGet(request.Method);
        switch (request.Path.Value)
        {
            case "/health" when isGet:
                bool isReady = _models.Models.Values.All(model => model.Loaded.Length > 0);
                return Write(context, isReady ? 200 : 503, json => json.WriteString("status", isReady ? "ok" : "a model has no version"));
            case "/metrics" or "/monitoring/prometheus/metrics" when isGet:
                context.Response.ContentType = "text/plain; version=0.0.4";
                return context.Response.WriteAsync(_metrics.Text(_models.Models.SelectMany(m => m.Value.Loaded.Select(v => (m.Key, v)))));
        }
        if (!path.Success || !long.TryParse(path.Groups["version"].Success ? path.Groups["version"].Value : "0", out long number))
            throw new RequestException(400, $"Malformed request: {request.Method} {request.Path}");
        long? version = path.Groups["version"].Success ? number : null;
        return (isGet, HttpMethods.IsPost(request.Method), path.Groups["verb"].Value) switch
        {
            (true, _, "") => Status(context, name, version),
            (true, _, "/metadata") => Metadata(context, name, Find(name, version)),
            (_, true, ":predict") => Predict(context, name, version),
            (_, true, ":classify" or ":regress") => throw new RequestException(501, "Of the verbs only predict is served."),
            _ => throw new RequestException(400, $"Malformed request: {request.Method} {request.Path}"),
        };
    }

    private ModelVersion Find(string name, long? number) =>
        _models.Models.GetValueOrDefault(name)?.Loaded.FirstOrDefault(version => number is null || version.Number == number)
        ?? throw new RequestException(404, $"Servable not found for request: {(number is null ? $"Latest({name})" : $"Specific({name}, {number})")}");

    private async Task Predict(HttpContext context, string name, long? number)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(_options.Timeout);
        int late = 408;
        try
        {
            PipeReader reader = context.Request.BodyReader;
            ReadResult read;
            while (!(read = await reader.ReadAsync(limit.Token)).IsCompleted)
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            late = 504;
            ModelVersion version;
            Examples examples;
            bool asRows;
            try
            {
                version = Find(name, number);
                (examples, asRows) = PredictRequest.Read(version.Servable, read.Buffer);
            }
            finally
            {
                reader.AdvanceTo(read.Buffer.End); // else the connection would be closed
            }
            Task<Examples>? answer;
            while ((answer = version.Batcher.TryAdd(examples, limit.Token)) is null)
                version = Find(name, number); // it was retired since
            Examples outputs = await answer;
            await Write(context, 200, json =>
            {
                json.WritePropertyName(asRows ? "predictions" : "outputs");
                Nested(json, outputs.Numbers, [outputs.Count, .. outputs.Shape]);
            });
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestException(late, $"The request took longer than {_options.Timeout.TotalSeconds} s.");
        }
    }

    private static void Nested(Utf8JsonWriter json, ReadOnlySpan<float> numbers, ReadOnlySpan<int> shape)
    {
        if (shape.IsEmpty)
        {
            // As TensorFlow Serving: what is no number in JSON is written as in JavaScript.
            if (float.IsFinite(numbers[0])) json.WriteNumberValue(numbers[0]);
            else json.WriteRawValue(float.IsNaN(numbers[0]) ? "NaN" : numbers[0] > 0 ? "Infinity" : "-Infinity", skipInputValidation: true);
            return;
        }
        json.WriteStartArray();
        int size = numbers.Length / Math.Max(shape[0], 1);
        for (int i = 0; i < shape[0]; i++)
            Nested(json, numbers.Slice(i * size, size), shape[1..]);
        json.WriteEndArray();
    }

    private Task Status(HttpContext context, string name, long? number)
    {
        ServedModel? model = _models.Models.GetValueOrDefault(name);
        IEnumerable<(long Number, string Error)> loaded = model?.Loaded.Select(v => (v.Number, "")) ?? [];
        IEnumerable<(long Number, string Error)> failed = model?.Failed.Select(f => (f.Key, f.Value.Error)) ?? [];
        (long Number, string Error)[] versions =
            [.. loaded.Concat(failed).Where(v => number is null || v.Number == number).OrderByDescending(v => v.Number)];
        if (versions.Length == 0)
            throw new RequestException(404, $"Could not find {(number is null ? "any versions" : $"version {number}")} of model {name}");
        return Write(context, 200, json =>
        {
            json.WriteStartArray("model_version_status");
            foreach ((long version, string error) in versions)
            {
                json.WriteStartObject();
                json.WriteString("version", version.ToString());
                json.WriteString("state", error == "" ? "AVAILABLE" : "END");
                json.WriteStartObject("status");
                json.WriteString("error_code", error == "" ? "OK" : "UNKNOWN");
                json.WriteString("error_message", error);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static Task Metadata(HttpContext context, string name, ModelVersion version) => Write(context, 200, json =>
    {
        json.WriteStartObject("model_spec");
        json.WriteString("name", name);
        json.WriteString("signature_name", "");
        json.WriteString("version", version.Number.ToString());
        json.WriteEndObject();
        json.WriteStartObject("metadata");
        json.WriteStartObject("signature_def");
        json.WriteStartObject("signature_def");
        json.WriteStartObject("serving_default");
        Tensor("inputs", version.Servable.InputName, version.Servable.Input);
        Tensor("outputs", version.Servable.OutputName, version.Output);
        json.WriteString("method_name", "tensorflow/serving/predict");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();

        void Tensor(string role, string tensor, IReadOnlyList<int> sizes)
        {
            json.WriteStartObject(role);
            json.WriteStartObject(tensor);
            json.WriteString("dtype", "DT_FLOAT");
            json.WriteStartObject("tensor_shape");
            json.WriteStartArray("dim");
            foreach (int size in sizes.Prepend(-1))
            {
                json.WriteStartObject();
                json.WriteString("size", size.ToString());
                json.WriteString("name", "");
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBoolean("unknown_rank", false);
            json.WriteEndObject();
            json.WriteString("name", tensor);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    });

    private static async Task Error(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
            return;
        if (status is 408 or 413)
            context.Response.Headers.Connection = "close"; // the rest of the body is not wanted
        await Write(context, status, json => json.WriteString("error", message));
    }

    private static Task Write(HttpContext context, int status, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        return context.Response.Body.WriteAsync(buffer.WrittenMemory).AsTask();
    }

    [GeneratedRegex(@"^/v1/models/(?<name>[^/:]+)(/versions/(?<version>[0-9]+))?(?<verb>/metadata|:[a-z]+)?$")]
    private static partial Regex ModelPath();

    /// <summary>Leaves Ctrl+C and the like to the program that the server is part of.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
