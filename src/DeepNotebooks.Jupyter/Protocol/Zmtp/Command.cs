using System.Buffers.Binary;
using System.Text;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>A command of the protocol: a name and its data.</summary>
internal readonly record struct Command(string Name, byte[] Data)
{
    /// <exception cref="ZmtpException">The body is no command.</exception>
    public static Command Parse(byte[] body) => body.Length > 0 && body[0] < body.Length
        ? new Command(Encoding.ASCII.GetString(body, 1, body[0]), body[(1 + body[0])..])
        : throw new ZmtpException("a command without a name");

    /// <summary>Ends the handshake: says what kind of socket this is.</summary>
    public static byte[] Ready(string socketType)
    {
        byte[] value = Encoding.ASCII.GetBytes(socketType);
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, value.Length);
        return Frame.WriteCommand("READY"u8, [11, .. "Socket-Type"u8, .. size, .. value]);
    }

    /// <summary>The answer to a PING: its context, which follows two bytes of a time to live.</summary>
    public byte[] Pong() => Frame.WriteCommand("PONG"u8, Data.Length > 2 ? Data.AsSpan(2, Math.Min(16, Data.Length - 2)) : []);

    /// <summary>The properties of a READY; their names are compared without case.</summary>
    /// <exception cref="ZmtpException">The data are no properties.</exception>
    public Dictionary<string, byte[]> Properties()
    {
        var properties = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        for (int at = 0; at < Data.Length;)
        {
            int nameEnd = at + 1 + Data[at];
            if (nameEnd + 4 > Data.Length)
            {
                throw new ZmtpException($"{Name}: a property without a value");
            }

            uint size = BinaryPrimitives.ReadUInt32BigEndian(Data.AsSpan(nameEnd));
            int valueAt = nameEnd + 4;
            if (size > Data.Length - valueAt)
            {
                throw new ZmtpException($"{Name}: a property longer than the command");
            }

            properties[Encoding.ASCII.GetString(Data, at + 1, Data[at])] = Data[valueAt..(valueAt + (int)size)];
            at = valueAt + (int)size;
        }

        return properties;
    }
}
