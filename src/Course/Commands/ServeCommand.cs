using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Course.Commands;

/// <summary>
/// <c>course serve</c>, and what the course does without a command: the site on a loopback address; with a folder, the models in it.
/// </summary>
internal static class ServeCommand
{
    private const int UsualPort = 5117;

    public static Command Define(CommandLine line)
    {
        var port = Options.Port();
        var models = new Argument<string[]>("models")
        {
            Description = "A folder NAME/VERSION/model.onnx of models to serve; after -- what their server takes, such as --max-batch 64.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new CourseCommand("serve", "Serves the site that was built last, or a folder of models, on this machine only.", """
            The address is printed; Ctrl+C ends it. Models are served in the form of TensorFlow Serving's REST interface, at port 8501 if
            none is given, and watched for new versions. Their server takes, after --: --listen ADDRESS, --max-batch N, --max-wait
            MILLISECONDS, --versions N, --timeout SECONDS, --max-body BYTES.
            """)
        {
            models,
            port,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var repository = line.Repository();
            if (parsed.GetValue(models) is [var folder, .. var options])
            {
                string[] at = parsed.GetValue(port) is { } number ? ["--port", $"{number}"] : [];
                return ServeModels(repository, [line.FullPath(folder), .. at, .. options]);
            }

            if (!File.Exists(Path.Combine(repository.Site, "index.html")))
            {
                throw new Failure(ExitCode.BadInput, $"{repository.Site} holds no site yet. Build it first: `build`, or give no command at all.");
            }

            await Serve(line, repository.Site, parsed.GetValue(port), cancel);
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>Serves a folder until cancelled.</summary>
    /// <param name="line">Told the address.</param>
    /// <param name="folder">What is served.</param>
    /// <param name="port">The port; null for the usual one or, if that is taken, any.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="meanwhile">What is done once the site can be read.</param>
    public static async Task Serve(CommandLine line, string folder, int? port, CancellationToken cancel, Func<Task>? meanwhile = null)
    {
        var app = await Start(folder, port ?? UsualPort) ?? (port is null ? await Start(folder, 0) : null)
            ?? throw new Failure(ExitCode.Environment, $"Port {port} is taken. Name another with --port, or none to have a free one chosen.");
        await using (app)
        {
            line.Output.WriteLine($"Read the course at {app.Urls.First()}/ (Ctrl+C ends it)");
            line.Output.Flush();
            try
            {
                await (meanwhile?.Invoke() ?? Task.CompletedTask);
                await Task.Delay(Timeout.Infinite, cancel);
            }
            catch (OperationCanceledException)
            {
                await app.StopAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Runs the model server, which is built beside the library, in this process.</summary>
    private static int ServeModels(Repository repository, string[] arguments)
    {
        string program = Path.Combine(repository.Library, "DeepNotebooks.Serving.dll");
        return File.Exists(program)
            ? (int)Assembly.LoadFrom(program).EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!
            : throw new Failure(ExitCode.Environment, $"{program} is missing. Build it: dotnet build src/DeepNotebooks.Serving");
    }

    /// <summary>Starts serving; null when the port is taken.</summary>
    private static async Task<WebApplication?> Start(string folder, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(IPAddress.Loopback, port);
        });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-cache";
            return next();
        });
        var types = new Microsoft.AspNetCore.StaticFiles.FileExtensionContentTypeProvider();
        types.Mappings[".ipynb"] = "application/x-ipynb+json";
        app.UseFileServer(new FileServerOptions
        {
            FileProvider = new PhysicalFileProvider(folder),
            StaticFileOptions = { ContentTypeProvider = types },
        });
        try
        {
            await app.StartAsync();
            return app;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException)
        {
            await app.DisposeAsync();
            return null;
        }
    }
}
