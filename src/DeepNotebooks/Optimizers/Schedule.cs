namespace DeepNotebooks.Optimizers;

/// <summary>
/// How the learning rate changes over the steps of a training run: a factor of the optimizer's rate at each step, counted from 0. A
/// schedule of your own is a function: <c>new Schedule(step => 1 / Math.Sqrt(step + 1))</c>. Steps below 1 and shares outside [0, 1]
/// are refused by an <see cref="ArgumentOutOfRangeException"/>.
/// </summary>
/// <param name="factor">The factor at a step.</param>
public sealed class Schedule(Func<int, double> factor)
{
    /// <summary>The factor at a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double At(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return factor(step);
    }

    /// <summary>The rate as it is.</summary>
    public static Schedule Constant { get; } = new(_ => 1);

    /// <summary>Multiplied by a factor every so many steps.</summary>
    public static Schedule Steps(int every, double factor = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        RequireShare(factor, nameof(factor));
        return new(step => Math.Pow(factor, step / every));
    }

    /// <summary>Multiplied by a factor at every step.</summary>
    public static Schedule Exponential(double factor) => Steps(1, factor);

    /// <summary>Half a cosine wave from 1 down to a floor, where it stays. Loshchilov and Hutter, 2017.</summary>
    public static Schedule Cosine(int steps, double floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        RequireShare(floor, nameof(floor));
        return new(step => Wave(1, floor, Math.Min(step, steps) / (double)steps));
    }

    /// <summary>The cosine schedule begun again and again: for warm restarts and snapshots.</summary>
    public static Schedule CosineRestarts(int period, double floor = 0)
    {
        Schedule wave = Cosine(period, floor);
        return new(step => wave.At(step % period));
    }

    /// <summary>Rises evenly to 1 over so many steps, then follows another schedule from its beginning.</summary>
    public static Schedule WarmUp(int steps, Schedule? then = null, double from = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        RequireShare(from, nameof(from));
        return new(step => step < steps ? from + ((1 - from) * step / steps) : (then ?? Constant).At(step - steps));
    }

    /// <summary>
    /// Cyclical rates: up from a low share to 1 in so many steps and down again, the height multiplied by a factor after each cycle.
    /// Smith, 2017.
    /// </summary>
    public static Schedule Cyclical(int stepsUp, double low = 0.1, double shrink = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsUp, 1);
        RequireShare(low, nameof(low));
        RequireShare(shrink, nameof(shrink));
        return new(step =>
        {
            double height = 1 - Math.Abs((step % (2 * stepsUp) / (double)stepsUp) - 1);
            return low + ((1 - low) * height * Math.Pow(shrink, step / (2 * stepsUp)));
        });
    }

    /// <summary>
    /// One cycle: in cosine waves from 1 / <paramref name="start"/> up to 1, then down to that divided by <paramref name="end"/>. The
    /// optimizer's rate is the peak. Smith and Topin, 2018; PyTorch's shape, without its cycling of the momentum.
    /// </summary>
    /// <param name="steps">Of the whole run; at least 2.</param>
    /// <param name="rise">The share of the steps that go up.</param>
    /// <param name="start">By what the peak is divided at first; at least 1.</param>
    /// <param name="end">By what the first rate is divided in the end; at least 1.</param>
    public static Schedule OneCycle(int steps, double rise = 0.3, double start = 25, double end = 1e4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        RequireShare(rise, nameof(rise));
        RequireShare(1 / start, nameof(start));
        RequireShare(1 / end, nameof(end));
        double peak = (rise * steps) - 1, last = steps - 1;
        return new(step => step <= peak ? Wave(1 / start, 1, peak == 0 ? 1 : step / peak)
            : Wave(1, 1 / start / end, Math.Min((step - peak) / (last - peak), 1)));
    }

    private static double Wave(double from, double to, double share) => to + ((from - to) * (1 + Math.Cos(Math.PI * share)) / 2);

    private static void RequireShare(double value, string name)
    {
        if (!(value is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(name, value, $"Schedule: {name} is out of range; as a factor it must lie in [0, 1].");
    }
}
