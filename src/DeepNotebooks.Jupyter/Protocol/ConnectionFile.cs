using System.Net;
using System.Text;
using System.Text.Json;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>Where a client wants the kernel to listen, and the key with which both sign: the file whose name the kernel is given.</summary>
/// <param name="Address">The one address on which anything listens.</param>
/// <param name="Shell">The port for requests.</param>
/// <param name="Control">The port for requests that must not wait behind a cell.</param>
/// <param name="Stdin">The port on which the kernel asks.</param>
/// <param name="IoPub">The port on which the kernel publishes.</param>
/// <param name="Heartbeat">The port that echoes.</param>
/// <param name="Key">With which messages are signed; empty for none.</param>
public sealed record ConnectionFile(IPAddress Address, int Shell, int Control, int Stdin, int IoPub, int Heartbeat, byte[] Key)
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">The file is none, or asks for what this kernel does not have.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ConnectionFile Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            string Text(string name, string otherwise) => root.TryGetProperty(name, out var value) ? value.GetString() ?? "" : otherwise;
            if (Text("transport", "tcp") is not "tcp" and var transport)
            {
                throw new FormatException($"{path}: the transport is {transport}; this kernel speaks tcp.");
            }

            if (Text("signature_scheme", "hmac-sha256") is not ("hmac-sha256" or "") and var scheme)
            {
                throw new FormatException($"{path}: the signature scheme is {scheme}; this kernel signs with hmac-sha256.");
            }

            string ip = Text("ip", "127.0.0.1");
            var address = ip == "*" ? IPAddress.Any : IPAddress.TryParse(ip, out var parsed) ? parsed : Dns.GetHostAddresses(ip)[0];
            int Port(string name) => root.GetProperty(name).GetInt32() is > 0 and <= ushort.MaxValue and var port
                ? port
                : throw new FormatException($"{path}: {name} is {root.GetProperty(name)}, which is no port.");
            return new ConnectionFile(
                address, Port("shell_port"), Port("control_port"), Port("stdin_port"), Port("iopub_port"), Port("hb_port"),
                Encoding.UTF8.GetBytes(Text("key", "")));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"{path} is no connection file: {e.Message}", e);
        }
    }
}
