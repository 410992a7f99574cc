using System.Text.Json;
using DeepNotebooks.Jupyter.Protocol.Zmtp;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>A message that does not follow Jupyter's protocol.</summary>
internal sealed class MessageException(string message) : Exception(message);

/// <summary>A message that a client sent, its signature verified.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="Route">Frames before the message proper, which the answer must repeat.</param>
/// <param name="Header">Its header as sent, which becomes the parent header of whatever answers it.</param>
/// <param name="Id">Its id.</param>
/// <param name="Type">What it asks for.</param>
/// <param name="Parent">The id of the message that it answers; empty if none.</param>
/// <param name="Content">What it says.</param>
internal sealed record Request(
    PeerIdentity From, IReadOnlyList<byte[]> Route, byte[] Header, string Id, string Type, string Parent, JsonElement Content)
{
    /// <summary>What stands between the route and the message.</summary>
    public static readonly byte[] Delimiter = [.. "<IDS|MSG>"u8];

    /// <summary>Verifies the signature, then reads the message.</summary>
    /// <exception cref="MessageException">It must not be obeyed, or cannot be read.</exception>
    public static Request Read(PeerIdentity from, List<byte[]> frames, Signer signer)
    {
        int at = frames.FindIndex(f => f.AsSpan().SequenceEqual(Delimiter));
        if (at < 0 || frames.Count < at + 6)
        {
            throw new MessageException($"{frames.Count} frames that are no Jupyter message");
        }

        var (header, parent, metadata, content) = (frames[at + 2], frames[at + 3], frames[at + 4], frames[at + 5]);
        if (signer.Reject(frames[at + 1], header, parent, metadata, content) is { } reason)
        {
            throw new MessageException(reason);
        }

        try
        {
            var head = Json(header);
            string id = head.GetProperty("msg_id").GetString() ?? "";
            string type = head.GetProperty("msg_type").GetString() ?? "";
            string answered = Json(parent).Text("msg_id") ?? "";
            return new Request(from, frames[..at], header, id, type, answered, Json(content));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new MessageException($"a message that cannot be read: {e.Message}");
        }
    }

    private static JsonElement Json(byte[] text)
    {
        var reader = new Utf8JsonReader(text);
        var element = JsonElement.ParseValue(ref reader);
        return element.ValueKind == JsonValueKind.Object ? element : throw new JsonException("a part of it is no object.");
    }
}

/// <summary>Fields of a message's content, which clients may leave out.</summary>
internal static class Fields
{
    public static string? Text(this JsonElement content, string name) =>
        content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool Flag(this JsonElement content, string name, bool otherwise) =>
        content.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : otherwise;

    public static int? Number(this JsonElement content, string name) =>
        content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : null;
}
