namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// The root of the mean squared error over all elements, in the units of the data. As a norm divided by √n, so that its gradient
    /// at a perfect fit is 0 and not NaN.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor RootMeanSquaredError(Tensor prediction, Tensor target)
    {
        RequireSameShape(prediction, target, nameof(RootMeanSquaredError));
        return (prediction - target).Norm() / Math.Sqrt(prediction.Size);
    }
}
