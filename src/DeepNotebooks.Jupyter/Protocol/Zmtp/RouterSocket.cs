using System.Net;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>Receives messages of many peers and answers each by its identity.</summary>
/// <param name="address">Where to listen.</param>
/// <param name="received">Told each message and the identity of its sender, on the sender's thread.</param>
/// <param name="log">Told what goes wrong.</param>
internal sealed class RouterSocket(IPEndPoint address, Action<PeerIdentity, List<byte[]>> received, Action<string> log)
    : ServerSocket(address, log)
{
    private readonly Dictionary<PeerIdentity, Connection> _peers = [];
    private readonly Dictionary<Connection, PeerIdentity> _identities = [];
    private long _count;

    public override string SocketType => "ROUTER";

    public override IReadOnlyList<string> PeerTypes { get; } = ["DEALER", "REQ", "ROUTER"];

    /// <summary>Sends a message to a peer; the identity says to whom, and is not sent.</summary>
    /// <returns>Whether the peer is connected.</returns>
    public bool Send(PeerIdentity to, IReadOnlyList<byte[]> frames)
    {
        Connection? peer;
        lock (_peers)
        {
            if (!_peers.TryGetValue(to, out peer))
            {
                return false;
            }
        }

        if (peer.Send(Frame.Write(frames)))
        {
            return true;
        }

        Log($"closed the connection to a peer that leaves {Outbox.Limit >> 20} MiB of answers unread");
        peer.Close();
        return false;
    }

    // Who comes under a name that is in use takes it over: the other is a connection that died unnoticed.
    public override void Join(Connection connection)
    {
        Connection? former;
        lock (_peers)
        {
            var identity = connection.Identity.Length > 0
                ? new PeerIdentity(connection.Identity)
                : new PeerIdentity([0, .. BitConverter.GetBytes(++_count)]); // Names that begin with 0 are not the peers' to choose.
            _peers.Remove(identity, out former);
            _peers.Add(identity, connection);
            _identities.Add(connection, identity);
        }

        former?.Close();
    }

    public override void Receive(Connection connection, List<byte[]> frames)
    {
        PeerIdentity? identity;
        lock (_peers)
        {
            _identities.TryGetValue(connection, out identity);
        }

        if (identity is not null)
        {
            received(identity, frames);
        }
    }

    protected override void Leave(Connection connection)
    {
        lock (_peers)
        {
            if (_identities.Remove(connection, out var identity) && _peers.GetValueOrDefault(identity) == connection)
            {
                _peers.Remove(identity);
            }
        }
    }
}

/// <summary>The name by which a peer is addressed.</summary>
internal sealed class PeerIdentity(byte[] bytes) : IEquatable<PeerIdentity>
{
    private readonly byte[] _bytes = bytes;

    public bool Equals(PeerIdentity? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as PeerIdentity);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }
}
