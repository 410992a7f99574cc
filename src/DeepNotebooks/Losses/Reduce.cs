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
}
