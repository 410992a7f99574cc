namespace DeepNotebooks.Data;

public sealed partial class Dataset
{
    /// <summary>Splits at random into three: the given shares for training and validation, and the rest to test.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One part would be empty.</exception>
    public (Dataset Train, Dataset Validation, Dataset Test) Split(double train, double validation, Rng rng)
    {
        int first = (int)Math.Round(train * Count), second = (int)Math.Round((train + validation) * Count);
        if (!(first > 0 && second > first && second < Count))
            throw new ArgumentOutOfRangeException(nameof(train),
                $"Dataset.Split: shares of {train} and {validation} leave one of three parts of {Count} examples empty.");
        int[] order = rng.Permutation(Count);
        return (Rows(order[..first]), Rows(order[first..second]), Rows(order[second..]));
    }

    /// <summary>Splits at random into two parts, both with every class in the same share as the whole, to the nearest example.</summary>
    /// <exception cref="ArgumentException">The targets are no class numbers, or a class has a single example.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share does not lie between 0 and 1.</exception>
    public (Dataset First, Dataset Second) StratifiedSplit(double share, Rng rng)
    {
        if (!(share is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "Dataset.StratifiedSplit: the share must lie between 0 and 1.");
        List<int> first = [], second = [];
        foreach (int[] members in ByClass("StratifiedSplit", 2, rng))
        {
            int count = Math.Clamp((int)Math.Round(share * members.Length), 1, members.Length - 1);
            first.AddRange(members[..count]);
            second.AddRange(members[count..]);
        }
        return (Rows([.. Shuffled(first, rng)]), Rows([.. Shuffled(second, rng)]));
    }

    /// <summary>
    /// k-fold cross-validation: the examples are dealt at random to k folds, whose sizes differ by at most one; each fold in turn is the
    /// validation set and the others the training set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">k is below 2 or above the number of examples.</exception>
    public IReadOnlyList<(Dataset Train, Dataset Validation)> KFold(int k, Rng rng)
    {
        RequireFolds(k, "KFold");
        return Folds(k, rng.Permutation(Count));
    }

    /// <summary>k-fold cross-validation with every class spread evenly: its numbers in any two folds differ by at most one.</summary>
    /// <exception cref="ArgumentException">The targets are no class numbers, or a class has fewer than k examples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is below 2 or above the number of examples.</exception>
    public IReadOnlyList<(Dataset Train, Dataset Validation)> StratifiedKFold(int k, Rng rng)
    {
        RequireFolds(k, "StratifiedKFold");
        return Folds(k, [.. ByClass("StratifiedKFold", k, rng).SelectMany(members => members)]);
    }

    private (Dataset, Dataset)[] Folds(int k, int[] order) => [.. Enumerable.Range(0, k).Select(fold =>
        (Rows([.. order.Where((_, i) => i % k != fold)]), Rows([.. order.Where((_, i) => i % k == fold)])))];

    private IEnumerable<int[]> ByClass(string operation, int atLeast, Rng rng) =>
        Classes(operation).Select(group => group.Members.Length >= atLeast
        ? Shuffled(group.Members, rng)
        : throw new ArgumentException(
            $"Dataset.{operation}: class {group.Class} has {group.Members.Length} examples, fewer than {atLeast}. "
            + "Gather more, or split without regard to classes."));

    private static int[] Shuffled(IReadOnlyList<int> items, Rng rng) => [.. rng.Permutation(items.Count).Select(i => items[i])];

    private void RequireFolds(int k, string operation)
    {
        if (k < 2 || k > Count)
            throw new ArgumentOutOfRangeException(nameof(k), k, $"Dataset.{operation}: {Count} examples make 2 to {Count} folds.");
    }

    /// <summary>The classes in the order of their numbers, each with the indices of its examples.</summary>
    internal (int Class, int[] Members)[] Classes(string operation)
    {
        int[] labels = Metrics.Metric.ClassNumbers(Targets, operation);
        return [.. Enumerable.Range(0, Count).GroupBy(i => labels[i]).OrderBy(group => group.Key).Select(g => (g.Key, g.ToArray()))];
    }
}
