namespace DeepNotebooks.Training;

/// <summary>
/// Clipping by value: every element of the gradient is limited to [−c, c] by itself, so the direction changes.
/// </summary>
/// <param name="limit">c, above 0.</param>
public sealed class ClipByValue(double limit) : Callback
{
    private readonly double _limit = ClipByNorm.RequirePositive(limit, nameof(ClipByValue));

    /// <inheritdoc/>
    public override bool ChangesGradients => true;

    /// <inheritdoc/>
    public override void OnGradients(TrainingRun run) => Apply(run.Optimizer.Parameters, _limit);

    /// <summary>Clips the gradients of these parameters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public static void Apply(IEnumerable<Tensor> parameters, double limit)
    {
        ClipByNorm.RequirePositive(limit, nameof(ClipByValue));
        foreach (Tensor parameter in parameters.Where(p => p.Grad is not null))
            parameter.Grad = parameter.Grad!.Clamp(-limit, limit);
    }
}
