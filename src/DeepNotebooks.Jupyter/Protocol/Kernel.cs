using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Engine;
using DeepNotebooks.Jupyter.Protocol.Zmtp;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>
/// A Jupyter kernel for C#: takes requests, has a session execute the cells, publishes what they put out. Requests on shell wait for one
/// another; those on control are answered while a cell runs.
/// </summary>
public sealed class Kernel
{
    private readonly Channels _channels;
    private readonly LiveOutputs _outputs;
    private readonly StandardInput _input;
    private readonly RequestQueue _shell = new();
    private readonly RequestQueue _control = new();
    private readonly Lazy<Session> _session;
    private readonly History _history;
    private readonly Action<string> _log;
    private readonly ManualResetEventSlim _ended = new();
    private volatile bool _hasServed;

    /// <summary>A kernel that listens, but serves nobody yet.</summary>
    /// <param name="file">Where to listen, and the key.</param>
    /// <param name="workingDirectory">The folder in which cells run.</param>
    /// <param name="historyFile">Where the cells of this and former runs are kept.</param>
    /// <param name="log">Told what goes wrong outside of cells.</param>
    /// <exception cref="System.Net.Sockets.SocketException">An address of the connection file is taken or not this machine's.</exception>
    public Kernel(ConnectionFile file, string workingDirectory, string historyFile, Action<string> log)
    {
        _log = log;
        _history = new History(historyFile);
        _session = new Lazy<Session>(() => new Session(workingDirectory));
        _input = new StandardInput { Ask = (request, content) => _channels!.Ask(request, content) };
        _channels = new Channels(file, _shell.Add, _control.Add, _input.Answer, log);
        _outputs = new LiveOutputs(_channels, _input);
    }

    /// <summary>Serves clients until one of them asks for the end.</summary>
    public void Run()
    {
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            Interrupt();
        });
        ParentWatch.Start(_ended.Set);
        _channels.Start();
        new Thread(() => Serve(_control, _channels.Control)) { IsBackground = true, Name = "control" }.Start();
        new Thread(() => Serve(_shell, _channels.Shell)) { IsBackground = true, Name = "shell" }.Start();
        _channels.Publish("status", null, new JsonObject { ["execution_state"] = "starting" });
        var session = _session.Value;
        Warmth.Practise(() => session.IsExecuting);
        _ended.Wait();
        _channels.Close();
    }

    private void Serve(RequestQueue queue, RouterSocket channel)
    {
        while (!_ended.IsSet)
        {
            var (request, isDoomed) = queue.Take();
            if (!_hasServed)
            {
                _channels.AwaitListener();
                _hasServed = true;
            }

            Status(request, "busy");
            try
            {
                if (isDoomed && request.Type == "execute_request")
                {
                    _channels.Reply(channel, request, "execute_reply", new JsonObject
                    {
                        ["status"] = "aborted",
                        ["execution_count"] = _session.Value.ExecutionCount,
                    });
                }
                else
                {
                    Obey(request, channel);
                }
            }
            catch (Exception e)
            {
                _log($"{request.Type} failed: {e}");
                _channels.Reply(channel, request, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), Failed(e));
            }
            finally
            {
                Status(request, "idle");
            }

            if (request.Type == "shutdown_request")
            {
                _ended.Set();
            }
        }
    }

    private void Obey(Request request, RouterSocket channel)
    {
        var content = request.Content;
        if (request.Type == "execute_request")
        {
            Execute(request, channel);
            return;
        }

        var answer = request.Type switch
        {
            "kernel_info_request" => KernelInfo(),
            "is_complete_request" => IsComplete(content),
            "complete_request" => Complete(content),
            "inspect_request" => Inspect(content),
            "history_request" => _history.Answer(content),
            "comm_info_request" => new JsonObject { ["comms"] = new JsonObject() },
            "interrupt_request" => Interrupt(),
            "shutdown_request" => new JsonObject { ["restart"] = content.Flag("restart", false) },
            _ => null,
        };
        if (answer is not null)
        {
            answer.TryAdd("status", "ok");
            string type = request.Type.Replace("_request", "_reply", StringComparison.Ordinal);
            _channels.Reply(channel, request, type, answer);
            if (request.Type == "shutdown_request")
            {
                _channels.Publish(type, request, (JsonObject)answer.DeepClone());
            }
        }
        else if (request.Type == "comm_open")
        {
            // Nobody in this kernel takes comms; a client that opens one is told so by its being closed.
            _channels.Publish("comm_close", request, new JsonObject { ["comm_id"] = content.Text("comm_id"), ["data"] = new JsonObject() });
        }
        else if (request.Type is not ("comm_msg" or "comm_close"))
        {
            _log($"a request of the type {request.Type}, which this kernel does not know");
        }
    }

    private void Execute(Request request, RouterSocket channel)
    {
        var session = _session.Value;
        var content = request.Content;
        string code = content.Text("code") ?? "";
        bool isSilent = content.Flag("silent", false);
        bool isCounted = !isSilent && content.Flag("store_history", true) && !string.IsNullOrWhiteSpace(code);
        int count = session.ExecutionCount + (isCounted ? 1 : 0);
        CellStatus status;
        Documents.Output? error;
        _outputs.Begin(request);
        if (isSilent)
        {
            var quiet = new QuietOutputs();
            status = session.Execute(code, quiet, "Silent cell");
            error = quiet.Failure;
        }
        else
        {
            _channels.Publish("execute_input", request, new JsonObject { ["code"] = code, ["execution_count"] = count });
            status = session.Execute(code, _outputs, isCounted ? null : "Uncounted cell");
            _outputs.Flush(isEnd: true);
            error = _outputs.LastError;
        }

        var reply = error is null ? [] : LiveOutputs.Content(error);
        reply["status"] = status == CellStatus.Ok ? "ok" : "error";
        reply["execution_count"] = count;
        reply["user_expressions"] = status == CellStatus.Ok ? Evaluate(content) : new JsonObject();
        reply["payload"] = new JsonArray([.. _outputs.TakePages().Select(p => (JsonNode)new JsonObject
        {
            ["source"] = "page", ["data"] = LiveOutputs.Data(p), ["start"] = 0,
        })]);
        if (isCounted)
        {
            _history.Add(count, code, (string?)_outputs.LastResult?.Forms["text/plain"]);
        }

        if (status != CellStatus.Ok && content.Flag("stop_on_error", true))
        {
            _shell.Doom();
        }

        _channels.Reply(channel, request, "execute_reply", reply);
    }

    private JsonObject Evaluate(JsonElement content)
    {
        var values = new JsonObject();
        if (content.TryGetProperty("user_expressions", out var expressions) && expressions.ValueKind == JsonValueKind.Object)
        {
            foreach (var expression in expressions.EnumerateObject())
            {
                var quiet = new QuietOutputs();
                _session.Value.Execute(expression.Value.ToString(), quiet, "Expression");
                JsonObject value;
                if (quiet.Failure is { } failure)
                {
                    value = LiveOutputs.Content(failure);
                    value["status"] = "error";
                }
                else
                {
                    var bundle = quiet.Value is { } shown ? LiveOutputs.Data(shown) : [];
                    value = new JsonObject { ["status"] = "ok", ["data"] = bundle, ["metadata"] = new JsonObject() };
                }

                values[expression.Name] = value;
            }
        }

        return values;
    }

    private JsonObject Interrupt()
    {
        if (_session.IsValueCreated)
        {
            _session.Value.Interrupt();
        }

        return [];
    }

    private void Status(Request cause, string state) => _channels.Publish("status", cause, new JsonObject { ["execution_state"] = state });

    private static JsonObject Failed(Exception e) => new()
    {
        ["status"] = "error",
        ["ename"] = e.GetType().FullName,
        ["evalue"] = e.Message,
        ["traceback"] = new JsonArray(),
    };

    private static JsonObject KernelInfo() => new()
    {
        ["protocol_version"] = Channels.Version,
        ["implementation"] = "deepnotebooks",
        ["implementation_version"] = Version,
        ["language_info"] = new JsonObject
        {
            ["name"] = "C#",
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
        },
        ["banner"] = $"DeepNotebooks {Version}: C# 14 on {RuntimeInformation.FrameworkDescription}",
        ["help_links"] = new JsonArray(),
        ["supported_features"] = new JsonArray(),
        ["debugger"] = false,
    };

    private static string Version => typeof(Kernel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
        .InformationalVersion.Split('+')[0] ?? "";

    private static JsonObject IsComplete(JsonElement content)
    {
        var completeness = Completeness.Of(content.Text("code") ?? "");
        var answer = new JsonObject { ["status"] = completeness.Status };
        if (completeness.Status == "incomplete")
        {
            answer["indent"] = completeness.Indent;
        }

        return answer;
    }

    private JsonObject Complete(JsonElement content)
    {
        var (code, cursor) = Place(content);
        var completion = _session.Value.Complete(code, cursor);
        int start = CodePoints(code, completion.Start), end = CodePoints(code, cursor);
        return new JsonObject
        {
            ["matches"] = new JsonArray([.. completion.Matches.Select(m => JsonValue.Create(m.Text))]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                ["_jupyter_types_experimental"] = new JsonArray([.. completion.Matches.Select(m => (JsonNode)new JsonObject
                {
                    ["start"] = start,
                    ["end"] = end,
                    ["text"] = m.Text,
                    ["type"] = m.Kind,
                    ["signature"] = m.Signature,
                })]),
            },
        };
    }

    private JsonObject Inspect(JsonElement content)
    {
        var (code, cursor) = Place(content);
        var found = _session.Value.Inspect(code, cursor, content.Number("detail_level") == 1);
        return new JsonObject
        {
            ["found"] = found is not null,
            ["data"] = found is null ? [] : new JsonObject { ["text/plain"] = found.Text, ["text/markdown"] = found.Markdown },
            ["metadata"] = new JsonObject(),
        };
    }

    // The protocol counts code points; strings count halves of them.
    private static (string Code, int Cursor) Place(JsonElement content)
    {
        string code = content.Text("code") ?? "";
        int left = content.Number("cursor_pos") ?? int.MaxValue;
        int cursor = 0;
        while (cursor < code.Length && left-- > 0)
        {
            cursor += char.IsSurrogatePair(code, cursor) ? 2 : 1;
        }

        return (code, cursor);
    }

    private static int CodePoints(string text, int length) => text.AsSpan(0, length).ToString().EnumerateRunes().Count();
}
