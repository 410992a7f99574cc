namespace DeepNotebooks.Optimizers;

/// <summary>Parameters of an optimizer that share a penalty and a rate; made by <see cref="Optimizer.Group"/>.</summary>
public sealed class ParameterGroup
{
    internal ParameterGroup(Penalty penalty) => Penalty = penalty;

    /// <summary>What the optimizer's learning rate is multiplied by for these parameters; schedules thus reach all groups.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative number, infinity or NaN.</exception>
    public double RateFactor
    {
        get;
        set => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "ParameterGroup: the rate factor must be finite and not negative.");
    } = 1;

    /// <summary>What pulls these parameters towards zero.</summary>
    public Penalty Penalty { get; set; }
}
