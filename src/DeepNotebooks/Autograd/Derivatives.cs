namespace DeepNotebooks;

/// <summary>Derivatives beyond the gradient of a scalar.</summary>
public static class Derivatives
{
    /// <summary>
    /// The Jacobian of y = f(x), as [size of y, size of x]: row i is the gradient of the i-th element of y, by a backward pass each.
    /// </summary>
    /// <exception cref="InvalidOperationException">y does not depend on x by recorded operations.</exception>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor x)
    {
        Tensor leaf = x.Clone().WithGrad();
        Tensor y = f(leaf);
        Tensor result = Tensor.Zeros([y.Size, x.Size], x.DType);
        for (int i = 0; i < y.Size; i++)
        {
            Tensor seed = Tensor.Zeros([y.Size], y.DType);
            seed[i] = 1;
            leaf.Grad = null;
            y.Backward(seed.Reshape(y.Shape), keepGraph: true);
            result[i..(i + 1)].Assign(leaf.Grad is { } row ? row.Reshape(1, -1) : Tensor.Zeros([1, x.Size], x.DType));
        }
        return result;
    }

    /// <summary>
    /// The Hessian ∂²L/∂wᵢ∂wⱼ of a loss over all elements of some leaves, in their order, as [n, n] Float64: central differences
    /// (∇L(w + h eⱼ) − ∇L(w − h eⱼ)) / 2h of gradients by backpropagation, 2n backward passes, then made symmetric. With Float64
    /// weights it is right to about 1e-9, with Float32 to about 1e-3 (take a step near 1e-2). Weights and gradients stay as they were.
    /// </summary>
    /// <param name="loss">Computes the loss afresh from the weights; without randomness.</param>
    /// <param name="weights">The leaves.</param>
    /// <param name="step">h.</param>
    /// <exception cref="ArgumentException">The step is not positive, or a tensor is no leaf.</exception>
    public static Tensor Hessian(Func<Tensor> loss, IReadOnlyList<Tensor> weights, double step = 1e-4)
    {
        if (!(step > 0) || weights.Any(w => w.Node is not Leaf))
            throw new ArgumentException($"Hessian: the step {step} must be above 0, and every weight a leaf that requires a gradient.");
        Tensor?[] gradients = [.. weights.Select(w => w.Grad)];
        Tensor result = Tensor.Zeros([weights.Sum(w => w.Size), weights.Sum(w => w.Size)], DType.Float64);
        try
        {
            int row = 0;
            foreach (Tensor values in weights.Select(w => w.Detach().Reshape(-1)))
            {
                for (int i = 0; i < values.Size; i++, row++)
                {
                    double kept = values[i];
                    Tensor above, below;
                    try
                    {
                        values[i] = kept + step;
                        above = Gradient(loss, weights);
                        values[i] = kept - step;
                        below = Gradient(loss, weights);
                    }
                    finally
                    {
                        values[i] = kept;
                    }
                    result[row..(row + 1)].Assign(((above - below) / (2 * step)).Unsqueeze(0));
                }
            }
        }
        finally
        {
            for (int i = 0; i < weights.Count; i++)
                weights[i].Grad = gradients[i];
        }
        return (result + result.Transpose()) / 2;
    }

    /// <summary>
    /// The norm ‖∇f(x)‖ of each example's gradient, as a recorded result [batch] with gradients for the weights. The norm is f's slope
    /// along its own gradient, v · ∇f with v = ∇f/‖∇f‖, and since no other direction is steeper, its derivative by the weights is that for
    /// a fixed v. So v comes from backpropagation and is held, and the slope along it from the difference (f(x + hv) − f(x − hv)) / 2h:
    /// exact where f is piecewise linear and no kink lies between, else off by the order of h². The weights' gradients stay as they were.
    /// </summary>
    /// <param name="f">Turns examples [batch, …] into a number each, [batch] or [batch, 1], each by itself.</param>
    /// <param name="x">The examples.</param>
    /// <param name="weights">All leaves on which f depends.</param>
    /// <param name="step">h.</param>
    /// <exception cref="ArgumentException">The step is not positive, or f gives not one number each.</exception>
    public static Tensor GradientNorms(Func<Tensor, Tensor> f, Tensor x, IReadOnlyList<Tensor> weights, double step = 1e-2)
    {
        Tensor?[] gradients = [.. weights.Select(w => w.Grad)];
        Tensor leaf = x.Clone().WithGrad();
        Tensor y = f(leaf);
        if (!(step > 0) || y.Size != x.Shape[0])
        {
            throw new ArgumentException(
                $"GradientNorms: the step {step} must be above 0, and f give one number for each of {x.Shape}, not {y.Shape}.");
        }
        foreach (Tensor w in weights)
            w.Grad = null; // else the pass below would add to it
        y.Sum().Backward();
        for (int i = 0; i < weights.Count; i++)
            weights[i].Grad = gradients[i];
        Tensor gradient = leaf.Grad ?? Tensor.Zeros(x.Shape, x.DType);
        int[] axes = [.. Enumerable.Range(1, x.Rank - 1)];
        Tensor move = gradient * (step / gradient.Norm(axes, keepDims: true).Clamp(1e-30, double.MaxValue));
        return ((f(x.Detach() + move) - f(x.Detach() - move)) / (2 * step)).Reshape(-1);
    }

    private static Tensor Gradient(Func<Tensor> loss, IReadOnlyList<Tensor> weights)
    {
        foreach (Tensor w in weights)
            w.Grad = null;
        loss().Backward();
        return Tensor.Concat([.. weights.Select(w => (w.Grad ?? Tensor.Zeros(w.Shape, w.DType)).To(DType.Float64).Reshape(-1))]);
    }
}
