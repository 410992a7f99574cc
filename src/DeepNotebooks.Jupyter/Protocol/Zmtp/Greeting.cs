using System.Text;

namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>
/// What both sides send first: 64 bytes with a signature, the version and the security mechanism. We greet as 3.0; libzmq greets as
/// 3.1 whatever we say, so only the major version is looked at. What a peer pads the signature with varies and means nothing.
/// </summary>
internal static class Greeting
{
    public const int Size = 64;

    private const int VersionAt = 10;
    private const int MechanismAt = 12;
    private const int MechanismSize = 20;

    /// <summary>Ours: version 3.0, mechanism NULL.</summary>
    public static byte[] Ours()
    {
        byte[] greeting = new byte[Size];
        greeting[0] = 0xFF;
        greeting[9] = 0x7F;
        greeting[VersionAt] = 3;
        "NULL"u8.CopyTo(greeting.AsSpan(MechanismAt));
        return greeting;
    }

    /// <summary>Checks a peer's.</summary>
    /// <exception cref="ZmtpException">We cannot talk with this peer.</exception>
    public static void Check(ReadOnlySpan<byte> greeting)
    {
        if (greeting[0] != 0xFF || (greeting[9] & 1) != 1)
        {
            throw new ZmtpException("greeting: the peer does not speak ZMTP");
        }

        if (greeting[VersionAt] < 3)
        {
            throw new ZmtpException($"greeting: the peer speaks ZMTP {greeting[VersionAt]}; 3.0 or later is needed");
        }

        var mechanism = greeting.Slice(MechanismAt, MechanismSize).TrimEnd((byte)0);
        if (!mechanism.SequenceEqual("NULL"u8))
        {
            throw new ZmtpException($"greeting: the peer wants the mechanism {Encoding.ASCII.GetString(mechanism)}; only NULL is spoken");
        }
    }
}
