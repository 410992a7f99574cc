namespace DeepNotebooks.Layers;

/// <summary>
/// Batch normalization y = γ (x − μ) / √(σ² + ε) + β for each feature or channel, in training with mean μ and variance σ² over the batch
/// (and all places of a map), in evaluation with their running averages. Ioffe and Szegedy, 2015.
/// </summary>
public abstract class BatchNorm : Layer
{
    private protected BatchNorm(int features, double momentum, double epsilon, DType dtype)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        if (!(momentum is > 0 and <= 1) || !(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum),
                $"{GetType().Name}: momentum {momentum} must lie in (0, 1] and epsilon {epsilon} above 0.");
        }
        (Momentum, Epsilon) = (momentum, epsilon);
        Gamma = Parameter("weight", Tensor.Ones([features], dtype));
        Beta = Parameter("bias", Tensor.Zeros([features], dtype));
        RunningMean = Buffer("running_mean", Tensor.Zeros([features], dtype));
        RunningVariance = Buffer("running_var", Tensor.Ones([features], dtype));
    }

    /// <summary>The scale γ [features].</summary>
    public Tensor Gamma { get; }

    /// <summary>The shift β [features].</summary>
    public Tensor Beta { get; }

    /// <summary>The running average of the batches' means.</summary>
    public Tensor RunningMean { get; }

    /// <summary>The running average of the batches' variances (estimated with n − 1).</summary>
    public Tensor RunningVariance { get; }

    internal double Momentum { get; }

    internal double Epsilon { get; }

    private protected Tensor Normalize(Tensor x, string expected, bool fits)
    {
        if (!fits || x.Shape[1] != Gamma.Size)
            throw new ArgumentException($"{GetType().Name}: the input {x.Shape} is not [batch, {Gamma.Size}{expected}].");
        if (!Training)
        {
            int[] perFeature = [Gamma.Size, .. Enumerable.Repeat(1, x.Rank - 2)];
            Tensor scale = Gamma / (RunningVariance + Epsilon).Sqrt();
            return ((x - RunningMean.Reshape(perFeature)) * scale.Reshape(perFeature)) + Beta.Reshape(perFeature);
        }
        int count = x.Size / Gamma.Size;
        if (count < 2)
        {
            throw new ArgumentException($"{GetType().Name}: a training batch with {count} values per feature has no variance. "
                + "Use at least 2 examples, or drop the last short batch.");
        }
        Tensor y = x.BatchNormalize(Gamma, Beta, Epsilon, out Tensor mean, out Tensor variance);
        RunningMean.Assign((RunningMean * (1 - Momentum)) + (mean * Momentum));
        RunningVariance.Assign((RunningVariance * (1 - Momentum)) + (variance * (Momentum * count / (count - 1))));
        return y;
    }
}

/// <summary>Batch normalization of x [batch, features] or of sequences x [batch, features, length]; see <see cref="BatchNorm"/>.</summary>
/// <param name="features">The number of features.</param>
/// <param name="momentum">The weight of the newest batch in the running averages, from (0, 1].</param>
/// <param name="epsilon">Added to the variance against division by zero.</param>
/// <param name="dtype">The number type of the weights.</param>
/// <exception cref="ArgumentOutOfRangeException">A size, momentum or epsilon is out of range.</exception>
public sealed class BatchNorm1d(int features, double momentum = 0.1, double epsilon = 1e-5, DType dtype = DType.Float32)
    : BatchNorm(features, momentum, epsilon, dtype)
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, features] or [batch, features, length], or training sees one value.</exception>
    public override Tensor Forward(Tensor x) => Normalize(x, "] or [batch, features, length", x.Rank is 2 or 3);
}

/// <summary>Batch normalization of images x [batch, channels, H, W], for each channel; see <see cref="BatchNorm"/>.</summary>
/// <inheritdoc cref="BatchNorm1d"/>
public sealed class BatchNorm2d(int features, double momentum = 0.1, double epsilon = 1e-5, DType dtype = DType.Float32)
    : BatchNorm(features, momentum, epsilon, dtype)
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, channels, H, W], or training sees one value.</exception>
    public override Tensor Forward(Tensor x) => Normalize(x, ", rows, columns", x.Rank == 4);
}
