using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using DeepNotebooks.Serving;

const string Usage = "MODELS [--listen ADDRESS] [--port N] [--max-batch N] [--max-wait MILLISECONDS] [--versions N] [--timeout SECONDS] "
    + "[--max-body BYTES]";
string folder;
ServingOptions options;
try
{
    (folder, options) = Read(args);
}
catch (Exception e) when (e is FormatException or OverflowException)
{
    Console.Error.WriteLine($"{e.Message}\n{Usage}");
    return 2;
}
try
{
    await using ModelServer server = await ModelServer.Start(folder, Servable.FromOnnx, options);
    Console.WriteLine($"Serving {folder} at {server.Address}/v1/models/ (Ctrl+C ends it)");
    var end = new TaskCompletionSource();
    void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        end.TrySetResult();
    }
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
    await end.Task;
    return 0;
}
catch (DirectoryNotFoundException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}

static (string, ServingOptions) Read(string[] args)
{
    if (args.Length % 2 == 0)
        throw new FormatException("Name the folder of models first, then options, each with its value.");
    var options = new ServingOptions { Log = line => Console.WriteLine($"{DateTime.UtcNow:O} {line}") };
    foreach (string[] pair in args.Skip(1).Chunk(2))
    {
        string value = pair[1];
        double number = pair[0] == "--listen" ? 0 : double.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        options = pair[0] switch
        {
            "--listen" => options with { Address = IPAddress.Parse(value) },
            "--port" => options with { Port = ushort.Parse(value) },
            "--max-batch" => options with { MaxBatch = Math.Max(1, checked((int)number)) },
            "--max-wait" => options with { MaxWait = TimeSpan.FromMilliseconds(number) },
            "--versions" => options with { Versions = Math.Max(1, checked((int)number)) },
            "--timeout" => options with { Timeout = TimeSpan.FromSeconds(number) },
            "--max-body" => options with { MaxBodyBytes = checked((long)number) },
            _ => throw new FormatException($"{pair[0]} is no option."),
        };
    }
    return (args[0], options);
}
