using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>Of a cell that runs silently nothing is published; how it ended is kept.</summary>
internal sealed class QuietOutputs : CellOutputs
{
    public Bundle? Value { get; private set; }

    public Output? Failure { get; private set; }

    public override void Write(string stream, ReadOnlySpan<char> text)
    {
    }

    public override void Display(Bundle bundle, string id)
    {
    }

    public override void Update(Bundle bundle, string id)
    {
    }

    public override void Result(Bundle bundle, int executionCount) => Value = bundle;

    public override void Error(Output error) => Failure = error;

    public override void Clear(bool wait)
    {
    }

    public override void Page(Bundle bundle)
    {
    }

    public override string Read(string prompt, bool isPassword, Task stopped) => throw new InvalidOperationException(
        "Console.ReadLine: the cell runs silently, so nobody can be asked. Run it as an ordinary cell.");
}
