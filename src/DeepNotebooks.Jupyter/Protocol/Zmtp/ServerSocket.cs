using System.Net;
using System.Net.Sockets;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>
/// A bound socket that serves peers over TCP. Threads that block rather than tasks: cells may use up the thread pool, and the kernel must
/// answer all the same.
/// </summary>
internal abstract class ServerSocket
{
    // Each costs two threads.
    private const int MaxConnections = 256;

    private readonly Socket _listener;
    private readonly Action<string> _log;
    private readonly HashSet<Connection> _connections = [];
    private bool _isClosed;

    /// <summary>Binds, without accepting anybody yet.</summary>
    /// <exception cref="SocketException">The address is taken or not ours.</exception>
    protected ServerSocket(IPEndPoint address, Action<string> log)
    {
        _log = log;
        _listener = new Socket(address.AddressFamily, System.Net.Sockets.SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(address);
        _listener.Listen(128);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What it tells peers to be.</summary>
    public abstract string SocketType { get; }

    /// <summary>Whom it can serve.</summary>
    public abstract IReadOnlyList<string> PeerTypes { get; }

    /// <summary>Begins to accept peers.</summary>
    public void Start() => StartThread(Accept, "accept");

    /// <summary>Sends what waits, as far as peers read, and closes everything.</summary>
    public void Close(TimeSpan patience)
    {
        List<Connection> connections;
        lock (_connections)
        {
            _isClosed = true;
            connections = [.. _connections];
        }

        _listener.Dispose();
        var until = DateTime.UtcNow + patience;
        foreach (var connection in connections)
        {
            connection.Drain(TimeSpan.FromTicks(Math.Max(0, (until - DateTime.UtcNow).Ticks)));
            connection.Close();
        }
    }

    /// <summary>A peer has shaken hands.</summary>
    public virtual void Join(Connection connection)
    {
    }

    /// <summary>A message arrived; called on the peer's own thread.</summary>
    public abstract void Receive(Connection connection, List<byte[]> frames);

    /// <summary>A peer has gone.</summary>
    protected virtual void Leave(Connection connection)
    {
    }

    protected void Log(string text) => _log($"{SocketType} {EndPoint.Port}: {text}");

    private void StartThread(Action action, string name) =>
        new Thread(() => action(), 256 << 10) { IsBackground = true, Name = $"zmtp {name}" }.Start();

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_isClosed)
                {
                    return;
                }

                Log($"accepting failed: {e.Message}");
                Thread.Sleep(100); // Too many open files, most likely; perhaps some get closed.
                continue;
            }

            var connection = new Connection(socket);
            bool isAccepted;
            lock (_connections)
            {
                isAccepted = !_isClosed && _connections.Count < MaxConnections && _connections.Add(connection);
            }

            if (isAccepted)
            {
                StartThread(() => Serve(connection), "receive");
            }
            else
            {
                Log($"refused a peer: {MaxConnections} are connected");
                connection.Close();
            }
        }
    }

    private void Serve(Connection connection)
    {
        try
        {
            connection.Run(this);
        }
        catch (ZmtpException e)
        {
            Log(e.Message);
            connection.Drain(TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The peer has left, as peers do.
        }
        finally
        {
            lock (_connections)
            {
                _connections.Remove(connection);
            }

            Leave(connection);
            connection.Close();
        }
    }
}
