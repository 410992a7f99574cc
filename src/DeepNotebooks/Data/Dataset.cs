namespace DeepNotebooks.Data;

/// <summary>Examples with their targets: entry i of <see cref="Inputs"/> belongs to entry i of <see cref="Targets"/>.</summary>
public sealed partial class Dataset
{
    /// <summary>Pairs inputs [count, …] with targets [count, …].</summary>
    /// <exception cref="ArgumentException">The numbers of entries differ, or there are none.</exception>
    public Dataset(Tensor inputs, Tensor targets)
    {
        if (inputs.Rank == 0 || targets.Rank == 0 || inputs.Shape[0] != targets.Shape[0] || inputs.Shape[0] == 0)
        {
            throw new ArgumentException(
                $"Dataset: inputs {inputs.Shape} and targets {targets.Shape} must have the same number of entries on axis 0, at least one.");
        }
        (Inputs, Targets) = (inputs, targets);
    }

    /// <summary>The examples [count, …].</summary>
    public Tensor Inputs { get; }

    /// <summary>The targets [count, …]; class numbers for a classification.</summary>
    public Tensor Targets { get; }

    /// <summary>The number of examples.</summary>
    public int Count => Inputs.Shape[0];

    /// <summary>Splits at random into a first part with the given share of the examples and the rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One part would be empty.</exception>
    public (Dataset First, Dataset Second) Split(double share, Rng rng)
    {
        int count = (int)Math.Round(share * Count);
        if (!(count > 0 && count < Count))
        {
            throw new ArgumentOutOfRangeException(
                nameof(share), share, $"Dataset.Split: a share of {share} leaves a part of {Count} examples empty.");
        }
        int[] order = rng.Permutation(Count);
        return (Rows(order[..count]), Rows(order[count..]));
    }

    /// <summary>The examples of one of so many equal parts (equal but for one example), counted from 0, in their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part, or no example for it.</exception>
    public Dataset Part(int index, int parts)
    {
        if (index < 0 || index >= parts || parts > Count)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index,
                $"Dataset.Part: {Count} examples in {parts} parts have no part {index} with an example. Take fewer parts or larger batches.");
        }
        int start = (int)((long)Count * index / parts), end = (int)((long)Count * (index + 1) / parts);
        return new(Inputs[start..end], Targets[start..end]);
    }

    /// <summary>The same examples on another device.</summary>
    public Dataset To(Device device) => new(Inputs.To(device), Targets.To(device));

    /// <summary>The examples with these indices, in that order.</summary>
    public Dataset Rows(params ReadOnlySpan<int> indices) => new(Inputs.Rows(indices), Targets.Rows(indices));
}
