namespace DeepNotebooks.Training;

/// <summary>
/// Lowers the learning rate when the validation loss (without validation data: the training loss) has not improved by a ten-thousandth
/// for more than some epochs.
/// </summary>
public sealed class ReduceOnPlateau : Callback
{
    private const double Threshold = 1e-4;
    private readonly double _factor, _minimum;
    private readonly int _patience;
    private double _best = double.PositiveInfinity;
    private int _bad;

    /// <summary>Multiplies the rate by a factor on every plateau.</summary>
    /// <param name="factor">From (0, 1).</param>
    /// <param name="patience">How many epochs without improvement are borne; not negative.</param>
    /// <param name="minimum">The rate never falls below it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public ReduceOnPlateau(double factor = 0.1, int patience = 10, double minimum = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        if (!(factor is > 0 and < 1) || !(minimum >= 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(factor), $"ReduceOnPlateau: the factor {factor} must lie in (0, 1), the minimum {minimum} must not be negative.");
        }
        (_factor, _patience, _minimum) = (factor, patience, minimum);
    }

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run) => (_best, _bad) = (double.PositiveInfinity, 0);

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run) => run.Optimizer.LearningRate = Next(run.Optimizer.LearningRate, run.LastLoss);

    /// <summary>The rate after an epoch with this loss.</summary>
    internal double Next(double rate, double loss)
    {
        if (loss < _best - (Threshold * Math.Abs(_best)) || double.IsPositiveInfinity(_best))
            (_best, _bad) = (loss, 0);
        else if (++_bad > _patience)
        {
            _bad = 0;
            return Math.Max(rate * _factor, Math.Min(rate, _minimum));
        }
        return rate;
    }
}
