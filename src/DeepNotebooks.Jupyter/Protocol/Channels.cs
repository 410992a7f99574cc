using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Protocol.Zmtp;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>The kernel's five sockets, and the messages that go out through them.</summary>
internal sealed class Channels
{
    /// <summary>The protocol's version as in every header.</summary>
    public const string Version = "5.3";

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan s_untilListened = TimeSpan.FromMilliseconds(300);
    private static readonly byte[] s_empty = [.. "{}"u8];

    private readonly string _session = Guid.NewGuid().ToString("N");
    private readonly Signer _signer;
    private readonly PublisherSocket _ioPub;
    private readonly EchoSocket _heartbeat;
    private long _count;

    /// <summary>Binds all sockets; nobody is served before <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">An address is taken or not ours.</exception>
    public Channels(ConnectionFile file, Action<Request> shell, Action<Request> control, Action<Request> stdin, Action<string> log)
    {
        IPEndPoint At(int port) => new(file.Address, port);
        Action<PeerIdentity, List<byte[]>> Read(string channel, Action<Request> received) => (from, frames) =>
        {
            try
            {
                received(Request.Read(from, frames, _signer!));
            }
            catch (MessageException e)
            {
                log($"{channel}: refused {e.Message}");
            }
        };
        _signer = new Signer(file.Key);
        _heartbeat = new EchoSocket(At(file.Heartbeat), log);
        _ioPub = new PublisherSocket(At(file.IoPub), log);
        Stdin = new RouterSocket(At(file.Stdin), Read("stdin", stdin), log);
        Control = new RouterSocket(At(file.Control), Read("control", control), log);
        Shell = new RouterSocket(At(file.Shell), Read("shell", shell), log);
    }

    public RouterSocket Shell { get; }

    public RouterSocket Control { get; }

    public RouterSocket Stdin { get; }

    private IReadOnlyList<ServerSocket> All => [_heartbeat, _ioPub, Stdin, Control, Shell];

    public void Start()
    {
        foreach (var socket in All)
        {
            socket.Start();
        }
    }

    /// <summary>Sends what waits, as far as clients read, and closes everything.</summary>
    public void Close()
    {
        foreach (var socket in All.Reverse())
        {
            socket.Close(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <summary>
    /// Waits for the first listener. A client that asks before its other connection stands would miss what is published about its
    /// request, ask again, and lose more time than this takes.
    /// </summary>
    public void AwaitListener() => _ioPub.AwaitSubscriber(s_untilListened);

    /// <summary>Answers a request.</summary>
    public void Reply(RouterSocket channel, Request request, string type, JsonObject content) =>
        channel.Send(request.From, [.. request.Route, .. Message(type, request, content, metadata: null)]);

    /// <summary>Asks who sent a request, on the channel for that.</summary>
    /// <returns>The question's id; null if the client is not connected there.</returns>
    public string? Ask(Request request, JsonObject content)
    {
        var message = Message("input_request", request, content, metadata: null, out string id);
        return Stdin.Send(request.From, [.. request.Route, .. message]) ? id : null;
    }

    /// <summary>Tells all clients.</summary>
    /// <param name="type">The message's type.</param>
    /// <param name="cause">The request because of which; null for none.</param>
    /// <param name="content">What to tell.</param>
    /// <param name="metadata">What to tell about it.</param>
    public void Publish(string type, Request? cause, JsonObject content, JsonObject? metadata = null)
    {
        byte[] topic = Encoding.ASCII.GetBytes($"kernel.{_session}.{type}");
        bool isVital = type is "status" or "error" or "execute_input" or "shutdown_reply";
        _ioPub.Publish([topic, .. Message(type, cause, content, metadata)], isVital);
    }

    private byte[][] Message(string type, Request? cause, JsonObject content, JsonObject? metadata) =>
        Message(type, cause, content, metadata, out _);

    private byte[][] Message(string type, Request? cause, JsonObject content, JsonObject? metadata, out string id)
    {
        id = $"{_session}_{Interlocked.Increment(ref _count)}";
        byte[] header = Bytes(new JsonObject
        {
            ["msg_id"] = id,
            ["msg_type"] = type,
            ["username"] = "kernel",
            ["session"] = _session,
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["version"] = Version,
        });
        byte[] parent = cause?.Header ?? s_empty;
        byte[] about = metadata is null ? s_empty : Bytes(metadata);
        byte[] body = Bytes(content);
        return [Request.Delimiter, _signer.Sign(header, parent, about, body), header, parent, about, body];
    }

    private static byte[] Bytes(JsonObject json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, s_json))
        {
            json.WriteTo(writer);
        }

        return stream.ToArray();
    }
}
