using System.Buffers.Binary;
using System.Text;
using DeepNotebooks.Deployment;

namespace DeepNotebooks.Tests.Deployment;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    private string File1 => Path.Combine(_folder, "a.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsSavedIsLoaded()
    {
        Tensor single = new Rng(1).Normal([2, 3]), scalar = Tensor.Scalar(1e-300, DType.Float64), empty = Tensor.Zeros([0, 4]);
        Safetensors.Save(
            File1, [("weight \"ü\"", single.Transpose()), ("b", scalar), ("none", empty)], new Dictionary<string, string> { ["by"] = "me" });
        Safetensors file = Safetensors.Load(File1);
        Assert.Equal(single.Transpose().ToArray(), file.Tensors["weight \"ü\""].ToArray());
        Assert.Equal([3, 2], file.Tensors["weight \"ü\""].Shape);
        Assert.Equal(1e-300, file.Tensors["b"].Item());
        Assert.Equal([0, 4], file.Tensors["none"].Shape);
        Assert.Equal("me", file.Metadata["by"]);
        Assert.Equal([File1], Directory.GetFiles(_folder));
    }

    [Fact]
    public void TheNumbersBeginAtAMultipleOfEight()
    {
        Safetensors.Save(File1, [("x", Tensor.Ones([3]))]);
        byte[] bytes = File.ReadAllBytes(File1);
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
        Assert.Equal(bytes.Length, 8 + BinaryPrimitives.ReadInt64LittleEndian(bytes) + 12);
    }

    [Fact]
    public void HalvesOfBothKindsAreRead()
    {
        Write("""{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]}}""",
            [0x00, 0x3C, 0x00, 0xC1, 0x40, 0xC0]); // 1, −2.5; −3
        Safetensors file = Safetensors.Load(File1);
        Assert.Equal([1, -2.5], file.Tensors["h"].ToArray());
        Assert.Equal(-3, file.Tensors["b"].Item());
    }

    public static TheoryData<string, string, int> Damaged => new()
    {
        { "no JSON object", "[]", 0 },
        { "header is damaged", "{\"x\"  ", 0 },
        { "Duplicate", Entry("x", "F32", "[1]", 0, 4)[..^1] + "," + Entry("x", "F32", "[1]", 4, 8)[1..], 8 },
        { "takes 4 bytes, the header gives 8", Entry("x", "F32", "[1]", 0, 8), 8 },
        { "takes 8 bytes, the header gives 4", Entry("x", "F64", "[1]", 0, 4), 4 },
        { "truncated", Entry("x", "F32", "[2]", 0, 8), 7 },
        { "appended", Entry("x", "F32", "[2]", 0, 8), 9 },
        { "overlap", Entry("x", "F32", "[1]", 0, 4)[..^1] + "," + Entry("y", "F32", "[1]", 2, 6)[1..], 6 },
        { "leave a gap", Entry("x", "F32", "[1]", 4, 8), 8 },
        { "leave a gap", Entry("x", "F32", "[1]", -4, 0), 0 },
        { "leave a gap", Entry("x", "F32", "[0]", 0, 0)[..^1] + "," + Entry("y", "F32", "[1]", 8, 4)[1..], 8 },
        { "of type I64", Entry("x", "I64", "[1]", 0, 8), 8 },
        { "negative size", Entry("x", "F32", "[-1]", 0, 4), 4 },
        { "more than 2,147,483,647", Entry("x", "F32", "[2147483647,2147483647]", 0, 4), 4 },
        { "whole numbers", Entry("x", "F32", "[1.5]", 0, 4), 4 },
        { "whole numbers", Entry("x", "F32", "[99999999999]", 0, 4), 4 },
        { "whole numbers", "{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4 },
        { "whole numbers", "{\"x\":{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}}", 4 },
        { "whole numbers", "{\"x\":3}", 4 },
        { "not 2", "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4 },
        { "header is damaged", "{\"__metadata__\":{\"x\":3}}", 0 },
    };

    private static string Entry(string name, string type, string shape, long start, long end) =>
        $"{{\"{name}\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":[{start},{end}]}}}}";

    [Theory]
    [MemberData(nameof(Damaged))]
    public void DamagedFilesAreRefusedWithTheReason(string reason, string header, int bytes)
    {
        Write(header, new byte[bytes]);
        string message = Assert.Throws<InvalidDataException>(() => Safetensors.Load(File1)).Message;
        Assert.Contains(reason, message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(File1, message);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, "too few")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1 }, "claims")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1 }, "claims")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}' }, "claims")]
    public void HeadersOfImpossibleLengthAreRefused(byte[] bytes, string reason)
    {
        File.WriteAllBytes(File1, bytes);
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Safetensors.Load(File1)).Message);
    }

    [Fact]
    public void EveryTruncationOfAFileIsRefused()
    {
        Safetensors.Save(File1, [("x", Tensor.Ones([3])), ("y", Tensor.Ones([1], DType.Float64))]);
        byte[] whole = File.ReadAllBytes(File1);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(File1, whole[..length]);
            Assert.Throws<InvalidDataException>(() => Safetensors.Load(File1));
        }
    }

    [Fact]
    public void SavingRefusesNamesThatClashAndLeavesTheOldFile()
    {
        Safetensors.Save(File1, [("x", Tensor.Ones([1]))]);
        Assert.Throws<ArgumentException>(() => Safetensors.Save(File1, [("x", Tensor.Ones([1])), ("x", Tensor.Ones([1]))]));
        Assert.Throws<ArgumentException>(() => Safetensors.Save(File1, [("__metadata__", Tensor.Ones([1]))]));
        Assert.Equal(1, Safetensors.Load(File1).Tensors["x"].Item());
    }

    private void Write(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        File.WriteAllBytes(File1, [.. prefix, .. json, .. data]);
    }
}
