using System.Security.Cryptography;
using System.Text;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>Signs what the kernel sends, and tells whether what it receives is from somebody who has the key and was not seen before.</summary>
/// <param name="key">The key; when it is empty, nothing is signed and everything is taken.</param>
internal sealed class Signer(byte[] key)
{
    // By the protocol a client's messages are all different. Who repeats one from further back than this must wait that long.
    private const int MaxRemembered = 1 << 16;

    private readonly HashSet<string> _seen = [];
    private readonly Queue<string> _order = new();

    /// <summary>The signature of a message's four parts, in hexadecimal digits.</summary>
    public byte[] Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> metadata, ReadOnlySpan<byte> content)
    {
        if (key.Length == 0)
        {
            return [];
        }

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(header);
        hmac.AppendData(parent);
        hmac.AppendData(metadata);
        hmac.AppendData(content);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hmac.GetHashAndReset()));
    }

    /// <summary>Why a message must not be obeyed, or null. A message that may be obeyed is remembered.</summary>
    public string? Reject(byte[] signature, byte[] header, byte[] parent, byte[] metadata, byte[] content)
    {
        if (key.Length == 0)
        {
            return null;
        }

        if (signature.Length == 0)
        {
            return "a message without a signature";
        }

        if (!CryptographicOperations.FixedTimeEquals(signature, Sign(header, parent, metadata, content)))
        {
            return "a message with a wrong signature";
        }

        lock (_seen)
        {
            string text = Encoding.ASCII.GetString(signature);
            if (!_seen.Add(text))
            {
                return "a message that was received before";
            }

            _order.Enqueue(text);
            if (_order.Count > MaxRemembered)
            {
                _seen.Remove(_order.Dequeue());
            }

            return null;
        }
    }
}
