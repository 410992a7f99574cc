using System.Diagnostics;
using System.Threading.Channels;

namespace DeepNotebooks.Serving;

/// <summary>The inputs of a request: so many examples of one shape, their numbers one after the other.</summary>
internal sealed record Examples(float[] Numbers, int Count, int[] Shape);

/// <summary>
/// Dynamic batching: requests wait in a queue, and one worker takes as many at a time as fit into a batch. Computing a batch costs little
/// more than computing one example, so that the server keeps up with far more requests.
/// </summary>
internal sealed class Batcher
{
    private readonly Func<Tensor, Tensor> _predict;
    private readonly ServingOptions _options;
    private readonly Metrics _metrics;
    private readonly Channel<Request> _queue;
    private readonly Workspace _workspace = new();
    private volatile bool _closed;

    public Batcher(Func<Tensor, Tensor> predict, ServingOptions options, Metrics metrics)
    {
        (_predict, _options, _metrics) = (predict, options, metrics);
        _queue = Channel.CreateBounded<Request>(options.MaxQueue);
        Ended = Task.Run(Work);
    }

    /// <summary>Ends when the batcher was closed and the last request answered.</summary>
    public Task Ended { get; }

    /// <summary>The number of waiting requests.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Queues a request; null if no more are taken, because the version is being retired.</summary>
    /// <exception cref="RequestException">The queue is full.</exception>
    public Task<Examples>? TryAdd(Examples examples, CancellationToken cancellation)
    {
        var request = new Request(examples, new(TaskCreationOptions.RunContinuationsAsynchronously), cancellation);
        if (_queue.Writer.TryWrite(request))
            return request.Answer.Task.WaitAsync(cancellation);
        return _closed ? null : throw new RequestException(503, $"{_options.MaxQueue} requests wait for this model already. Try again later.");
    }

    /// <summary>Takes no more requests; those that wait are answered.</summary>
    public void Close()
    {
        _closed = true;
        _queue.Writer.TryComplete();
    }

    private async Task Work()
    {
        var batch = new List<Request>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            await Collect(batch);
            if (batch.Count > 0)
                Answer(batch);
            batch.Clear();
        }
    }

    private async Task Collect(List<Request> batch)
    {
        long start = Stopwatch.GetTimestamp();
        int count = 0;
        while (true)
        {
            while (_queue.Reader.TryPeek(out Request? next))
            {
                if (count > 0 && (count + next.Examples.Count > _options.MaxBatch || !next.Examples.Shape.SequenceEqual(batch[0].Examples.Shape)))
                    return;
                _queue.Reader.TryRead(out _);
                if (next.Cancellation.IsCancellationRequested)
                    continue;
                batch.Add(next);
                count += next.Examples.Count;
            }
            TimeSpan left = _options.MaxWait - Stopwatch.GetElapsedTime(start);
            if (count >= _options.MaxBatch || left <= TimeSpan.Zero)
                return;
            Task<bool> more = _queue.Reader.WaitToReadAsync().AsTask();
            if (await Task.WhenAny(more, Task.Delay(left)) != more || !await more)
                return;
        }
    }

    private void Answer(List<Request> batch)
    {
        try
        {
            int count = batch.Sum(request => request.Examples.Count), at = 0;
            long start = Stopwatch.GetTimestamp();
            Examples outputs = Compute(_predict, _workspace, new([.. batch.SelectMany(r => r.Examples.Numbers)], count, batch[0].Examples.Shape));
            _metrics.Batch(count, Stopwatch.GetElapsedTime(start));
            int size = outputs.Numbers.Length / count;
            foreach (Request request in batch)
            {
                int end = at + (request.Examples.Count * size);
                request.Answer.SetResult(new(outputs.Numbers[at..end], request.Examples.Count, outputs.Shape));
                at = end;
            }
        }
        catch (Exception e)
        {
            batch.ForEach(request => request.Answer.TrySetException(new RequestException(500, $"The model failed: {e.Message}")));
        }
    }

    /// <summary>Computes the outputs of a batch.</summary>
    /// <exception cref="InvalidOperationException">The model did not give an output for each example.</exception>
    public static Examples Compute(Func<Tensor, Tensor> predict, Workspace workspace, Examples inputs)
    {
        using WorkspaceScope scope = workspace.Step();
        Tensor y = predict(Tensor.From(inputs.Numbers).Reshape([inputs.Count, .. inputs.Shape]));
        if (y.Rank == 0 || y.Shape[0] != inputs.Count)
            throw new InvalidOperationException($"{inputs.Count} examples gave an output {y.Shape}; its axis 0 must count them.");
        return new(y.To(DType.Float32).ToArray<float>(), inputs.Count, [.. y.Shape.Skip(1)]);
    }

    private sealed record Request(Examples Examples, TaskCompletionSource<Examples> Answer, CancellationToken Cancellation);
}
