using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using DeepNotebooks.Charts;

namespace DeepNotebooks.Monitoring;

/// <summary>
/// A file of events as TensorBoard reads it: numbers, histograms and pictures, each with a tag and the step it belongs to. A record is
/// the length of its content (8 bytes, little-endian), the masked CRC-32C of the length, the content, and the content's masked CRC-32C.
/// The content is an Event message of Protocol Buffers.
/// </summary>
public sealed class EventFile : IDisposable
{
    private static int s_count;
    private readonly FileStream _file;

    /// <summary>Makes a new file in a folder, beside those of earlier runs.</summary>
    public EventFile(string folder)
    {
        Directory.CreateDirectory(folder);
        long seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string name = $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref s_count)}";
        _file = new FileStream(System.IO.Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Append(new Message().Text(3, "brain.Event:2"));
    }

    /// <summary>Where the file lies.</summary>
    public string Path => _file.Name;

    /// <summary>Writes a number, such as a loss.</summary>
    public void Write(string tag, long step, double value) => Append(tag, step, new Message().Float(2, (float)value));

    /// <summary>Writes how numbers spread.</summary>
    public void Write(string tag, long step, Histogram histogram)
    {
        (double low, double width, double count) = (histogram.Low, histogram.High - histogram.Low, histogram.Counts.Sum());
        double mean = count > 0 ? histogram.Mean : 0, square = count > 0 ? (mean * mean) + (histogram.Deviation * histogram.Deviation) : 0;
        int bins = histogram.Counts.Count;
        Append(tag, step, new Message().Bytes(5, new Message()
            .Double(1, low).Double(2, histogram.High).Double(3, count).Double(4, count * mean).Double(5, count * square)
            .Doubles(6, Enumerable.Range(1, bins).Select(i => i < bins ? low + (width * i / bins) : histogram.High)) // upper edges
            .Doubles(7, histogram.Counts.Select(n => (double)n))));
    }

    /// <summary>Writes a picture.</summary>
    public void Write(string tag, long step, Picture picture) => Append(tag, step, new Message().Bytes(4, new Message()
        .Whole(1, picture.Rows).Whole(2, picture.Columns).Whole(3, picture.Channels).Bytes(4, picture.ToPng())));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Append(string tag, long step, Message value) =>
        Append(new Message().Whole(2, step).Bytes(5, new Message().Bytes(1, new Message().Text(1, tag).Raw(value))));

    private void Append(Message content)
    {
        byte[] data = new Message().Double(1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1e3).Raw(content).ToArray();
        var record = new byte[data.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc(data));
        _file.Write(record);
        _file.Flush(); // a TensorBoard that watches the folder sees it now
    }

    /// <summary>CRC-32C, turned and moved on, because a check sum of data that hold check sums says little.</summary>
    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    /// <summary>
    /// Fields in the wire format of Protocol Buffers: a key that joins field number and kind, then the value. For a handful of fields
    /// these lines are less than a package and a compiler of schemas.
    /// </summary>
    private sealed class Message
    {
        private readonly MemoryStream _bytes = new();

        public byte[] ToArray() => _bytes.ToArray();

        public Message Raw(Message fields) => Append(fields.ToArray());

        public Message Whole(int field, long value) => Variable((ulong)field << 3).Variable((ulong)value);

        public Message Double(int field, double value) => Variable(((ulong)field << 3) | 1).Append(BitConverter.GetBytes(value));

        public Message Float(int field, float value) => Variable(((ulong)field << 3) | 5).Append(BitConverter.GetBytes(value));

        public Message Bytes(int field, byte[] value) => Variable(((ulong)field << 3) | 2).Variable((ulong)value.Length).Append(value);

        public Message Bytes(int field, Message value) => Bytes(field, value.ToArray());

        public Message Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Message Doubles(int field, IEnumerable<double> values) => Bytes(field, [.. values.SelectMany(BitConverter.GetBytes)]);

        private Message Append(byte[] bytes)
        {
            _bytes.Write(bytes);
            return this;
        }

        /// <summary>A whole number, seven bits a byte, the lowest first; the top bit says that more follow.</summary>
        private Message Variable(ulong value)
        {
            for (; value > 127; value >>= 7)
                _bytes.WriteByte((byte)(value | 128));
            _bytes.WriteByte((byte)value);
            return this;
        }
    }
}
