namespace DeepNotebooks.Layers;

/// <summary>
/// A table of vectors, looked up by number: x [batch, …] of whole numbers 0 … count − 1 → y [batch, …, size], the rows of a weight
/// [count, size]. It equals a one-hot vector times the table. Bengio, Ducharme, Vincent and Jauvin, 2003.
/// </summary>
public sealed class Embedding : Layer
{
    /// <summary>A table of random vectors.</summary>
    /// <param name="count">How many entries there are, words of a vocabulary for example.</param>
    /// <param name="size">The length of each vector.</param>
    /// <param name="rng">Where the vectors come from.</param>
    /// <param name="initializer">How they are drawn; normal of variance 1 unless given.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Embedding(int count, int size, Rng rng, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Weight = Parameter("weight", (initializer ?? Initializer.Normal(1)).Create([count, size], rng, dtype));
    }

    /// <summary>The table [count, size].</summary>
    public Tensor Weight { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is no whole number from 0 to count − 1.</exception>
    public override Tensor Forward(Tensor x) => (x.Accelerator is null || Weight.Accelerator is null
        ? Weight.Rows(x.ToWholeNumbers("Embedding"))
        : Weight.Select(0, new Places(x.Reshape(-1)))).Reshape([.. x.Shape, Weight.Shape[1]]);
}
