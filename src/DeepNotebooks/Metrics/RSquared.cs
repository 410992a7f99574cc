using MathNet.Numerics;

namespace DeepNotebooks.Metrics;

public static partial class Metric
{
    /// <summary>
    /// R², the share of the targets' variance that the predictions explain: 1 − Σ(y − ŷ)² / Σ(y − ȳ)². 1 is perfect, 0 no better than the
    /// mean, below 0 worse.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or the targets do not vary.</exception>
    public static double RSquared(Tensor predictions, Tensor targets)
    {
        if (predictions.Shape != targets.Shape || targets.Size == 0)
            throw new ArgumentException(
                $"RSquared: predictions {predictions.Shape} and targets {targets.Shape} must have one shape and not be empty.");
        double[] truth = targets.ToArray();
        return truth.Max() > truth.Min()
            ? GoodnessOfFit.CoefficientOfDetermination(predictions.ToArray(), truth)
            : throw new ArgumentException(
                $"RSquared: all targets are {truth[0]}; without variance there is nothing to explain.", nameof(targets));
    }
}
