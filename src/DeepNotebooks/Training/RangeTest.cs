using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Training;

/// <summary>
/// The learning-rate range test (Smith, 2017): training with a rate that grows from step to step, until the loss blows up. Below the
/// useful range the loss stands still, in it it falls, beyond it it climbs.
/// </summary>
/// <param name="Rates">The rate of each step.</param>
/// <param name="Losses">The loss before each step.</param>
/// <param name="Suggested">A tenth of the rate at which the smoothed loss was lowest.</param>
public sealed record RangeTest(IReadOnlyList<double> Rates, IReadOnlyList<double> Losses, double Suggested)
{
    private const double Smoothing = 0.8;

    /// <summary>
    /// Runs the test, at least two steps at rates of equal ratios, on batches begun anew as often as needed. Model, optimizer state and
    /// rate are put back; random generators have moved on.
    /// </summary>
    /// <exception cref="ArgumentException">The rates are not 0 &lt; low &lt; high, or there are no batches.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two steps asked for.</exception>
    public static RangeTest Run(Layer model, Func<Tensor, Tensor, Tensor> loss, Optimizer optimizer, DataLoader train,
        double low = 1e-6, double high = 10, int steps = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        if (!(low > 0 && high > low && double.IsFinite(high)) || train.Count == 0)
            throw new ArgumentException($"RangeTest: the rates {low} to {high} must be above 0 and rise, and there must be batches.");
        var before = new Snapshot(model, optimizer);
        double rate = optimizer.LearningRate, smoothed = 0, least = double.PositiveInfinity, best = low;
        List<double> rates = [], losses = [];
        try
        {
            model.Train();
            foreach (Dataset batch in Enumerable.Repeat(train, (steps / train.Count) + 1).SelectMany(epoch => epoch).Take(steps))
            {
                optimizer.LearningRate = low * Math.Pow(high / low, losses.Count / (steps - 1.0));
                double value = optimizer.Step(() => loss(model.Forward(batch.Inputs), batch.Targets));
                rates.Add(optimizer.LearningRate);
                losses.Add(value);
                smoothed = losses.Count == 1 ? value : (Smoothing * smoothed) + ((1 - Smoothing) * value);
                if (smoothed < least)
                    (least, best) = (smoothed, optimizer.LearningRate);
                if (!(smoothed <= least + (3 * Math.Abs(losses[0]))))
                    break;
            }
        }
        finally
        {
            before.Restore();
            optimizer.LearningRate = rate;
        }
        return new RangeTest(rates, losses, best / 10);
    }
}
