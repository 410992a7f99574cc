using DeepNotebooks.Charts;
using DeepNotebooks.Training;

namespace DeepNotebooks.Course;

/// <summary>Draws the loss while a training run goes on, in one chart that is replaced at most ten times a second.</summary>
public sealed class LiveChart : Callback
{
    private LiveDisplay? _display;
    private long _shownAt;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run) => _display = null;

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        if (_display is not null && Environment.TickCount64 - _shownAt < 100)
            return;
        _shownAt = Environment.TickCount64;
        Show(run);
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingRun run)
    {
        if (run.Loss.Count > 0) // a run that failed in its first epoch has nothing to draw
            Show(run);
    }

    private void Show(TrainingRun run)
    {
        if (_display is null)
            _display = LiveDisplay.Show(Draw(run));
        else
            _display.Update(Draw(run));
    }

    private static Figure Draw(TrainingRun run)
    {
        Figure loss = Chart.Line(Enumerable.Range(1, run.Loss.Count), run.Loss, "training");
        return (run.ValidationLoss.Count == 0
                ? loss
                : loss.And(Chart.Line(Enumerable.Range(1, run.ValidationLoss.Count), run.ValidationLoss, "validation")))
            .WithTitle($"Loss after {run.Epoch} of {run.Epochs} epochs").WithAxes("epoch", "loss");
    }
}
