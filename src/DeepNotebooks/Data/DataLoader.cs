using System.Collections;

namespace DeepNotebooks.Data;

/// <summary>
/// Deals out a data set in batches; each enumeration is one epoch. With an <see cref="Rng"/> every epoch comes in a new order,
/// without one always in the order of the data.
/// </summary>
public sealed class DataLoader : IEnumerable<Dataset>
{
    private readonly Rng? _rng;
    private readonly bool _dropLast;
    private readonly Func<Tensor, Tensor>? _augment;

    /// <summary>Deals batches of the given size; the last may be smaller.</summary>
    /// <param name="data">What is dealt.</param>
    /// <param name="batchSize">Examples per batch; at least 1.</param>
    /// <param name="rng">Shuffles, if given.</param>
    /// <param name="dropLast">Whether a last batch that is too small is left out.</param>
    /// <param name="augment">Changes the inputs of each batch as it is dealt, such as <c>x => Augment.Rotate(x, -10, 10, rng)</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public DataLoader(Dataset data, int batchSize = 32, Rng? rng = null, bool dropLast = false, Func<Tensor, Tensor>? augment = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (Data, BatchSize, _rng, _dropLast, _augment) = (data, batchSize, rng, dropLast, augment);
    }

    /// <summary>What is dealt.</summary>
    public Dataset Data { get; }

    /// <summary>Examples per batch.</summary>
    public int BatchSize { get; }

    /// <summary>Which of how many parts of each batch is dealt: the share of one worker of many; all of it unless set.</summary>
    public (int Index, int Parts) Part { get; init; } = (0, 1);

    /// <summary>Batches per epoch.</summary>
    public int Count => _dropLast ? Data.Count / BatchSize : (Data.Count + BatchSize - 1) / BatchSize;

    /// <summary>One epoch.</summary>
    public IEnumerator<Dataset> GetEnumerator()
    {
        int[] order = _rng?.Permutation(Data.Count) ?? [.. Enumerable.Range(0, Data.Count)];
        for (int batch = 0; batch < Count; batch++)
        {
            int start = batch * BatchSize;
            Dataset dealt = Data.Rows(order[start..Math.Min(start + BatchSize, order.Length)]);
            if (Part.Parts > 1)
                dealt = dealt.Part(Part.Index, Part.Parts);
            yield return _augment is null ? dealt : new Dataset(_augment(dealt.Inputs), dealt.Targets);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
