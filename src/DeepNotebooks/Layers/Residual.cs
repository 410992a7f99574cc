namespace DeepNotebooks.Layers;

/// <summary>
/// A residual block y = x + f(x): the gradient reaches x undiminished by way of the sum. f keeps the shape. He, Zhang, Ren and Sun, 2015.
/// </summary>
public sealed class Residual : Layer
{
    private readonly Layer _inner;

    /// <summary>Adds the input to what these layers, one after the other, make of it.</summary>
    public Residual(params IEnumerable<Layer> inner) => _inner = Child("inner", new Sequential(inner));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The inner layers change the shape.</exception>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = _inner.Forward(x);
        return y.Shape == x.Shape ? x + y : throw new ArgumentException(
            $"Residual: the inner layers turn {x.Shape} into {y.Shape}. They must keep the shape for the sum to exist.");
    }
}
