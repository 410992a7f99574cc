using System.Buffers.Binary;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>One frame: a part of a message, or a command.</summary>
internal readonly record struct Frame(byte[] Body, bool HasMore, bool IsCommand)
{
    private const byte More = 1;
    private const byte Long = 2;
    private const byte Command = 4;

    /// <summary>How large a message may be, all its frames together.</summary>
    public const int MaxMessage = 128 << 20;

    private const int MaxFrames = 1024;
    private const int Step = 1 << 20;

    /// <summary>Reads a message or a command.</summary>
    /// <returns>Its frames: several for a message, one for a command; null at the end of the stream.</returns>
    /// <exception cref="ZmtpException">The bytes are none, or too many.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within it.</exception>
    public static (List<byte[]> Frames, bool IsCommand)? Read(Stream stream)
    {
        var frames = new List<byte[]>();
        long room = MaxMessage;
        while (true)
        {
            int first = stream.ReadByte();
            if (first < 0)
            {
                return frames.Count == 0 ? null : throw new EndOfStreamException("the peer left within a message");
            }

            var frame = Read(stream, (byte)first, room);
            if (frame.IsCommand)
            {
                return frames.Count == 0 ? ([frame.Body], true) : throw new ZmtpException("a command within a message");
            }

            frames.Add(frame.Body);
            room -= frame.Body.Length;
            if (!frame.HasMore)
            {
                return (frames, false);
            }

            if (frames.Count == MaxFrames)
            {
                throw new ZmtpException($"a message of more than {MaxFrames} frames");
            }
        }
    }

    /// <summary>A message as bytes.</summary>
    public static byte[] Write(IReadOnlyList<byte[]> frames)
    {
        byte[] result = new byte[frames.Sum(f => f.Length + (f.Length > 255 ? 9 : 2))];
        int at = 0;
        for (int i = 0; i < frames.Count; i++)
        {
            at += Write(result.AsSpan(at), frames[i], i < frames.Count - 1 ? More : (byte)0);
        }

        return result;
    }

    /// <summary>A command as bytes: the octet of its name's length, its name, its data.</summary>
    public static byte[] WriteCommand(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        byte[] body = [(byte)name.Length, .. name, .. data];
        byte[] result = new byte[body.Length + (body.Length > 255 ? 9 : 2)];
        Write(result, body, Command);
        return result;
    }

    private static int Write(Span<byte> target, byte[] body, byte flags)
    {
        int head = 2;
        if (body.Length > 255)
        {
            target[0] = (byte)(flags | Long);
            BinaryPrimitives.WriteInt64BigEndian(target[1..], body.Length);
            head = 9;
        }
        else
        {
            target[0] = flags;
            target[1] = (byte)body.Length;
        }

        body.CopyTo(target[head..]);
        return head + body.Length;
    }

    private static Frame Read(Stream stream, byte flags, long room)
    {
        if ((flags & ~(More | Long | Command)) != 0 || (flags & (More | Command)) == (More | Command))
        {
            throw new ZmtpException($"a frame with the flags 0x{flags:x2}, which have no meaning");
        }

        Span<byte> head = stackalloc byte[8];
        head = head[..((flags & Long) != 0 ? 8 : 1)];
        stream.ReadExactly(head);
        ulong size = head.Length == 1 ? head[0] : BinaryPrimitives.ReadUInt64BigEndian(head);
        return size > (ulong)room
            ? throw new ZmtpException($"a message of more than {MaxMessage >> 20} MiB")
            : new Frame(ReadBody(stream, (int)size), (flags & More) != 0, (flags & Command) != 0);
    }

    // Memory is taken as bytes arrive: a size alone must not cost any.
    private static byte[] ReadBody(Stream stream, int size)
    {
        byte[] body = new byte[Math.Min(size, Step)];
        int at = 0;
        while (true)
        {
            stream.ReadExactly(body, at, body.Length - at);
            if (body.Length == size)
            {
                return body;
            }

            at = body.Length;
            Array.Resize(ref body, (int)Math.Min(size, 2L * body.Length));
        }
    }
}
