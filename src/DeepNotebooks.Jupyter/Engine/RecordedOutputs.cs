using System.Text;
using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>Outputs kept as a notebook stores them.</summary>
internal sealed class RecordedOutputs : CellOutputs
{
    // A cell that prints without end must not take the machine's memory.
    private const int MaxStreamLength = 1_000_000;

    private readonly Lock _gate = new();
    private readonly List<object> _outputs = [];
    private readonly Dictionary<string, Output> _shown = [];
    private bool _clears;

    /// <summary>The outputs so far, in order.</summary>
    public List<Output> Outputs
    {
        get
        {
            lock (_gate)
            {
                return [.. _outputs.Select(o => o as Output ?? ((StreamText)o).ToOutput())];
            }
        }
    }

    public override void Write(string stream, ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            ClearIfAsked();
            if (_outputs.LastOrDefault() is not StreamText last || last.Name != stream)
            {
                _outputs.Add(last = new StreamText(stream));
            }

            last.Append(text);
        }
    }

    public override void Display(Bundle bundle, string id)
    {
        var output = Output.DisplayData(bundle.Forms);
        lock (_gate)
        {
            _shown[id] = output;
        }

        Add(output);
    }

    public override void Update(Bundle bundle, string id)
    {
        lock (_gate)
        {
            _shown[id].Json["data"] = Output.DisplayData(bundle.Forms).Data!.DeepClone();
        }
    }

    public override void Result(Bundle bundle, int executionCount) => Add(Output.ExecuteResult(bundle.Forms, executionCount));

    public override void Error(Output error) => Add(error);

    public override void Clear(bool wait)
    {
        lock (_gate)
        {
            _clears = true;
            if (!wait)
            {
                ClearIfAsked();
            }
        }
    }

    // There is no pager; what it would show is shown.
    public override void Page(Bundle bundle) => Add(Output.DisplayData(bundle.Forms));

    public override string Read(string prompt, bool isPassword, Task stopped) => throw new InvalidOperationException(
        "Console.ReadLine: nobody is there to answer while a notebook is run. Put the value into a variable of the cell.");

    private void Add(Output output)
    {
        lock (_gate)
        {
            ClearIfAsked();
            _outputs.Add(output);
        }
    }

    private void ClearIfAsked()
    {
        if (_clears)
        {
            _outputs.Clear();
            _clears = false;
        }
    }

    private sealed class StreamText(string name)
    {
        private readonly StringBuilder _text = new();

        public string Name => name;

        public void Append(ReadOnlySpan<char> text)
        {
            if (_text.Length < MaxStreamLength)
            {
                _text.Append(text[..Math.Min(text.Length, MaxStreamLength - _text.Length)]);
                if (_text.Length == MaxStreamLength)
                {
                    _text.Append("\n… cut: the cell wrote more than 1,000,000 characters.\n");
                }
            }
        }

        public Output ToOutput() => Output.Stream(name, _text.ToString());
    }
}
