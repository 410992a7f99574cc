using DeepNotebooks.Jupyter.Protocol.Zmtp;

namespace DeepNotebooks.Jupyter.Tests.Protocol.Zmtp;

public sealed class FrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_536)]
    [InlineData(3 << 20)]
    public void AMessageComesBackAsItWas(int size)
    {
        byte[] large = new byte[size];
        new Random(size).NextBytes(large);
        List<byte[]> frames = [[], large, [1, 2], large, []];
        using var stream = new MemoryStream([.. Frame.Write(frames), .. Frame.Write([[7]])]);
        Assert.Equal(frames, Frame.Read(stream)!.Value.Frames);
        Assert.Equal([[7]], Frame.Read(stream)!.Value.Frames);
        Assert.Null(Frame.Read(stream));
    }

    [Fact]
    public void ShortAndLongFramesAreWrittenAsTheProtocolSays()
    {
        Assert.Equal([1, 1, 9, 0, 0], Frame.Write([[9], []]));
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 1, 0], Frame.Write([new byte[256]])[..9]);
        Assert.Equal([4, 6, 5, .. "READY"u8], Frame.WriteCommand("READY"u8, []));
        Assert.Equal([6, 0, 0, 0, 0, 0, 0, 1, 50], Frame.WriteCommand("READY"u8, new byte[300])[..9]);
    }

    [Fact]
    public void ACommandIsToldFromAMessage()
    {
        using var stream = new MemoryStream(Frame.WriteCommand("PING"u8, [0, 1, 42]));
        var (frames, isCommand) = Frame.Read(stream)!.Value;
        Assert.True(isCommand);
        var command = Command.Parse(frames[0]);
        Assert.Equal("PING", command.Name);
        Assert.Equal([4, 6, 4, .. "PONG"u8, 42], command.Pong());
    }

    [Theory]
    [InlineData(new byte[] { 8, 0 }, "flags 0x08")]
    [InlineData(new byte[] { 5, 0 }, "flags 0x05")]
    [InlineData(new byte[] { 1, 0, 4, 1, 0 }, "a command within a message")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 8, 0, 0, 1 }, "more than 128 MiB")]
    [InlineData(new byte[] { 2, 255, 255, 255, 255, 255, 255, 255, 255 }, "more than 128 MiB")]
    public void NonsenseIsRefused(byte[] bytes, string reason)
    {
        using var stream = new MemoryStream(bytes);
        Assert.Contains(reason, Assert.Throws<ZmtpException>(() => Frame.Read(stream)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMessageOfTooManyFramesIsRefused()
    {
        using var stream = new MemoryStream(Frame.Write([.. Enumerable.Repeat<byte[]>([], 2000)]));
        Assert.Throws<ZmtpException>(() => Frame.Read(stream));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void AnEndWithinAMessageIsNoMessage(int length)
    {
        using var stream = new MemoryStream(Frame.Write([[1, 2, 3]])[..length]);
        Assert.Throws<EndOfStreamException>(() => Frame.Read(stream));
    }

    [Fact]
    public void ASizeAloneTakesNoMemory()
    {
        using var stream = new MemoryStream([2, 0, 0, 0, 0, 7, 0, 0, 0, 1]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<EndOfStreamException>(() => Frame.Read(stream));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 5, 65 })]
    public void ACommandNeedsAName(byte[] body) => Assert.Throws<ZmtpException>(() => Command.Parse(body));

    [Fact]
    public void PropertiesAreReadWhateverTheirCase()
    {
        byte[] data = [8, .. "identity"u8, 0, 0, 0, 2, 1, 2, 11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "SUB"u8];
        var properties = new Command("READY", data).Properties();
        Assert.Equal([1, 2], properties["Identity"]);
        Assert.Equal("SUB"u8, properties["Socket-Type"]);
        Assert.Throws<ZmtpException>(() => new Command("READY", data[..^1]).Properties());
        Assert.Throws<ZmtpException>(() => new Command("READY", [200, 1]).Properties());
    }

    [Fact]
    public void OurReadyNamesTheSocket() => Assert.Equal(
        [4, 27, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 5, .. "XXXXX"u8], (byte[])[.. Command.Ready("XXXXX")]);
}
