namespace DeepNotebooks.Training;

/// <summary>
/// Ends a run when the validation loss (without validation data: the training loss) has not improved for some epochs, and puts back
/// the weights of the best epoch.
/// </summary>
/// <param name="patience">How many epochs without improvement are borne; at least 1.</param>
public sealed class EarlyStopping(int patience) : Callback
{
    private readonly int _patience = patience >= 1
        ? patience
        : throw new ArgumentOutOfRangeException(nameof(patience), patience, "EarlyStopping: the patience must be at least 1.");

    private double _best;
    private Snapshot? _weights;

    /// <summary>The epoch with the lowest loss, counted from 1; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run) => (_best, _weights, BestEpoch) = (double.PositiveInfinity, null, 0);

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        if (run.LastLoss < _best)
        {
            (_best, BestEpoch) = (run.LastLoss, run.Epoch);
            _weights = new Snapshot(run.Model);
        }
        else if (run.Epoch - BestEpoch >= _patience)
            run.Stop = true;
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingRun run) => _weights?.Restore();
}
