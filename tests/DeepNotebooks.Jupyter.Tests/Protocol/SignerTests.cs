using System.Text;
using DeepNotebooks.Jupyter.Protocol;
using DeepNotebooks.Jupyter.Protocol.Zmtp;

namespace DeepNotebooks.Jupyter.Tests.Protocol;

public sealed class SignerTests
{
    private readonly Signer _signer = new([.. "key"u8]);

    // RFC 2104's function by another road: printf '{"a":1}{}{}{}' | openssl dgst -sha256 -hmac key
    private const string Known = "f1128388193e4dd1aa760827bd756a1b40b627676b5efe22c0e8297919bfa218";

    [Fact]
    public void TheSignatureIsTheOneThatEverybodyComputes() =>
        Assert.Equal(Known, Encoding.ASCII.GetString(_signer.Sign("{\"a\":1}"u8, "{}"u8, "{}"u8, "{}"u8)));

    [Fact]
    public void ASignedMessageIsTakenOnce()
    {
        byte[] signature = _signer.Sign("h"u8, "p"u8, "m"u8, "c"u8);
        Assert.Null(_signer.Reject(signature, [.. "h"u8], [.. "p"u8], [.. "m"u8], [.. "c"u8]));
        Assert.Equal("a message that was received before", _signer.Reject(signature, [.. "h"u8], [.. "p"u8], [.. "m"u8], [.. "c"u8]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    public void AnyOtherSignatureIsWrong(int at)
    {
        byte[] signature = _signer.Sign("h"u8, "p"u8, "m"u8, "c"u8);
        signature[at] ^= 1;
        Assert.Equal("a message with a wrong signature", _signer.Reject(signature, [.. "h"u8], [.. "p"u8], [.. "m"u8], [.. "c"u8]));
        Assert.Equal("a message with a wrong signature", _signer.Reject(signature[..32], [.. "h"u8], [.. "p"u8], [.. "m"u8], [.. "c"u8]));
        Assert.Equal("a message without a signature", _signer.Reject([], [.. "h"u8], [.. "p"u8], [.. "m"u8], [.. "c"u8]));
    }

    [Fact]
    public void WithoutAKeyNothingIsSignedAndEverythingTaken()
    {
        var open = new Signer([]);
        Assert.Empty(open.Sign("h"u8, [], [], []));
        Assert.Null(open.Reject([], [1], [], [], []));
        Assert.Null(open.Reject([], [1], [], [], []));
    }

    [Fact]
    public void AMessageIsReadOnlyWhenItsSignatureIsRight()
    {
        var from = new PeerIdentity([1], null!);
        byte[] header = [.. "{\"msg_id\":\"7\",\"msg_type\":\"kernel_info_request\"}"u8], parent = [.. "{\"msg_id\":\"6\"}"u8];
        byte[] nothing = [.. "{}"u8], content = [.. "{\"code\":\"1\"}"u8];
        byte[] signature = _signer.Sign(header, parent, nothing, content);
        var request = Request.Read(from, [[9], Request.Delimiter, signature, header, parent, nothing, content, [1, 2]], _signer);
        Assert.Equal(("7", "kernel_info_request", "6", "1"), (request.Id, request.Type, request.Parent, request.Content.Text("code")));
        Assert.Equal([[9]], request.Route);
        Assert.Throws<MessageException>(() => Request.Read(from, [Request.Delimiter, [.. "0"u8], header, parent, nothing, content], _signer));
        Assert.Throws<MessageException>(() => Request.Read(from, [Request.Delimiter, signature, header, parent, nothing], _signer));
        Assert.Throws<MessageException>(() => Request.Read(from, [signature, header, parent, nothing, content], _signer));
        byte[] list = [.. "[]"u8];
        byte[] good = _signer.Sign(header, parent, nothing, list);
        Assert.Throws<MessageException>(() => Request.Read(from, [Request.Delimiter, good, header, parent, nothing, list], _signer));
    }
}
