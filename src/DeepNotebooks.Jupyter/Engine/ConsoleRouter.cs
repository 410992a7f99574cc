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
                Console.SetIn(new NoInput(Console.In));
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
            run.Write(_stream, buffer);
        }
        else
        {
            _before.Write(buffer);
        }
    }

    public override void WriteLine(string? value) => Write(value + CoreNewLine.AsSpan().ToString());

    public override void Flush() => _before.Flush();

    private sealed class NoInput(TextReader before) : TextReader
    {
        public override int Peek() => Source.Peek();

        public override int Read() => Source.Read();

        public override int Read(char[] buffer, int index, int count) => Source.Read(buffer, index, count);

        public override string? ReadLine() => Source.ReadLine();

        public override string ReadToEnd() => Source.ReadToEnd();

        private TextReader Source => CellRun.Current is null ? before : throw new InvalidOperationException(
            "Console.ReadLine: nobody is there to answer while a notebook is run. Put the value into a variable of the cell.");
    }
}
