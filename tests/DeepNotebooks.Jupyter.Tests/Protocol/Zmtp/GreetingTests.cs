using DeepNotebooks.Jupyter.Protocol.Zmtp;

namespace DeepNotebooks.Jupyter.Tests.Protocol.Zmtp;

public sealed class GreetingTests
{
    [Fact]
    public void OursSaysVersionThreePointZeroAndNull()
    {
        byte[] ours = Greeting.Ours();
        Assert.Equal(64, ours.Length);
        Assert.Equal([0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0, (byte)'N', (byte)'U', (byte)'L', (byte)'L'], ours[..16]);
        Assert.All(ours[16..], b => Assert.Equal(0, b));
        Greeting.Check(ours);
    }

    [Theory]
    [InlineData(8, 1)] // libzmq pads with a length
    [InlineData(1, 0xFF)]
    [InlineData(11, 1)] // 3.1
    [InlineData(10, 4)] // and whatever comes
    [InlineData(32, 1)] // as-server
    [InlineData(63, 9)]
    public void WhatDoesNotMatterIsNotLookedAt(int at, byte value)
    {
        byte[] theirs = Greeting.Ours();
        theirs[at] = value;
        Greeting.Check(theirs);
    }

    [Theory]
    [InlineData(0, 0xFE, "does not speak ZMTP")]
    [InlineData(9, 0x7E, "does not speak ZMTP")]
    [InlineData(10, 1, "speaks ZMTP 1; 3.0 or later")]
    [InlineData(12, (byte)'P', "the mechanism PULL")]
    [InlineData(16, (byte)'X', "the mechanism NULLX")]
    public void WhomWeCannotServeIsTold(int at, byte value, string reason)
    {
        byte[] theirs = Greeting.Ours();
        theirs[at] = value;
        Assert.Contains(reason, Assert.Throws<ZmtpException>(() => Greeting.Check(theirs)).Message, StringComparison.Ordinal);
    }
}
