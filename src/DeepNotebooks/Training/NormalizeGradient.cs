namespace DeepNotebooks.Training;

/// <summary>
/// Gradient normalization: the gradient of all parameters together always gets the given length, whether it was longer or shorter.
/// A gradient of 0 stays 0.
/// </summary>
/// <param name="length">The norm that gradients get, above 0.</param>
public sealed class NormalizeGradient(double length = 1) : Callback
{
    private readonly double _length = ClipByNorm.RequirePositive(length, nameof(NormalizeGradient));

    /// <inheritdoc/>
    public override bool ChangesGradients => true;

    /// <inheritdoc/>
    public override void OnGradients(TrainingRun run) => Apply(run.Optimizer.Parameters, _length);

    /// <summary>Scales the gradients of these parameters and returns the norm that they had.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not above 0.</exception>
    public static double Apply(IEnumerable<Tensor> parameters, double length = 1)
    {
        ClipByNorm.RequirePositive(length, nameof(NormalizeGradient));
        Tensor[] all = [.. parameters];
        double norm = GradientNorm.Total(all);
        if (norm > 0)
            ClipByNorm.Scale(all, length / norm);
        return norm;
    }
}
