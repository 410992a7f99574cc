namespace DeepNotebooks.Serving;

/// <summary>Ends a request with a status and a message for the client.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
