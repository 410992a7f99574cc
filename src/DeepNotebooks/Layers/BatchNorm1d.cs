namespace DeepNotebooks.Layers;

/// <summary>
/// Batch normalization of x [batch, features]: y = γ (x − μ) / √(σ² + ε) + β, in training with mean μ and variance σ² of each feature
/// over the batch, in evaluation with their running averages. Ioffe and Szegedy, 2015.
/// </summary>
public sealed class BatchNorm1d : Layer
{
    private readonly double _momentum;
    private readonly double _epsilon;

    /// <summary>A layer with γ = 1 and β = 0.</summary>
    /// <param name="features">The number of features.</param>
    /// <param name="momentum">The weight of the newest batch in the running averages, from (0, 1].</param>
    /// <param name="epsilon">Added to the variance against division by zero.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size, momentum or epsilon is out of range.</exception>
    public BatchNorm1d(int features, double momentum = 0.1, double epsilon = 1e-5, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        if (!(momentum is > 0 and <= 1) || !(epsilon > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum),
                $"BatchNorm1d: momentum {momentum} must lie in (0, 1] and epsilon {epsilon} above 0.");
        }
        (_momentum, _epsilon) = (momentum, epsilon);
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

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, features], or a training batch has a single example.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 2 || x.Shape[1] != Gamma.Size)
        {
            throw new ArgumentException($"BatchNorm1d: the input {x.Shape} is not [batch, {Gamma.Size}].");
        }
        if (!Training)
        {
            return ((x - RunningMean) / (RunningVariance + _epsilon).Sqrt() * Gamma) + Beta;
        }
        int batch = x.Shape[0];
        if (batch < 2)
        {
            throw new ArgumentException(
                $"BatchNorm1d: a training batch of {batch} has no variance. Use at least 2 examples, or drop the last short batch.");
        }
        Tensor standardized = x.Standardize([0], _epsilon, out Tensor mean, out Tensor variance);
        RunningMean.Assign((RunningMean * (1 - _momentum)) + (mean.Reshape(Gamma.Shape) * _momentum));
        RunningVariance.Assign((RunningVariance * (1 - _momentum)) + (variance.Reshape(Gamma.Shape) * (_momentum * batch / (batch - 1))));
        return (standardized * Gamma) + Beta;
    }
}
