using System.Globalization;
using DeepNotebooks.Training;

namespace DeepNotebooks.Course;

/// <summary>Shows how a training run goes, in one line with a bar that is replaced at most ten times a second.</summary>
public sealed class Progress : Callback
{
    private LiveDisplay? _display;
    private long _shownAt;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run) => _display = LiveDisplay.Show(Line(run));

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        if (Environment.TickCount64 - _shownAt >= 100)
        {
            _shownAt = Environment.TickCount64;
            _display!.Update(Line(run));
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingRun run) => _display!.Update(Line(run));

    private static string Line(TrainingRun run)
    {
        int done = (int)(20L * run.Epoch / run.Epochs);
        string line = $"{new string('█', done)}{new string('░', 20 - done)} epoch {run.Epoch} of {run.Epochs}";
        if (run.Loss.Count > 0)
            line += string.Create(CultureInfo.InvariantCulture, $" · loss {run.Loss[^1]:G4}");
        if (run.ValidationLoss.Count > 0)
            line += string.Create(CultureInfo.InvariantCulture, $" · validation loss {run.ValidationLoss[^1]:G4}");
        return line;
    }
}
