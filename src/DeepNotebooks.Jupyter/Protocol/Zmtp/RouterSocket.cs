using System.Net;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>Receives messages of many peers and answers each by its identity.</summary>
/// <param name="address">Where to listen.</param>
/// <param name="received">Told each message and the identity of its sender, on the sender's thread.</param>
/// <param name="log">Told what goes wrong.</param>
internal sealed class RouterSocket(IPEndPoint address, Action<PeerIdentity, List<byte[]>> received, Action<string> log)
    : ServerSocket(address, log)
{
    private readonly Dictionary<PeerIdentity, Connection> _holders = [];
    private readonly Dictionary<Connection, PeerIdentity> _peers = [];
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
            peer = _peers.ContainsKey(to.Connection) ? to.Connection : _holders.GetValueOrDefault(to);
        }

        if (peer is null)
        {
            return false;
        }

        if (peer.Send(Frame.Write(frames)))
        {
            return true;
        }

        Log($"closed the connection to a peer that leaves {Outbox.Limit >> 20} MiB of answers unread");
        peer.Close();
        return false;
    }

    // Who comes under a name that is in use takes it over. The former holder is dead, or a second client of the same program: those
    // share a name. Were its connection closed, it would come back and take the name in turn, for ever.
    public override void Join(Connection connection)
    {
        lock (_peers)
        {
            // Names that begin with 0 are not the peers' to choose.
            byte[] name = connection.Identity.Length > 0 ? connection.Identity : [0, .. BitConverter.GetBytes(++_count)];
            var identity = new PeerIdentity(name, connection);
            _holders[identity] = connection;
            _peers.Add(connection, identity);
        }
    }

    public override void Receive(Connection connection, List<byte[]> frames)
    {
        PeerIdentity? identity;
        lock (_peers)
        {
            _peers.TryGetValue(connection, out identity);
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
            if (_peers.Remove(connection, out var identity) && _holders.GetValueOrDefault(identity) == connection)
            {
                _holders.Remove(identity);
            }
        }
    }
}

/// <summary>The name by which a peer is addressed: on the connection from which it came, or whichever holds the name.</summary>
internal sealed class PeerIdentity(byte[] name, Connection connection) : IEquatable<PeerIdentity>
{
    private readonly byte[] _name = name;

    public Connection Connection => connection;

    public bool Equals(PeerIdentity? other) => other is not null && _name.AsSpan().SequenceEqual(other._name);

    public override bool Equals(object? obj) => Equals(obj as PeerIdentity);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_name);
        return hash.ToHashCode();
    }
}
