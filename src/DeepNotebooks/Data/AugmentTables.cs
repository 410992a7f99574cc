namespace DeepNotebooks.Data;

public static partial class Augment
{
    /// <summary>
    /// Adds normal noise of the given standard deviation to every element: of sounds, of standardized features, of images.
    /// </summary>
    public static Tensor Noise(Tensor x, double std, Rng rng) => std >= 0 && double.IsFinite(std)
        ? x + rng.Normal(x.Shape, 0, std, x.DType)
        : throw new ArgumentException($"Augment.Noise: the standard deviation {std} must be finite and not negative.", nameof(std));

    /// <summary>Rounds every element to the nearest multiple of a step, as a coarser instrument reads it.</summary>
    public static Tensor Round(Tensor x, double step) => step > 0 && double.IsFinite(step)
        ? Tensor.From([.. x.ToArray().Select(v => Math.Round(v / step) * step)], x.Shape, x.DType)
        : throw new ArgumentException($"Augment.Round: the step {step} must be above 0.", nameof(step));

    /// <summary>Exchanges a share of a column's values among themselves, so that each category stays as frequent as it was.</summary>
    public static T[] SwapCategories<T>(IEnumerable<T> column, double share, Rng rng)
    {
        RequireShare(share, "SwapCategories");
        T[] values = [.. column];
        int[] chosen = rng.Permutation(values.Length)[..(int)Math.Round(share * values.Length)];
        T[] kept = [.. chosen.Select(i => values[i])];
        for (int i = 0; i < chosen.Length; i++)
            values[chosen[i]] = kept[(i + 1) % kept.Length];
        return values;
    }

    /// <summary>Leaves out a share of the frames of a video [time, …]; the others keep their order, and one at least stays.</summary>
    public static Tensor DropFrames(Tensor frames, double share, Rng rng)
    {
        RequireShare(share, "DropFrames");
        if (frames.Rank == 0 || frames.Shape[0] == 0)
            throw new ArgumentException($"Augment.DropFrames: {frames.Shape} has no frames on axis 0.", nameof(frames));
        int count = frames.Shape[0], dropped = Math.Min(count - 1, (int)Math.Round(share * count));
        return frames.Rows([.. rng.Permutation(count)[dropped..].Order()]);
    }
}
