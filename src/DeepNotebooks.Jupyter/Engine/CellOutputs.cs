using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Where what a cell puts out goes, from whichever thread, and whence its input comes.</summary>
internal abstract class CellOutputs
{
    /// <summary>Adds text to a stream.</summary>
    public abstract void Write(string stream, ReadOnlySpan<char> text);

    /// <summary>Shows a value that can be shown anew under its id.</summary>
    public abstract void Display(Bundle bundle, string id);

    /// <summary>Shows another value in place of a former one.</summary>
    public abstract void Update(Bundle bundle, string id);

    /// <summary>Shows the value of the cell's last expression.</summary>
    public abstract void Result(Bundle bundle, int executionCount);

    /// <summary>Shows the error that ended the cell.</summary>
    public abstract void Error(Output error);

    /// <summary>Removes what was put out so far, now or when the next output comes.</summary>
    public abstract void Clear(bool wait);

    /// <summary>Shows a text to be read beside the notebook.</summary>
    public abstract void Page(Bundle bundle);

    /// <summary>Asks the reader for a line.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <param name="isPassword">Whether the answer is to stay hidden.</param>
    /// <param name="stopped">Completes when the cell is to stop; nothing is asked any longer.</param>
    /// <exception cref="InvalidOperationException">Nobody is there to answer.</exception>
    public abstract string Read(string prompt, bool isPassword, Task stopped);
}
