using System.Net.Sockets;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>
/// What waits to be sent to one peer, sent by a thread of its own: a peer that does not read holds nobody up, and what is kept for it is
/// bounded.
/// </summary>
internal sealed class Outbox(Socket socket)
{
    /// <summary>How much may wait, in bytes.</summary>
    public const long Limit = 32 << 20;

    // What tells a client how a request ended, so that it need not wait for ever once it reads again.
    private const long Reserve = 4 << 20;

    private readonly Queue<byte[]> _waiting = new();
    private long _bytes;
    private bool _isComplete;
    private Thread? _thread;

    /// <summary>Takes bytes over to be sent.</summary>
    /// <param name="bytes">Whole messages.</param>
    /// <param name="isVital">Whether it may use the room that is kept free of outputs.</param>
    /// <returns>Whether there was room.</returns>
    public bool Send(byte[] bytes, bool isVital = false)
    {
        lock (_waiting)
        {
            if (_isComplete || (_bytes > 0 && _bytes + bytes.Length > (isVital ? Limit + Reserve : Limit)))
            {
                return false;
            }

            _waiting.Enqueue(bytes);
            _bytes += bytes.Length;
            Monitor.Pulse(_waiting);
            if (_thread is null)
            {
                _thread = new Thread(Run, 256 << 10) { IsBackground = true, Name = "zmtp send" };
                _thread.Start();
            }

            return true;
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void Complete()
    {
        lock (_waiting)
        {
            _isComplete = true;
            Monitor.Pulse(_waiting);
        }
    }

    /// <summary>Waits until all was sent, if the peer reads.</summary>
    public void Drain(TimeSpan patience)
    {
        Complete();
        _thread?.Join(patience);
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                byte[] next;
                lock (_waiting)
                {
                    while (!_waiting.TryPeek(out next!))
                    {
                        if (_isComplete)
                        {
                            return;
                        }

                        Monitor.Wait(_waiting);
                    }
                }

                for (int sent = 0; sent < next.Length;)
                {
                    sent += socket.Send(next, sent, next.Length - sent, SocketFlags.None);
                }

                lock (_waiting)
                {
                    _waiting.Dequeue();
                    _bytes -= next.Length;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            lock (_waiting)
            {
                _isComplete = true;
                _waiting.Clear();
                _bytes = 0;
            }
        }
    }
}
