namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// y = (x − μ) / √(σ² + ε), with mean μ and (biased) variance σ² over the given axes: what batch, layer, group and instance
    /// normalization share.
    /// </summary>
    /// <param name="axes">The axes that mean and variance are taken over.</param>
    /// <param name="epsilon">Added to the variance against division by zero.</param>
    /// <param name="mean">μ, the reduced axes kept with size 1; without history.</param>
    /// <param name="variance">σ², likewise.</param>
    public Tensor Standardize(ReadOnlySpan<int> axes, double epsilon, out Tensor mean, out Tensor variance)
    {
        Tensor y, scale;
        using (NoGrad())
        {
            mean = Mean(axes, keepDims: true);
            Tensor centred = this - mean;
            variance = centred.Square().Mean(axes, keepDims: true);
            scale = 1 / (variance + epsilon).Sqrt();
            y = centred * scale;
        }
        return Node is { } node ? y.From(new StandardizeNode(node, y.Detach(), scale, axes.ToArray())) : y;
    }

    // μ and σ² depend on x too: dx = (dy − mean(dy) − y · mean(dy · y)) / √(σ² + ε).
    private sealed class StandardizeNode(Node input, Tensor y, Tensor scale, int[] axes) : Node(input)
    {
        public override void Backward(Tensor gradient)
        {
            Tensor mean = gradient.Mean(axes, keepDims: true);
            Tensor alongY = (gradient * y).Mean(axes, keepDims: true);
            First!.AccumulateFresh((gradient - mean - (y * alongY)) * scale);
        }
    }
}
