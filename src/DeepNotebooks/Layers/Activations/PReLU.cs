namespace DeepNotebooks.Layers;

/// <summary>
/// The activation x for x &gt; 0, else α x, with a trained α: one for all, or one for each channel (axis 1). He, Zhang, Ren and Sun, 2015.
/// </summary>
public sealed class PReLU : Layer
{
    /// <summary>A layer whose slopes all start alike.</summary>
    /// <param name="channels">How many slopes there are: 1 for all, or one for each entry of axis 1.</param>
    /// <param name="initial">Where they start.</param>
    /// <param name="dtype">The number type of the slopes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 1.</exception>
    public PReLU(int channels = 1, double initial = 0.25, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Slope = Parameter("weight", Tensor.Full([channels], initial, dtype));
    }

    /// <summary>The slopes α [channels].</summary>
    public Tensor Slope { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Axis 1 of x has another number of channels.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (Slope.Size > 1 && (x.Rank < 2 || x.Shape[1] != Slope.Size))
            throw new ArgumentException($"PReLU: the input {x.Shape} is not [batch, {Slope.Size}, …].");
        Tensor slope = Slope.Size == 1 ? Slope.Reshape() : Slope.Reshape([Slope.Size, .. Enumerable.Repeat(1, x.Rank - 2)]);
        return Tensor.Where(x > 0, x, x * slope);
    }
}
