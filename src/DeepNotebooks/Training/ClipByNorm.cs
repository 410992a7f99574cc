namespace DeepNotebooks.Training;

/// <summary>
/// Clipping by norm: if the gradient of all parameters together, as one vector g, is longer than c, it becomes c g / |g|. Its direction
/// stays. Pascanu, Mikolov and Bengio, 2013.
/// </summary>
/// <param name="limit">c, above 0.</param>
public sealed class ClipByNorm(double limit) : Callback
{
    private readonly double _limit = RequirePositive(limit, nameof(ClipByNorm));

    /// <inheritdoc/>
    public override bool ChangesGradients => true;

    /// <inheritdoc/>
    public override void OnGradients(TrainingRun run) => Apply(run.Optimizer.Parameters, _limit);

    /// <summary>Clips the gradients of these parameters and returns the norm that they had.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public static double Apply(IEnumerable<Tensor> parameters, double limit)
    {
        RequirePositive(limit, nameof(ClipByNorm));
        Tensor[] all = [.. parameters];
        double norm = GradientNorm.Total(all);
        if (norm > limit)
            Scale(all, limit / norm);
        return norm;
    }

    internal static void Scale(IEnumerable<Tensor> parameters, double factor)
    {
        foreach (Tensor parameter in parameters.Where(p => p.Grad is not null))
            parameter.Grad = parameter.Grad! * factor;
    }

    internal static double RequirePositive(double limit, string operation) => limit > 0
        ? limit
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, $"{operation}: the limit must be above 0.");
}
