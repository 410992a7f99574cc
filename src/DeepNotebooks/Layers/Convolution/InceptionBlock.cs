namespace DeepNotebooks.Layers;

/// <summary>
/// An Inception block: windows of several sizes side by side, their maps joined: x [batch, channels, H, W] → y [batch, direct + medium +
/// large + pooled, H, W]. Convolutions of 1×1 before the wide ones reduce the channels and so the cost. Szegedy et al., 2014 (GoogLeNet).
/// </summary>
public sealed class InceptionBlock : Layer
{
    private readonly Parallel _branches;

    /// <summary>Four branches of random weights, each convolution followed by ReLU.</summary>
    /// <param name="channels">The channels that come in.</param>
    /// <param name="direct">The maps of the 1×1 branch.</param>
    /// <param name="medium">Of the 3×3 branch: the maps of the 1×1 convolution before it (0 for none), and its own.</param>
    /// <param name="large">Of the 5×5 branch, likewise.</param>
    /// <param name="pooled">The maps of the 1×1 convolution after 3×3 max pooling.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.HeNormal"/> unless given.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of maps is below 1 (0 for a reduction).</exception>
    public InceptionBlock(int channels, int direct, (int Reduce, int Maps) medium, (int Reduce, int Maps) large, int pooled, Rng rng,
        Initializer? initializer = null, DType dtype = DType.Float32)
    {
        _branches = Child("branches", new Parallel(
            new Sequential(Convolve(channels, direct, 1)),
            new Sequential([.. Wide(medium, 3)]),
            new Sequential([.. Wide(large, 5)]),
            new Sequential([new MaxPool2d(3, stride: 1, padding: 1), .. Convolve(channels, pooled, 1)])));

        IEnumerable<Layer> Wide((int Reduce, int Maps) branch, int kernel) => branch.Reduce == 0
            ? Convolve(channels, branch.Maps, kernel)
            : [.. Convolve(channels, branch.Reduce, 1), .. Convolve(branch.Reduce, branch.Maps, kernel)];

        Layer[] Convolve(int from, int maps, int kernel) =>
        [
            new Conv2d(from, maps, kernel, rng, padding: Padding.Same, initializer: initializer ?? Initializer.HeNormal, dtype: dtype),
            new ReLU(),
        ];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W].</exception>
    public override Tensor Forward(Tensor x) => _branches.Forward(x);
}
