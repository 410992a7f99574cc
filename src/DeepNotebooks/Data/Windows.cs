namespace DeepNotebooks.Data;

/// <summary>Cuts a long sequence into overlapping windows.</summary>
public static class Windows
{
    /// <summary>
    /// For forecasts: each window of a series [time] or [time, features] with the values that follow it. Inputs [windows, width] or
    /// [windows, width, features], targets [windows, horizon] or [windows, horizon, features].
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="width">Time steps that are seen.</param>
    /// <param name="horizon">Time steps after them that are to be forecast.</param>
    /// <param name="step">Time steps from one window to the next.</param>
    /// <exception cref="ArgumentException">The series is too short for a single window.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static Dataset Forecast(Tensor series, int width, int horizon = 1, int step = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        return Cut(series, width, step, width, horizon);
    }

    /// <summary>
    /// For language models: each window of token numbers [time] with the same moved on by one, so that every token's target is the next.
    /// Inputs and targets [windows, width].
    /// </summary>
    /// <exception cref="ArgumentException">The sequence is too short for a single window.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static Dataset NextToken(IEnumerable<int> tokens, int width, int step = 1) => Cut(Tensor.From(tokens), width, step, 1, width);

    private static Dataset Cut(Tensor series, int width, int step, int ahead, int targets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        int needed = Math.Max(width, ahead + targets);
        if (series.Rank == 0 || series.Shape[0] < needed)
            throw new ArgumentException(
                $"Windows: a series {series.Shape} is too short for a window, which takes {needed} time steps.", nameof(series));
        int[] starts = [.. Enumerable.Range(0, ((series.Shape[0] - needed) / step) + 1).Select(i => i * step)];
        Tensor Gather(int from, int length) => series.Rows([.. starts.SelectMany(start => Enumerable.Range(start + from, length))])
            .Reshape([starts.Length, length, .. series.Shape.ToArray()[1..]]);
        return new Dataset(Gather(0, width), Gather(ahead, targets));
    }
}
