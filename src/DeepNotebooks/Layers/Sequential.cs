namespace DeepNotebooks.Layers;

/// <summary>Layers one after the other: y = fₙ(… f₂(f₁(x))).</summary>
public sealed class Sequential : Layer
{
    private readonly Layer[] _layers;

    /// <summary>Chains the given layers.</summary>
    public Sequential(params IEnumerable<Layer> layers)
    {
        _layers = [.. layers];
        for (int i = 0; i < _layers.Length; i++)
            Child(i.ToString(), _layers[i]);
    }

    /// <summary>The number of layers.</summary>
    public int Count => _layers.Length;

    /// <summary>A layer by its place, counted from 0.</summary>
    public Layer this[int index] => _layers[index];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        foreach (Layer layer in _layers)
            x = layer.Forward(x);
        return x;
    }

    /// <summary>What each layer makes of the input, in order; the last is the output.</summary>
    public IReadOnlyList<Tensor> Activations(Tensor x)
    {
        var outputs = new List<Tensor>(_layers.Length);
        foreach (Layer layer in _layers)
            outputs.Add(x = layer.Forward(x));
        return outputs;
    }
}
