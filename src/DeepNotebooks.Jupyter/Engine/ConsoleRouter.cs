using System.Text;

namespace DeepNotebooks.Jupyter.Engine;

/// <summary>The process's console while sessions exist: a cell's text goes to its outputs, everybody else's where it went before.</summary>
internal sealed class ConsoleRouter : TextWriter
{
    private static readonly Lock s_gate = new();

    private readonly string _stream;
    private readonly TextWriter _before;

    private ConsoleRouter(string stream, TextWriter before) => (_stream, _before) = (stream, before);

    private static TextWriter? s_out;
    private static TextWriter? s_error;
    private static TextReader? s_in;

    public override Encoding Encoding => _before.Encoding;

    /// <summary>Takes the console over, unless it is taken already.</summary>
    public static void Install()
    {
        lock (s_gate)
        {
            if (s_out is null || Console.Out != s_out)
            {
                Console.SetOut(new ConsoleRouter("stdout", Console.Out));
                s_out = Console.Out;
            }

            if (s_error is null || Console.Error != s_error)
            {
                Console.SetError(new ConsoleRouter("stderr", Console.Error));
                s_error = Console.Error;
            }

            if (s_in is null || Console.In != s_in)
            {
                Console.SetIn(new CellInput(Console.In));
                s_in = Console.In;
            }
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (CellRun.Current is { } run)
        {
            run.Outputs.Write(_stream, buffer);
        }
        else
        {
            _before.Write(buffer);
        }
    }

    public override void WriteLine(string? value) => Write(value + CoreNewLine.AsSpan().ToString());

    public override void Flush() => _before.Flush();

    /// <summary>A cell's lines come from the reader of the notebook.</summary>
    private sealed class CellInput(TextReader before) : TextReader
    {
        private string _rest = "";

        public override int Peek()
        {
            if (CellRun.Current is null)
            {
                return before.Peek();
            }

            Fill();
            return _rest[0];
        }

        public override int Read()
        {
            if (CellRun.Current is null)
            {
                return before.Read();
            }

            Fill();
            char first = _rest[0];
            _rest = _rest[1..];
            return first;
        }

        public override int Read(char[] buffer, int index, int count)
        {
            if (CellRun.Current is null)
            {
                return before.Read(buffer, index, count);
            }

            Fill();
            int length = Math.Min(count, _rest.Length);
            _rest.CopyTo(0, buffer, index, length);
            _rest = _rest[length..];
            return length;
        }

        public override string? ReadLine()
        {
            if (CellRun.Current is not { } run)
            {
                return before.ReadLine();
            }

            string line = _rest.Length > 0 ? _rest.TrimEnd('\n') : run.Read("", isPassword: false);
            _rest = "";
            return line;
        }

        // One line: a notebook's input has no end that could be waited for.
        public override string ReadToEnd() => CellRun.Current is null ? before.ReadToEnd() : ReadLine() ?? "";

        private void Fill()
        {
            if (_rest.Length == 0)
            {
                _rest = CellRun.Current!.Read("", isPassword: false) + "\n";
            }
        }
    }
}
