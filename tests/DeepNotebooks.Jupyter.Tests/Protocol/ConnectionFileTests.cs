using System.Net;
using DeepNotebooks.Jupyter.Protocol;

namespace DeepNotebooks.Jupyter.Tests.Protocol;

public sealed class ConnectionFileTests : IDisposable
{
    private const string Ports = "\"shell_port\": 1, \"iopub_port\": 2, \"stdin_port\": 3, \"control_port\": 4, \"hb_port\": 5";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ConnectionFile Read(string text)
    {
        File.WriteAllText(_folder["kernel.json"], text);
        return ConnectionFile.Read(_folder["kernel.json"]);
    }

    [Fact]
    public void AJupyterFileIsRead()
    {
        var file = Read($$"""{ {{Ports}}, "ip": "127.0.0.2", "transport": "tcp", "signature_scheme": "hmac-sha256", "key": "k", "kernel_name": "" }""");
        Assert.Equal((IPAddress.Parse("127.0.0.2"), 1, 4, 3, 2, 5), (file.Address, file.Shell, file.Control, file.Stdin, file.IoPub, file.Heartbeat));
        Assert.Equal("k"u8, file.Key);
        Assert.Equal(IPAddress.Loopback, Read($$"""{ {{Ports}} }""").Address);
    }

    [Theory]
    [InlineData("{}", "is no connection file")]
    [InlineData("text", "is no connection file")]
    [InlineData("{" + Ports + ", \"transport\": \"ipc\"}", "the transport is ipc; this kernel speaks tcp")]
    [InlineData("{" + Ports + ", \"signature_scheme\": \"hmac-md5\"}", "the signature scheme is hmac-md5")]
    [InlineData("{\"shell_port\": 70000, \"control_port\": 1}", "shell_port is 70000, which is no port")]
    public void OthersAreRefusedWithTheReason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);
}
