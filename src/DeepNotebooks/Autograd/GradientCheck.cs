namespace DeepNotebooks;

/// <summary>
/// Compares gradients by backpropagation with differences, which need no derivative, only f. A central difference
/// D(h) = (f(x + h) − f(x − h)) / 2h errs by a multiple of h²; (4 D(h) − D(2h)) / 3 cancels it (Richardson, 1911), so that h may be large
/// enough for rounding not to matter. In float64 a right gradient agrees to about 1e-9.
/// </summary>
public static class GradientCheck
{
    /// <summary>
    /// The largest relative difference |a − n| / max(|a|, |n|, 1e-4 of the largest gradient of that input) between analytic gradients
    /// a and numeric gradients n. The floor keeps elements whose gradient is zero from being judged by rounding alone.
    /// </summary>
    /// <param name="function">Computes a tensor from the inputs; if it is no scalar, a fixed random weighting of it is differentiated.</param>
    /// <param name="inputs">Where the gradients are compared; Float64.</param>
    /// <param name="step">h.</param>
    /// <exception cref="ArgumentException">An input is not Float64, or the function is not finite there.</exception>
    public static double MaxRelativeError(Func<Tensor[], Tensor> function, Tensor[] inputs, double step = 1e-4)
    {
        if (inputs.FirstOrDefault(x => x.DType != DType.Float64) is { } wrong)
            throw new ArgumentException($"GradientCheck: an input {wrong.Shape} is {wrong.DType}. Differences need Float64: convert with To().");
        Tensor[] leaves = [.. inputs.Select(x => x.Clone().WithGrad())];
        Tensor result = function(leaves);
        Tensor weights = new Rng(1).Uniform(result.Shape, 0.5, 1.5, DType.Float64);
        Tensor scalar = (result * weights).Sum();
        if (!double.IsFinite(scalar.Item()))
            throw new ArgumentException($"GradientCheck: the function gives {scalar.Item()} at this input. Choose an input where it is finite.");
        scalar.Backward();

        double worst = 0;
        using NoGradScope scope = Tensor.NoGrad();
        for (int k = 0; k < inputs.Length; k++)
        {
            double[] analytic = leaves[k].Grad?.ToArray() ?? new double[inputs[k].Size];
            double[] numeric = Numeric(function, leaves, k, weights, step);
            double floor = 1e-4 * Math.Max(analytic.Concat(numeric).Select(Math.Abs).DefaultIfEmpty().Max(), 1e-3);
            for (int i = 0; i < analytic.Length; i++)
            {
                double scale = Math.Max(Math.Max(Math.Abs(analytic[i]), Math.Abs(numeric[i])), floor);
                double error = Math.Abs(analytic[i] - numeric[i]) / scale;
                worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
            }
        }
        return worst;
    }

    private static double[] Numeric(Func<Tensor[], Tensor> function, Tensor[] inputs, int which, Tensor weights, double step)
    {
        Tensor x = inputs[which];
        Span<double> values = x.Span<double>();
        var result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double kept = values[i];
            double Central(double h)
            {
                double above = At(kept + h), below = At(kept - h);
                return (above - below) / (2 * h);
            }
            double At(double value)
            {
                x.Span<double>()[i] = value;
                return (function(inputs) * weights).Sum().Item();
            }
            result[i] = ((4 * Central(step)) - Central(2 * step)) / 3;
            values[i] = kept;
        }
        return result;
    }
}
