using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DeepNotebooks.Course;

namespace DeepNotebooks.Charts;

/// <summary>
/// A tensor as a picture: <c>Picture.Of(image)</c> as a cell's last line shows it. Pixels are [rows, columns] in grey, or in colour
/// [3, rows, columns] or [rows, columns, 3], with 4 for opacity too; 0 is dark, 1 bright, numbers beyond are cut.
/// </summary>
[TypeFormatterSource(typeof(PictureFormats))]
public sealed class Picture
{
    private readonly byte[] _pixels; // [rows, columns, channels]

    private Picture(byte[] pixels, int rows, int columns, int channels) =>
        (_pixels, Rows, Columns, Channels) = (pixels, rows, columns, channels);

    /// <summary>The picture's height in pixels.</summary>
    public int Rows { get; }

    /// <summary>Its width in pixels.</summary>
    public int Columns { get; }

    /// <summary>How many numbers a pixel has: 1 for grey, 3 for colour, 4 with opacity.</summary>
    internal int Channels { get; }

    /// <summary>Makes a picture of a tensor.</summary>
    /// <param name="pixels">The numbers, from 0 to 1.</param>
    /// <param name="zoom">How many pixels wide and high each number is drawn.</param>
    /// <exception cref="ArgumentException">The shape is no picture's, or a number is NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The zoom lies outside 1 to 100.</exception>
    public static Picture Of(Tensor pixels, int zoom = 1)
    {
        if (zoom is < 1 or > 100)
            throw new ArgumentOutOfRangeException(nameof(zoom), zoom, "Picture: the zoom must lie between 1 and 100.");
        using NoGradScope scope = Tensor.NoGrad();
        bool first = pixels.Rank == 3 && pixels.Shape[0] is 3 or 4 && pixels.Rank == 3;
        if (pixels.Size == 0 || !(pixels.Rank == 2 || first || (pixels.Rank == 3 && pixels.Shape[2] is 3 or 4)))
        {
            throw new ArgumentException($"Picture: {pixels.Shape} is no picture. Pass [rows, columns], [3, rows, columns] or "
                + "[rows, columns, 3]; take one example of a batch by its index.");
        }
        Tensor last = pixels.Rank == 2 ? pixels.Unsqueeze(2) : first ? pixels.Permute(1, 2, 0) : pixels;
        double[] values = last.ToArray();
        if (Array.FindIndex(values, double.IsNaN) is >= 0 and var at)
            throw new ArgumentException($"Picture: number {at} of {pixels.Shape} is NaN.");
        (int rows, int columns, int channels) = (last.Shape[0] * zoom, last.Shape[1] * zoom, last.Shape[2]);
        var bytes = new byte[rows * columns * channels];
        for (int i = 0; i < bytes.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, channels);
            (int row, int column) = Math.DivRem(pixel, columns);
            bytes[i] = (byte)Math.Round(255 * Math.Clamp(values[((((row / zoom) * last.Shape[1]) + (column / zoom)) * channels) + channel], 0, 1));
        }
        return new(bytes, rows, columns, channels);
    }

    /// <summary>The file: PNG (ISO 15948) of 8 bits a channel.</summary>
    public byte[] ToPng()
    {
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Columns);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Rows);
        (header[8], header[9]) = (8, Channels switch { 1 => (byte)0, 3 => (byte)2, _ => (byte)6 });
        Chunk(file, "IHDR", header);
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int width = Columns * Channels;
            for (int row = 0; row < Rows; row++)
            {
                zlib.WriteByte(0); // the row is not filtered
                zlib.Write(_pixels, row * width, width);
            }
        }
        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <inheritdoc/>
    public override string ToString() => $"Picture of {Rows} × {Columns} pixels";

    private static void Chunk(Stream file, string name, byte[] content)
    {
        Span<byte> number = stackalloc byte[4];
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(named);
        uint check = uint.MaxValue; // CRC-32 as in the format's appendix
        foreach (byte b in named)
        {
            check ^= b;
            for (int bit = 0; bit < 8; bit++)
                check = (check >> 1) ^ (0xEDB88320 & (0 - (check & 1)));
        }
        BinaryPrimitives.WriteUInt32BigEndian(number, ~check);
        file.Write(number);
    }
}

/// <summary>How pictures are shown.</summary>
public sealed class PictureFormats
{
    /// <summary>PNG, HTML that holds it, and plain text.</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new MimeFormatter<Picture>("image/png", picture => Convert.ToBase64String(picture.ToPng())),
        new MimeFormatter<Picture>("text/html", picture =>
            $"<img alt=\"{picture}\" src=\"data:image/png;base64,{Convert.ToBase64String(picture.ToPng())}\">"),
        new MimeFormatter<Picture>("text/plain", picture => picture.ToString()),
    ];
}
