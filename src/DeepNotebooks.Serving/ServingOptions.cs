using System.Net;

namespace DeepNotebooks.Serving;

/// <summary>How a <see cref="ModelServer"/> serves.</summary>
public sealed record ServingOptions
{
    /// <summary>The address to listen on: this machine alone, unless set.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for a free one.</summary>
    public int Port { get; init; } = 8501;

    /// <summary>The most examples that are computed at once. A request with more is computed by itself.</summary>
    public int MaxBatch { get; init; } = 32;

    /// <summary>
    /// How long a batch that is not full waits for more. None unless set: requests that come while a batch is computed are the next one,
    /// which under load fills it, and without load makes nobody wait.
    /// </summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.Zero;

    /// <summary>How many requests may wait for a model; more are answered with 503.</summary>
    public int MaxQueue { get; init; } = 1000;

    /// <summary>The largest body of a request; a larger one is answered with 413.</summary>
    public long MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>How long a request may take: its body to arrive (else 408), and its answer (else 504).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the folder is looked at.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many versions of a model are served, the newest ones.</summary>
    public int Versions { get; init; } = 1;

    /// <summary>Told, a line each, what is loaded, unloaded and wrong.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
