using System.Collections;

namespace DeepNotebooks.Training;

/// <summary>
/// Records figures of a run by name: <c>new History { { "rate", run => run.Optimizer.LearningRate } }</c>, read as
/// <c>history["rate"]</c>. Losses are recorded by the run itself.
/// </summary>
/// <param name="everyBatch">
/// Whether to measure at every step, when its gradients are known and the weights not yet changed; otherwise after every epoch.
/// </param>
public sealed class History(bool everyBatch = false) : Callback, IEnumerable<KeyValuePair<string, IReadOnlyList<double>>>
{
    private readonly Dictionary<string, (Func<TrainingRun, double> Measure, List<double> Values)> _figures = [];

    /// <summary>Adds a figure to be recorded.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, Func<TrainingRun, double> measure) => _figures.Add(name, (measure, []));

    /// <summary>What was recorded.</summary>
    /// <exception cref="KeyNotFoundException">No figure has this name.</exception>
    public IReadOnlyList<double> this[string name] => _figures[name].Values;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        foreach ((_, List<double> values) in _figures.Values)
            values.Clear();
    }

    /// <inheritdoc/>
    public override void OnGradients(TrainingRun run) => Record(run, everyBatch);

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run) => Record(run, !everyBatch);

    private void Record(TrainingRun run, bool now)
    {
        if (now)
        {
            foreach ((Func<TrainingRun, double> measure, List<double> values) in _figures.Values)
                values.Add(measure(run));
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, IReadOnlyList<double>>> GetEnumerator() =>
        _figures.Select(f => KeyValuePair.Create(f.Key, (IReadOnlyList<double>)f.Value.Values)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
