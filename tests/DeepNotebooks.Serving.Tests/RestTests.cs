using System.Net.Sockets;
using System.Text;

namespace DeepNotebooks.Serving.Tests;

public class RestTests
{
    private const string Path = "/v1/models/half:predict";

    private static async Task<Served> Half(ServingOptions? options = null, params int[] input)
    {
        var served = new Served { Input = input };
        served.Write("half", 123, "3");
        await served.Start(options);
        return served;
    }

    [Fact]
    public async Task RowsGivePredictionsAndColumnsOutputs()
    {
        await using Served served = await Half();
        Assert.Equal((200, """{"predictions":[3.5,4,5.5]}"""), await served.Post(Path, """{"instances": [1.0,2.0,5.0]}"""));
        Assert.Equal((200, """{"predictions":[3.5,4]}"""), await served.Post(Path, """{"instances": [{"x": 1}, {"x": 2}], "signature_name": "serving_default"}"""));
        Assert.Equal((200, """{"outputs":[3.5,4]}"""), await served.Post(Path, """{"signature_name": "", "other": {"a": [1]}, "inputs": [1e0, 2]}"""));
        Assert.Equal((200, """{"outputs":[3.5]}"""), await served.Post("/v1/models/half/versions/123:predict", """{"inputs": {"x": [1]}}"""));
    }

    [Fact]
    public async Task MatricesKeepTheirShape()
    {
        await using Served served = await Half(null, -1, 2);
        Assert.Equal("[[[3.5,4],[4.5,5]],[[3,3],[3,3]]]", await served.Predict("[[[1, 2], [3, 4]], [[0, 0], [0, 0]]]"));
        Assert.Equal("[[[3.5,4]]]", await served.Predict("[[[1, 2]]]"));
    }

    [Fact]
    public async Task WhatIsNoNumberIsWrittenAsInJavaScript()
    {
        await using var served = new Served { Finally = y => (y - 3).Log() };
        served.Write("half", 1, "3");
        await served.Start();
        Assert.Equal((200, """{"predictions":[-Infinity,NaN,0]}"""), await served.Post(Path, """{"instances": [0, -1, 2]}"""));
    }

    [Theory]
    [InlineData("{\"instances\": [1, 2", "JSON parse error")]
    [InlineData("{\"instances\": [NaN]}", "JSON parse error")]
    [InlineData("{\"instances\": [1]} x", "JSON parse error")]
    [InlineData("", "JSON parse error")]
    [InlineData("[1]", "must be a JSON object")]
    [InlineData("{}", "no \\\"instances\\\" and no \\\"inputs\\\"")]
    [InlineData("{\"instances\": [1], \"inputs\": [1]}", "only once")]
    [InlineData("{\"instances\": []}", "empty list")]
    [InlineData("{\"instances\": 1}", "has the shape []")]
    [InlineData("{\"instances\": [[1], [2]]}", "has the shape [2, 1], the model takes [-1]")]
    [InlineData("{\"instances\": [[1, 2], [3]]}", "differ in length: 2 and 1")]
    [InlineData("{\"instances\": [1, [2]]}", "not equally deep")]
    [InlineData("{\"instances\": [[1], 2]}", "not equally deep")]
    [InlineData("{\"instances\": [\"a\"]}", "neither a number nor a list")]
    [InlineData("{\"instances\": [1e99]}", "too large")]
    [InlineData("{\"instances\": [{\"z\": 1}]}", "one input, \\\"x\\\"")]
    [InlineData("{\"instances\": [{\"x\": 1, \"z\": 1}]}", "one input, \\\"x\\\"")]
    [InlineData("{\"instances\": [{\"x\": {\"b64\": \"AA==\"}}]}", "b64")]
    [InlineData("{\"instances\": [1], \"signature_name\": \"other\"}", "serving_default")]
    public async Task BadBodiesAreAnsweredWith400AndTheReason(string body, string reason)
    {
        await using Served served = await Half();
        (int status, string text) = await served.Post(Path, body);
        Assert.Equal(400, status);
        Assert.StartsWith("{\"error\":\"", text);
        Assert.Contains(reason, text);
        Assert.Equal("[3.5]", await served.Predict("[1]"));
    }

    [Fact]
    public async Task WhatIsNotThereIsAnsweredWith404AndWhatIsNoRequestWith400()
    {
        await using Served served = await Half();
        const string Body = """{"instances": [1]}""";
        Assert.Equal((404, """{"error":"Servable not found for request: Latest(none)"}"""), await served.Post("/v1/models/none:predict", Body));
        Assert.Equal((404, """{"error":"Servable not found for request: Specific(half, 7)"}"""), await served.Post("/v1/models/half/versions/7:predict", Body));
        Assert.Equal(404, (await served.Get("/v1/models/none")).Status);
        Assert.Equal(404, (await served.Get("/v1/models/half/versions/7")).Status);
        foreach (string path in new[] { "/", "/v1/models", "/v1/models/half/versions/x:predict", "/v1/models/half:", "/v1/models/half/versions/99999999999999999999" })
            Assert.Equal((400, $$"""{"error":"Malformed request: GET {{path}}"}"""), await served.Get(path));
        Assert.Equal(400, (await served.Get(Path)).Status);
        Assert.Equal(501, (await served.Post("/v1/models/half:classify", Body)).Status);
    }

    [Fact]
    public async Task StatusAndMetadataHaveTensorFlowServingsForm()
    {
        await using Served served = await Half(null, 4);
        const string Status = """{"model_version_status":[{"version":"123","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]}""";
        Assert.Equal((200, Status), await served.Get("/v1/models/half"));
        Assert.Equal((200, Status), await served.Get("/v1/models/half/versions/123"));
        const string Tensor = """{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""},{"size":"4","name":""}],"unknown_rank":false},"name":""";
        Assert.Equal((200, """{"model_spec":{"name":"half","signature_name":"","version":"123"},"metadata":{"signature_def":{"signature_def":"""
            + """{"serving_default":{"inputs":{"x":""" + Tensor + "\"x\"}},\"outputs\":{\"y\":" + Tensor + "\"y\"}},"
            + "\"method_name\":\"tensorflow/serving/predict\"}}}}}"), await served.Get("/v1/models/half/metadata"));
    }

    [Fact]
    public async Task MetricsCountRequestsAndBatches()
    {
        await using Served served = await Half();
        await served.Predict("[1, 2, 3]");
        await served.Post(Path, "{");
        await served.Post("/v1/models/none:predict", """{"instances": [1]}""");
        (int status, string text) = await served.Get("/metrics");
        Assert.Equal(200, status);
        Assert.Contains("deepnotebooks_requests_total{model=\"half\",code=\"200\"} 1\n", text);
        Assert.Contains("deepnotebooks_requests_total{model=\"half\",code=\"400\"} 1\n", text);
        Assert.Contains("deepnotebooks_requests_total{model=\"\",code=\"404\"} 1\n", text);
        Assert.Contains("deepnotebooks_batch_examples_bucket{le=\"2\"} 0\n", text);
        Assert.Contains("deepnotebooks_batch_examples_bucket{le=\"4\"} 1\n", text);
        Assert.Contains("deepnotebooks_batch_examples_sum 3\n", text);
        Assert.Contains("deepnotebooks_waiting_requests{model=\"half\",version=\"123\"} 0\n", text);
        Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+\n|[a-z_]+({[^}]*})? [0-9.E+-]+\n)+$", text);
        Assert.Equal((await served.Get("/monitoring/prometheus/metrics")).Text.Split('\n').Length, text.Split('\n').Length + 1);
        Assert.Equal((200, """{"status":"ok"}"""), await served.Get("/health"));
    }

    [Fact]
    public async Task TooLargeIsAnsweredWith413()
    {
        await using Served served = await Half(new() { MaxBodyBytes = 1000 });
        (int status, string text) = await served.Post(Path, $$"""{"instances": [1{{new string(' ', 2000)}}]}""");
        Assert.Equal(413, status);
        Assert.Contains("larger than 1000 bytes", text);
        Assert.Equal("[3.5]", await served.Predict("[1]"));
    }

    [Fact]
    public async Task TooSlowIsAnsweredWith408ForTheBodyAnd504ForTheModel()
    {
        await using Served served = await Half(new() { Timeout = TimeSpan.FromMilliseconds(200) });
        using var socket = new TcpClient("127.0.0.1", new Uri(served.Address).Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {Path} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{{"));
        Assert.Equal("HTTP/1.1 408 Request Timeout", await new StreamReader(socket.GetStream()).ReadLineAsync());

        using var hold = new ManualResetEventSlim();
        served.OnBatch = _ => hold.Wait();
        (int status, string text) = await served.Post(Path, """{"instances": [1]}""");
        hold.Set();
        Assert.Equal(504, status);
        Assert.Contains("took longer than 0.2 s", text);
    }

    [Fact]
    public async Task AModelThatFailsIsAnsweredWith500AndGoesOn()
    {
        await using Served served = await Half();
        served.OnBatch = x =>
        {
            if (x.Max().Item() > 100)
                throw new ArithmeticException("over 100");
        };
        Assert.Equal((500, """{"error":"The model failed: over 100"}"""), await served.Post(Path, """{"instances": [101]}"""));
        Assert.Equal("[3.5]", await served.Predict("[1]"));
    }

    [Fact]
    public async Task ItListensOnThisMachineAlone()
    {
        await using Served served = await Half();
        Assert.StartsWith("http://127.0.0.1:", served.Address);
    }

    [Fact]
    public async Task AFolderThatIsNotThereAndATakenPortAreToldApart()
    {
        Assert.Contains("NAME/VERSION/", (await Assert.ThrowsAsync<DirectoryNotFoundException>(
            () => ModelServer.Start("/no-such-folder", _ => throw new InvalidOperationException()))).Message);
        await using Served served = await Half();
        await Assert.ThrowsAsync<IOException>(() => ModelServer.Start(AppContext.BaseDirectory, _ => throw new InvalidOperationException(),
            new() { Port = new Uri(served.Address).Port }));
    }
}
