using System.Text;
using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Documents;
using DeepNotebooks.Jupyter.Engine;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>
/// What cells put out, published as it comes. Text is gathered for a moment before it is sent: a server takes a thousand messages a
/// second, and cells print more lines than that.
/// </summary>
internal sealed class LiveOutputs : CellOutputs
{
    private const int MaxPending = 1 << 20;
    private const int MaxPieces = 20;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(30);

    private readonly Channels _channels;
    private readonly StandardInput _input;
    private readonly object _gate = new();
    private readonly List<(string Stream, StringBuilder Text)> _pending = [];
    private readonly List<Bundle> _pages = [];
    private Request? _cause;
    private int _length;

    public LiveOutputs(Channels channels, StandardInput input)
    {
        (_channels, _input) = (channels, input);
        new Thread(SendRegularly, 256 << 10) { IsBackground = true, Name = "outputs" }.Start();
    }

    /// <summary>The error that ended the last cell.</summary>
    public Output? LastError { get; private set; }

    /// <summary>The value of the last cell.</summary>
    public Bundle? LastResult { get; private set; }

    /// <summary>What is put out from now on, also by threads of earlier cells, belongs to this request.</summary>
    public void Begin(Request cause)
    {
        lock (_gate)
        {
            Flush(isEnd: true);
            _cause = cause;
            (LastError, LastResult) = (null, null);
            _pages.Clear();
        }
    }

    /// <summary>The pages that the cell wants shown.</summary>
    public List<Bundle> TakePages()
    {
        lock (_gate)
        {
            List<Bundle> pages = [.. _pages];
            _pages.Clear();
            return pages;
        }
    }

    public override void Write(string stream, ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            // Who prints faster than it can be sent waits.
            while (_length > MaxPending)
            {
                Monitor.Wait(_gate);
            }

            if (_pending.Count == 0)
            {
                Monitor.PulseAll(_gate);
            }

            if (_pending.Count == 0 || _pending[^1].Stream != stream)
            {
                _pending.Add((stream, new StringBuilder()));
            }

            _pending[^1].Text.Append(text);
            _length += text.Length;
        }
    }

    public override void Display(Bundle bundle, string id) => Publish("display_data", Shown(bundle, id));

    public override void Update(Bundle bundle, string id) => Publish("update_display_data", Shown(bundle, id));

    public override void Result(Bundle bundle, int executionCount)
    {
        LastResult = bundle;
        Publish("execute_result", new JsonObject
        {
            ["data"] = Data(bundle),
            ["metadata"] = new JsonObject(),
            ["execution_count"] = executionCount,
        });
    }

    public override void Error(Output error)
    {
        LastError = error;
        Publish("error", Content(error));
    }

    public override void Clear(bool wait) => Publish("clear_output", new JsonObject { ["wait"] = wait });

    public override void Page(Bundle bundle)
    {
        lock (_gate)
        {
            _pages.Add(bundle);
        }
    }

    public override string Read(string prompt, bool isPassword, Task stopped)
    {
        Flush();
        return _input.Read(_cause!, prompt, isPassword, stopped);
    }

    /// <summary>Sends the text that waits.</summary>
    /// <param name="isEnd">Whether nothing is yet to come that might complete a character.</param>
    public void Flush(bool isEnd = false)
    {
        lock (_gate)
        {
            if (_pending.Count > MaxPieces)
            {
                // Two streams by turns, line by line: a message for each would be too many.
                var merged = _pending.GroupBy(p => p.Stream).Select(g => (g.Key, new StringBuilder(string.Concat(g.Select(p => p.Text))))).ToList();
                _pending.Clear();
                _pending.AddRange(merged);
            }

            char? half = null;
            string last = _pending.Count > 0 ? _pending[^1].Stream : "";
            foreach (var (stream, text) in _pending)
            {
                // The second half of such a character may be yet to come, and the first alone cannot be sent.
                if (!isEnd && stream == last && char.IsHighSurrogate(text[^1]))
                {
                    half = text[^1];
                    text.Length--;
                }

                if (text.Length > 0)
                {
                    _channels.Publish("stream", _cause, new JsonObject { ["name"] = stream, ["text"] = text.ToString() });
                }
            }

            _pending.Clear();
            _length = 0;
            if (half is { } first)
            {
                _pending.Add((last, new StringBuilder().Append(first)));
                _length = 1;
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A bundle as messages have it: text whole, not in lines.</summary>
    public static JsonObject Data(Bundle bundle)
    {
        var data = new JsonObject();
        foreach (var (mime, value) in bundle.Forms)
        {
            data[mime] = value?.DeepClone();
        }

        return data;
    }

    /// <summary>An error as messages have it.</summary>
    public static JsonObject Content(Output error) => new()
    {
        ["ename"] = error.ErrorName,
        ["evalue"] = error.ErrorValue,
        ["traceback"] = new JsonArray([.. error.Traceback.Select(l => JsonValue.Create(l))]),
    };

    private static JsonObject Shown(Bundle bundle, string id) => new()
    {
        ["data"] = Data(bundle),
        ["metadata"] = new JsonObject(),
        ["transient"] = new JsonObject { ["display_id"] = id },
    };

    private void Publish(string type, JsonObject content)
    {
        lock (_gate)
        {
            Flush(isEnd: true);
            _channels.Publish(type, _cause, content);
        }
    }

    private void SendRegularly()
    {
        while (true)
        {
            lock (_gate)
            {
                while (_pending.Count == 0)
                {
                    Monitor.Wait(_gate);
                }
            }

            Thread.Sleep(s_interval);
            Flush();
        }
    }
}
