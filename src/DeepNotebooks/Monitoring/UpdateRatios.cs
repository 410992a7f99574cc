using DeepNotebooks.Training;

namespace DeepNotebooks.Monitoring;

/// <summary>
/// Records at every step how far it moved each weight matrix for its size, ‖Δw‖ / ‖w‖: about 1e-3 where training is healthy. Biases and
/// scales are left out.
/// </summary>
public sealed class UpdateRatios : Callback
{
    private readonly Dictionary<string, List<double>> _steps = [];
    private (string Name, Tensor Weight, Tensor Before)[] _weights = [];

    /// <summary>By the weight's name, one for each step.</summary>
    public IReadOnlyDictionary<string, List<double>> Steps => _steps;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        _weights = [.. run.Model.NamedParameters.Where(p => p.Value.Rank >= 2).Select(p => (p.Name, p.Value.Detach(), p.Value.Clone()))];
        _steps.Clear();
        foreach ((string name, _, _) in _weights)
            _steps[name] = [];
    }

    /// <inheritdoc/>
    public override void OnGradients(TrainingRun run)
    {
        foreach ((_, Tensor weight, Tensor before) in _weights)
            before.Assign(weight);
    }

    /// <inheritdoc/>
    public override void OnBatch(TrainingRun run)
    {
        foreach ((string name, Tensor weight, Tensor before) in _weights)
            _steps[name].Add((weight - before).Norm().Item() / before.Norm().Item());
    }
}
