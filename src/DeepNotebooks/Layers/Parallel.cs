namespace DeepNotebooks.Layers;

/// <summary>Branches that all see the input; their outputs are joined along axis 1: y = [f₁(x), f₂(x), …].</summary>
public sealed class Parallel : Layer
{
    private readonly Layer[] _branches;

    /// <summary>Sets the given branches side by side.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public Parallel(params IEnumerable<Layer> branches)
    {
        _branches = [.. branches];
        if (_branches.Length == 0)
            throw new ArgumentException("Parallel: no branches given. Pass at least one layer.");
        for (int i = 0; i < _branches.Length; i++)
            Child(i.ToString(), _branches[i]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The outputs differ outside axis 1.</exception>
    public override Tensor Forward(Tensor x) => Tensor.Concat([.. _branches.Select(branch => branch.Forward(x))], axis: 1);
}
