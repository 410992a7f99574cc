using System.Net;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>The heartbeat: every message comes back as it is, empty frames included.</summary>
internal sealed class EchoSocket(IPEndPoint address, Action<string> log) : ServerSocket(address, log)
{
    public override string SocketType => "REP";

    public override IReadOnlyList<string> PeerTypes { get; } = ["REQ", "DEALER"];

    public override void Receive(Connection connection, List<byte[]> frames) => connection.Send(Frame.Write(frames));
}
