namespace DeepNotebooks.Jupyter.Protocol.Zmtp;

/// <summary>A peer that does not keep to the protocol; its connection ends, the others go on.</summary>
internal sealed class ZmtpException(string message) : Exception(message);
