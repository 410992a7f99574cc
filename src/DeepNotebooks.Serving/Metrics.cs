using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace DeepNotebooks.Serving;

/// <summary>What happened since the start, in Prometheus' text form.</summary>
internal sealed class Metrics
{
    private static readonly double[] s_seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] s_sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    private readonly ConcurrentDictionary<(string Model, int Status), long> _requests = new();
    private readonly Histogram _latency = new(s_seconds), _batches = new(s_sizes), _computing = new(s_seconds);
    private long _loadFailures;

    public void Request(string model, int status, TimeSpan took)
    {
        _requests.AddOrUpdate((model, status), 1, (_, count) => count + 1);
        _latency.Add(took.TotalSeconds);
    }

    public void Batch(int examples, TimeSpan took)
    {
        _batches.Add(examples);
        _computing.Add(took.TotalSeconds);
    }

    public void LoadFailed() => Interlocked.Increment(ref _loadFailures);

    public string Text(IEnumerable<(string Name, ModelVersion Version)> loaded)
    {
        var text = new StringBuilder();
        Family("requests_total", "counter", "Requests by model and status.");
        foreach (((string model, int status), long count) in _requests.OrderBy(entry => entry.Key))
            text.Append($"deepnotebooks_requests_total{{model=\"{Label(model)}\",code=\"{status}\"}} {count}\n");
        Family("request_seconds", "histogram", "From the head of a request to its answer.");
        _latency.Write(text, "deepnotebooks_request_seconds");
        Family("batch_examples", "histogram", "Examples computed at once.");
        _batches.Write(text, "deepnotebooks_batch_examples");
        Family("batch_seconds", "histogram", "The computing of a batch.");
        _computing.Write(text, "deepnotebooks_batch_seconds");
        Family("load_failures_total", "counter", "Versions that could not be loaded.");
        text.Append($"deepnotebooks_load_failures_total {Interlocked.Read(ref _loadFailures)}\n");
        Family("waiting_requests", "gauge", "Requests that wait for a batch, by loaded version.");
        foreach ((string name, ModelVersion version) in loaded)
            text.Append($"deepnotebooks_waiting_requests{{model=\"{Label(name)}\",version=\"{version.Number}\"}} {version.Batcher.Waiting}\n");
        return text.ToString();

        void Family(string name, string type, string help) =>
            text.Append($"# HELP deepnotebooks_{name} {help}\n# TYPE deepnotebooks_{name} {type}\n");
    }

    private static string Label(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private sealed class Histogram(double[] bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _sum;

        public void Add(double value)
        {
            int bucket = Array.FindIndex(bounds, bound => value <= bound);
            lock (_counts)
            {
                _counts[bucket < 0 ? bounds.Length : bucket]++;
                _sum += value;
            }
        }

        public void Write(StringBuilder text, string name)
        {
            lock (_counts)
            {
                long count = 0;
                for (int i = 0; i < _counts.Length; i++)
                {
                    count += _counts[i];
                    string bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    text.Append($"{name}_bucket{{le=\"{bound}\"}} {count}\n");
                }
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum {_sum}\n{name}_count {count}\n");
            }
        }
    }
}
