namespace DeepNotebooks.Losses;

/// <summary>What becomes of the losses of a batch.</summary>
public enum Reduce
{
    /// <summary>Their mean, so that the gradient does not grow with the batch; the default.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Nothing: one loss each.</summary>
    None,
}

/// <summary>
/// Loss functions: each takes predictions and targets and gives a number to minimize. The mean over the batch unless asked otherwise.
/// Each has a form of two arguments, which a <see cref="Training.Trainer"/> takes by name; to set more, write a lambda:
/// <c>(p, t) => Loss.Huber(p, t, delta: 2)</c>.
/// </summary>
public static partial class Loss
{
    private static Tensor Reduced(Tensor losses, Reduce reduce) => reduce switch
    {
        Reduce.Mean => losses.Mean(),
        Reduce.Sum => losses.Sum(),
        Reduce.None => losses,
        _ => throw new ArgumentOutOfRangeException(nameof(reduce), reduce, "Loss: reduce is Mean, Sum or None."),
    };

    private static void RequireSameShape(Tensor prediction, Tensor target, string operation)
    {
        if (prediction.Shape != target.Shape)
        {
            throw new ArgumentException(
                $"{operation}: the predictions are {prediction.Shape}, the targets {target.Shape}. They must agree; "
                + "a column [batch, 1] against a row [batch] is the usual slip.");
        }
    }

    /// <summary>All elements must lie from low to high; NaN never does.</summary>
    private static void RequireRange(Tensor values, double low, double high, string operation, string what)
    {
        if (values.Size == 0)
            return;
        using NoGradScope scope = Tensor.NoGrad();
        double least = values.Min().Item(), most = values.Max().Item();
        if (!(least >= low && most <= high))
            throw new ArgumentException($"{operation}: {what} must lie in [{low}, {high}]; these reach from {least} to {most}.");
    }

    private static void RequireNumber(bool inRange, double value, string name, string operation, string range)
    {
        if (!inRange)
            throw new ArgumentOutOfRangeException(name, value, $"{operation}: {name} must {range}.");
    }
}
