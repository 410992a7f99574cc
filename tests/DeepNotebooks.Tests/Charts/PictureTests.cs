using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DeepNotebooks.Charts;

namespace DeepNotebooks.Tests.Charts;

public class PictureTests
{
    [Fact]
    public void APngHoldsThePixelsRowByRow()
    {
        Tensor grey = Tensor.From(new double[,] { { 0, 0.5, 1 }, { -1, 2, 0.2 } });
        (int rows, int columns, int kind, byte[] lines) = Read(Picture.Of(grey).ToPng());
        Assert.Equal((2, 3, 0), (rows, columns, kind));
        Assert.Equal([0, 0, 128, 255, 0, 0, 255, 51], lines);
    }

    [Fact]
    public void ColoursMayBeTheFirstOrTheLastAxis()
    {
        Tensor last = new Rng(1).Uniform([2, 5, 3]);
        Assert.Equal(Picture.Of(last).ToPng(), Picture.Of(last.Permute(2, 0, 1)).ToPng());
        Assert.Equal(2, Read(Picture.Of(last).ToPng()).Kind);
        Assert.Equal(6, Read(Picture.Of(new Rng(1).Uniform([4, 2, 5])).ToPng()).Kind);
    }

    [Fact]
    public void ZoomRepeatsPixels() => Assert.Equal(
        [0, 0, 0, 255, 255, 0, 0, 0, 255, 255], Read(Picture.Of(Tensor.From(new double[,] { { 0, 1 } }), zoom: 2).ToPng()).Lines);

    [Fact]
    public void WhatIsNoPictureIsToldSo()
    {
        Assert.Contains("(7)", Assert.Throws<ArgumentException>(() => Picture.Of(Tensor.Zeros([7]))).Message);
        Assert.Throws<ArgumentException>(() => Picture.Of(Tensor.Zeros([2, 3, 3, 3])));
        Assert.Throws<ArgumentException>(() => Picture.Of(Tensor.Zeros([0, 3])));
        Assert.Throws<ArgumentException>(() => Picture.Of(Tensor.Full([2, 2], double.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Picture.Of(Tensor.Zeros([2, 2]), zoom: 0));
    }

    private static (int Rows, int Columns, int Kind, byte[] Lines) Read(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            byte[] named = png[(at + 4)..(at + 8 + length)];
            Assert.Equal(Crc(named), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks[Encoding.ASCII.GetString(named, 0, 4)] = named[4..];
            at += 12 + length;
        }
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Keys);
        byte[] header = chunks["IHDR"];
        var lines = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress))
            zlib.CopyTo(lines);
        return (BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)), BinaryPrimitives.ReadInt32BigEndian(header), header[9], lines.ToArray());
    }

    /// <summary>The remainder by the polynomial, by a table; an empty IEND has the well-known value AE 42 60 82.</summary>
    private static uint Crc(byte[] bytes)
    {
        uint[] table = [.. Enumerable.Range(0, 256).Select(n =>
        {
            uint c = (uint)n;
            for (int k = 0; k < 8; k++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            return c;
        })];
        uint crc = bytes.Aggregate(0xFFFFFFFF, (sum, b) => table[(sum ^ b) & 0xFF] ^ (sum >> 8)) ^ 0xFFFFFFFF;
        Assert.True(bytes.Length != 4 || crc == 0xAE426082);
        return crc;
    }
}
