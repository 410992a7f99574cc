namespace DeepNotebooks.Jupyter.Documents;

/// <summary>The text is not a notebook this engine reads; the message says what is wrong, where, and what to do.</summary>
public sealed class NotebookFormatException(string message, Exception? inner = null) : Exception(message, inner);
