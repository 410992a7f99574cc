using System.Net;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>Sends each message to all who subscribed to its topic.</summary>
internal sealed class PublisherSocket(IPEndPoint address, Action<string> log) : ServerSocket(address, log)
{
    private readonly HashSet<Connection> _subscribers = [];
    private readonly ManualResetEventSlim _hasBeenSubscribed = new();

    public override string SocketType => "PUB";

    public override IReadOnlyList<string> PeerTypes { get; } = ["SUB", "XSUB"];

    /// <summary>Sends a message.</summary>
    /// <param name="frames">The message; its first frame is the topic.</param>
    /// <param name="isVital">Whether a subscriber that reads slowly should rather miss others.</param>
    public void Publish(IReadOnlyList<byte[]> frames, bool isVital)
    {
        byte[]? bytes = null;
        lock (_subscribers)
        {
            foreach (var subscriber in _subscribers)
            {
                if (subscriber.Subscriptions.Match(frames[0]))
                {
                    subscriber.Send(bytes ??= Frame.Write(frames), isVital);
                }
            }
        }
    }

    /// <summary>Waits until anybody has subscribed to anything.</summary>
    public void AwaitSubscriber(TimeSpan patience) => _hasBeenSubscribed.Wait(patience);

    public override void Join(Connection connection)
    {
        connection.Subscriptions.Added += _hasBeenSubscribed.Set;
        lock (_subscribers)
        {
            _subscribers.Add(connection);
        }
    }

    // As 3.0 has it, subscriptions are messages; as 3.1 has it, commands, which the connection obeys.
    public override void Receive(Connection connection, List<byte[]> frames)
    {
        switch (frames[0])
        {
            case [1, .. var topic]:
                connection.Subscriptions.Add(topic);
                break;
            case [0, .. var topic]:
                connection.Subscriptions.Remove(topic);
                break;
        }
    }

    protected override void Leave(Connection connection)
    {
        lock (_subscribers)
        {
            _subscribers.Remove(connection);
        }
    }
}
