namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>Requests of one channel, in the order in which they came.</summary>
internal sealed class RequestQueue
{
    private readonly Queue<Request> _waiting = new();
    private int _doomed;

    public void Add(Request request)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(request);
            Monitor.Pulse(_waiting);
        }
    }

    /// <summary>Waits for the next request.</summary>
    /// <returns>The request, and whether it was waiting when all waiting cells were called off.</returns>
    public (Request Request, bool IsDoomed) Take()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0)
            {
                Monitor.Wait(_waiting);
            }

            bool isDoomed = _doomed > 0;
            _doomed -= isDoomed ? 1 : 0;
            return (_waiting.Dequeue(), isDoomed);
        }
    }

    /// <summary>Calls off the cells that wait now.</summary>
    public void Doom()
    {
        lock (_waiting)
        {
            _doomed = _waiting.Count;
        }
    }
}
