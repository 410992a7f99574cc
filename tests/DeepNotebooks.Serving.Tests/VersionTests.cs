using System.Text.Json;
using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Serving.Tests;

public class VersionTests
{
    [Fact]
    public async Task TheNewestVersionTakesOverWithoutAFailedRequest()
    {
        await using var served = new Served();
        served.Write("half", 1, "1");
        await served.Start();
        using var end = new CancellationTokenSource();
        Task<HashSet<string>>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var seen = new HashSet<string>();
            while (!end.IsCancellationRequested)
                seen.Add(await served.Predict("[2]"));
            return seen;
        }))];
        for (int version = 2; version <= 6; version++)
        {
            served.Write("half", version, $"{version}");
            await Served.Until(async () => await served.Predict("[2]") == $"[{version + 1}]");
        }
        await end.CancelAsync();
        Assert.Subset(new HashSet<string>(["[2]", "[3]", "[4]", "[5]", "[6]", "[7]"]), (await Task.WhenAll(clients)).SelectMany(seen => seen).ToHashSet());
        Assert.Equal(404, (await served.Post("/v1/models/half/versions/1:predict", """{"instances": [2]}""")).Status);
    }

    [Fact]
    public async Task WhatTheOldVersionHasIsAnsweredBeforeItGoes()
    {
        var started = new TaskCompletionSource();
        using var hold = new ManualResetEventSlim();
        await using var served = new Served();
        served.Write("half", 1, "1");
        await served.Start();
        served.OnBatch = x =>
        {
            if (x.Max().Item() == 8)
            {
                started.TrySetResult();
                hold.Wait();
            }
        };
        Task<string> held = served.Predict("[8]");
        await started.Task;
        Task<string> waiting = served.Predict("[2]");
        await Served.Until(async () => (await served.Get("/metrics")).Text.Contains("version=\"1\"} 1\n"));
        served.Write("half", 2, "20");
        await Served.Until(async () => (await served.Get("/v1/models/half")).Text.Contains("\"version\":\"2\""));
        Assert.Equal("[21]", await served.Predict("[2]"));
        hold.Set();
        Assert.Equal(("[5]", "[2]"), (await held, await waiting));
    }

    [Fact]
    public async Task ADamagedVersionIsReportedAndTheOldOneStaysUntilItIsMended()
    {
        await using var served = new Served();
        served.Write("half", 1, "1");
        await served.Start();
        served.Write("half", 2, "no number");
        await Served.Until(async () => (await served.Get("/v1/models/half")).Text.Contains("END"));
        Assert.Contains("""{"version":"2","state":"END","status":{"error_code":"UNKNOWN","error_message":"The input string """, (await served.Get("/v1/models/half")).Text);
        Assert.Equal("[2]", await served.Predict("[2]"));
        Assert.Contains("load_failures_total 1\n", (await served.Get("/metrics")).Text);
        File.WriteAllText(served.FileOf("half", 2), "2.25");
        await Served.Until(async () => await served.Predict("[2]") == "[3.25]");
        Assert.DoesNotContain("END", (await served.Get("/v1/models/half")).Text);
    }

    [Fact]
    public async Task ModelsComeAndGoAndARemovedVersionGivesWayToTheOneBefore()
    {
        await using var served = new Served();
        await served.Start();
        Assert.Equal(404, (await served.Get("/v1/models/half")).Status);
        served.Write("half", 9, "9");
        served.Write("half", 10, "10");
        served.Write("other", 1, "0");
        await Served.Until(async () => (await served.Get("/v1/models/half")).Status == 200 && (await served.Get("/v1/models/other")).Status == 200);
        await Served.Until(async () => await served.Predict("[0]") == "[10]");
        served.Delete("half/10");
        await Served.Until(async () => await served.Predict("[0]") == "[9]");
        served.Delete("half");
        await Served.Until(async () => (await served.Get("/v1/models/half")).Status == 404);
        Assert.Equal("[1]", await served.Predict("[2]", "/v1/models/other:predict"));
    }

    [Fact]
    public async Task AnOnnxFileIsServedAsItSays()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("models-");
        string version = folder.CreateSubdirectory("net/1").FullName;
        var net = new Sequential(new Linear(3, 2, new Rng(1)), new DeepNotebooks.Layers.Tanh());
        Onnx.Save(Path.Combine(version, "model.onnx"), net, Tensor.Zeros([1, 3]));
        await using (ModelServer server = await ModelServer.Start(folder.FullName, Servable.FromOnnx, new() { Port = 0 }))
        {
            using var client = new HttpClient();
            HttpResponseMessage reply = await client.PostAsync($"{server.Address}/v1/models/net:predict", new StringContent("""{"instances": [{"input": [1, 2, 3]}]}"""));
            double[] expected = net.Predict(Tensor.From([1.0, 2, 3]).Reshape(1, 3)).ToArray();
            float[][] predictions = JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement.GetProperty("predictions").Deserialize<float[][]>()!;
            Assert.Equal(expected[0], predictions[0][0], 1e-6);
            Assert.Equal(expected[1], predictions[0][1], 1e-6);
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task SeveralVersionsAreServedIfAsked()
    {
        await using var served = new Served();
        for (int version = 1; version <= 3; version++)
            served.Write("half", version, $"{version}");
        await served.Start(new() { Versions = 2 });
        Assert.Equal("[3]", await served.Predict("[0]"));
        Assert.Equal("[2]", await served.Predict("[0]", "/v1/models/half/versions/2:predict"));
        Assert.Equal(404, (await served.Get("/v1/models/half/versions/1")).Status);
    }
}
