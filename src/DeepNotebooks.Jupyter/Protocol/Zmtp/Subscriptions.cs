namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>The beginnings of topics that a subscriber wants; who subscribes twice must cancel twice.</summary>
internal sealed class Subscriptions
{
    private readonly List<byte[]> _prefixes = [];

    /// <summary>Told of each subscription.</summary>
    public event Action? Added;

    public void Add(byte[] prefix)
    {
        lock (_prefixes)
        {
            _prefixes.Add(prefix);
        }

        Added?.Invoke();
    }

    public void Remove(byte[] prefix)
    {
        lock (_prefixes)
        {
            int at = _prefixes.FindIndex(p => p.AsSpan().SequenceEqual(prefix));
            if (at >= 0)
            {
                _prefixes.RemoveAt(at);
            }
        }
    }

    public bool Match(ReadOnlySpan<byte> topic)
    {
        lock (_prefixes)
        {
            foreach (byte[] prefix in _prefixes)
            {
                if (topic.StartsWith(prefix))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
