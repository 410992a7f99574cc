namespace DeepNotebooks.Layers;

/// <summary>
/// Group normalization of x [batch, channels, …]: channels are split into groups, and mean and variance are taken over a group's channels
/// and places for each example; γ and β [channels]. Wu and He, 2018. One group is layer normalization over all, a group for each channel is
/// <see cref="InstanceNorm"/>.
/// </summary>
public sealed class GroupNorm : Layer
{
    /// <summary>A layer with γ = 1 and β = 0.</summary>
    /// <param name="groups">The number of groups.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="epsilon">Added to the variance against division by zero.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentException">The channels do not divide by the groups, or epsilon is not positive.</exception>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5, DType dtype = DType.Float32)
    {
        if (groups < 1 || channels < 1 || channels % groups != 0 || !(epsilon > 0))
            throw new ArgumentException($"GroupNorm: {channels} channels must divide by {groups} groups, epsilon {epsilon} lie above 0.");
        (Groups, Epsilon) = (groups, epsilon);
        Gamma = Parameter("weight", Tensor.Ones([channels], dtype));
        Beta = Parameter("bias", Tensor.Zeros([channels], dtype));
    }

    /// <summary>The scale γ [channels].</summary>
    public Tensor Gamma { get; }

    /// <summary>The shift β [channels].</summary>
    public Tensor Beta { get; }

    internal int Groups { get; }

    internal double Epsilon { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, …].</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Standardize(x, Groups, Gamma.Size, Epsilon, "GroupNorm");
        int[] perChannel = [Gamma.Size, .. Enumerable.Repeat(1, x.Rank - 2)];
        return (y * Gamma.Reshape(perChannel)) + Beta.Reshape(perChannel);
    }

    internal static Tensor Standardize(Tensor x, int groups, int channels, double epsilon, string layer)
    {
        if (x.Rank < 2 || x.Shape[1] != channels)
            throw new ArgumentException($"{layer}: the input {x.Shape} is not [batch, {channels}, …].");
        int perGroup = x.Shape.Skip(2).Aggregate(channels / groups, (a, b) => a * b);
        return x.Reshape(x.Shape[0], groups, perGroup).LayerNormalize(epsilon: epsilon).Reshape(x.Shape);
    }
}

/// <summary>
/// Instance normalization of x [batch, channels, …]: each channel of each example is standardized by itself, without weights.
/// Ulyanov, Vedaldi and Lempitsky, 2016.
/// </summary>
public sealed class InstanceNorm : Layer
{
    internal int Channels { get; }

    internal double Epsilon { get; }

    /// <summary>A layer for this number of channels.</summary>
    /// <exception cref="ArgumentException">There are none, or epsilon is not positive.</exception>
    public InstanceNorm(int channels, double epsilon = 1e-5) => (Channels, Epsilon) = channels >= 1 && epsilon > 0
        ? (channels, epsilon)
        : throw new ArgumentException($"InstanceNorm: {channels} channels must be at least 1, and epsilon {epsilon} above 0.");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, …].</exception>
    public override Tensor Forward(Tensor x) => GroupNorm.Standardize(x, Channels, Channels, Epsilon, "InstanceNorm");
}
