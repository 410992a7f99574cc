namespace Course.Execution;

/// <summary>Says how far a long run is: one line that is rewritten on a terminal, a line per notebook elsewhere.</summary>
internal sealed class ProgressLine(TextWriter to, bool isTerminal)
{
    private bool _shown;

    /// <summary>What is being done now; seen on a terminal only.</summary>
    public void Now(string text)
    {
        if (isTerminal)
        {
            to.Write($"\r\u001b[K{text}");
            to.Flush();
            _shown = true;
        }
    }

    /// <summary>What was done; stays.</summary>
    public void Done(string text)
    {
        Clear();
        to.WriteLine(text);
        to.Flush();
    }

    /// <summary>Takes the passing line away.</summary>
    public void Clear()
    {
        if (_shown)
        {
            to.Write("\r\u001b[K");
            _shown = false;
        }
    }
}
