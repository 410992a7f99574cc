using System.Net.Sockets;
using System.Text;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>One peer of a socket, read by a thread of its own.</summary>
internal sealed class Connection(Socket socket)
{
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(30);

    private readonly Outbox _outbox = new(socket);

    /// <summary>By what name the peer wants to be addressed; empty if it does not care.</summary>
    public byte[] Identity { get; private set; } = [];

    /// <summary>What the peer has subscribed to; only publishers ask.</summary>
    public Subscriptions Subscriptions { get; } = new();

    public bool Send(byte[] bytes, bool isVital = false) => _outbox.Send(bytes, isVital);

    public void Drain(TimeSpan patience) => _outbox.Drain(patience);

    /// <summary>Ends the connection; its thread then ends, too.</summary>
    public void Close()
    {
        _outbox.Complete();
        socket.Dispose();
    }

    /// <summary>Greets, then passes on what arrives until the peer leaves.</summary>
    /// <param name="owner">The socket that accepted the peer.</param>
    /// <exception cref="ZmtpException">The peer does not keep to the protocol.</exception>
    /// <exception cref="IOException">The peer has left.</exception>
    public void Run(ServerSocket owner)
    {
        using var stream = new BufferedStream(new NetworkStream(socket), 16 << 10);
        socket.NoDelay = true;
        socket.ReceiveTimeout = (int)s_handshake.TotalMilliseconds;
        Send(Greeting.Ours());
        byte[] theirs = new byte[Greeting.Size];
        stream.ReadExactly(theirs);
        Greeting.Check(theirs);
        Send(Command.Ready(owner.SocketType));
        var ready = Frame.Read(stream) is { IsCommand: true } first ? Command.Parse(first.Frames[0]) : default;
        if (ready.Name != "READY")
        {
            throw new ZmtpException($"handshake: {ready.Name ?? "a message"} instead of READY");
        }

        var properties = ready.Properties();
        string type = Encoding.ASCII.GetString(properties.GetValueOrDefault("Socket-Type", []));
        if (!owner.PeerTypes.Contains(type))
        {
            Send(Frame.WriteCommand("ERROR"u8, [20, .. "Invalid socket type."u8]));
            throw new ZmtpException($"handshake: a {owner.SocketType} socket cannot serve a {type} socket");
        }

        Identity = properties.GetValueOrDefault("Identity", []);
        socket.ReceiveTimeout = 0;
        owner.Join(this);
        while (Frame.Read(stream) is var (frames, isCommand))
        {
            if (isCommand)
            {
                Obey(Command.Parse(frames[0]));
            }
            else
            {
                owner.Receive(this, frames);
            }
        }
    }

    private void Obey(Command command)
    {
        switch (command.Name)
        {
            case "PING":
                Send(command.Pong(), isVital: true);
                break;
            case "SUBSCRIBE":
                Subscriptions.Add(command.Data);
                break;
            case "CANCEL":
                Subscriptions.Remove(command.Data);
                break;
            case "ERROR":
                throw new ZmtpException($"the peer reports an error: {Encoding.ASCII.GetString(command.Data)}");
        }
    }
}
