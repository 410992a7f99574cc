using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Training;

/// <summary>
/// Follows a schedule of the learning rate, from the rate that the optimizer has at the start, which it gets back at the end.
/// </summary>
/// <param name="schedule">The factors.</param>
/// <param name="everyBatch">Whether a step of the schedule is a step of the optimizer; otherwise it is an epoch.</param>
public sealed class RateSchedule(Schedule schedule, bool everyBatch = false) : Callback
{
    private readonly List<double> _rates = [];
    private double _base;

    /// <summary>The rates that were used, one for each step of the schedule.</summary>
    public IReadOnlyList<double> Rates => _rates;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        _rates.Clear();
        _base = run.Optimizer.LearningRate;
        run.Optimizer.LearningRate = _base * schedule.At(0);
    }

    /// <inheritdoc/>
    public override void OnBatch(TrainingRun run) => Advance(run, everyBatch);

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run) => Advance(run, !everyBatch);

    /// <inheritdoc/>
    public override void OnEnd(TrainingRun run) => run.Optimizer.LearningRate = _base;

    private void Advance(TrainingRun run, bool now)
    {
        if (now)
        {
            _rates.Add(run.Optimizer.LearningRate);
            run.Optimizer.LearningRate = _base * schedule.At(_rates.Count);
        }
    }
}
