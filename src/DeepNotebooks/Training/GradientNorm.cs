using DeepNotebooks.Layers;

namespace DeepNotebooks.Training;

/// <summary>The sizes of gradients, read after a backward pass.</summary>
public static class GradientNorm
{
    /// <summary>The Euclidean norm of all gradients of these parameters as one long vector.</summary>
    public static double Total(IEnumerable<Tensor> parameters) =>
        Math.Sqrt(parameters.Where(p => p.Grad is not null).Sum(p => Math.Pow(p.Grad!.To(DType.Float64).Norm().Item(), 2)));

    /// <summary>
    /// The norm of the gradient of each weight matrix of a model, from the input's end to the output's; biases and scales are left out.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no backward pass.</exception>
    public static double[] PerLayer(Layer model) => [.. model.Parameters.Where(p => p.Rank >= 2).Select(p => p.Grad is { } gradient
        ? gradient.To(DType.Float64).Norm().Item()
        : throw new InvalidOperationException($"GradientNorm: the weight {p.Shape} has no gradient. Call Backward() on the loss first."))];
}
