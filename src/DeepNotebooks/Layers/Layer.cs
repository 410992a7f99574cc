namespace DeepNotebooks.Layers;

/// <summary>
/// A piece of a model: turns a tensor into a tensor, by weights that training changes. A layer of your own derives from this,
/// registers its weights with <see cref="Parameter"/> and its parts with <see cref="Child{T}"/>, and overrides <see cref="Forward"/>.
/// </summary>
public abstract class Layer
{
    private readonly List<(string Name, Tensor Value)> _parameters = [];
    private readonly List<(string Name, Tensor Value)> _buffers = [];
    private readonly List<(string Name, Layer Value)> _children = [];

    /// <summary>The output for an input.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>Whether the layer behaves as in training (dropout drops, batch normalization uses the batch); true at first.</summary>
    public bool Training { get; private set; } = true;

    /// <summary>All weights that training changes, of this layer and of its parts, in the order of registration.</summary>
    public IReadOnlyList<Tensor> Parameters => [.. NamedParameters.Select(p => p.Value)];

    /// <summary>
    /// All weights with their path, such as <c>2.weight</c> for the weight of the third layer of a Sequential. A weight that several
    /// layers share comes once, under its first path.
    /// </summary>
    public IEnumerable<(string Name, Tensor Value)> NamedParameters => Walk(layer => layer._parameters).DistinctBy(p => p.Value);

    /// <summary>All numbers that are part of the state but not trained, such as running means, with their path.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedBuffers => Walk(layer => layer._buffers).DistinctBy(p => p.Value);

    /// <summary>The weights and buffers of this layer without those of its parts.</summary>
    internal IEnumerable<Tensor> OwnTensors => _parameters.Concat(_buffers).Select(entry => entry.Value);

    /// <summary>The parts of this layer, in the order of registration.</summary>
    public IEnumerable<Layer> Children => _children.Select(child => child.Value);

    /// <summary>How many numbers training changes.</summary>
    public int ParameterCount => NamedParameters.Sum(p => p.Value.Size);

    /// <summary>Moves all weights and buffers to a device and returns this; optimizers made before go on with them.</summary>
    public Layer To(Device device)
    {
        foreach ((_, Tensor value) in NamedParameters.Concat(NamedBuffers))
            value.MoveTo(device);
        return this;
    }

    /// <summary>Forgets the gradients of all weights.</summary>
    public void ZeroGrad()
    {
        foreach (Tensor parameter in Parameters)
            parameter.Grad = null;
    }

    /// <summary>Switches this layer and its parts to training.</summary>
    public void Train() => SetTraining(true);

    /// <summary>Switches this layer and its parts to evaluation.</summary>
    public void Eval() => SetTraining(false);

    /// <summary>The output in evaluation, with nothing recorded; afterwards the layer and its parts are as they were.</summary>
    public Tensor Predict(Tensor x)
    {
        Layer[] inTraining = [.. All().Where(layer => layer.Training)];
        Eval();
        try
        {
            using (Tensor.NoGrad())
            {
                return Forward(x);
            }
        }
        finally
        {
            foreach (Layer layer in inTraining)
                layer.Training = true;
        }
    }

    /// <summary>Registers a weight that training changes.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    protected Tensor Parameter(string name, Tensor value)
    {
        RequireFree(name);
        value.RequiresGrad = true;
        _parameters.Add((name, value));
        return value;
    }

    /// <summary>Registers numbers that belong to the state but are not trained.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    protected Tensor Buffer(string name, Tensor value)
    {
        RequireFree(name);
        _buffers.Add((name, value));
        return value;
    }

    /// <summary>Registers a part.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    protected T Child<T>(string name, T layer) where T : Layer
    {
        RequireFree(name);
        _children.Add((name, layer));
        return layer;
    }

    private void RequireFree(string name)
    {
        if (_parameters.Concat(_buffers).Select(entry => entry.Name).Concat(_children.Select(child => child.Name)).Contains(name))
        {
            throw new ArgumentException(
                $"{GetType().Name}: the name \"{name}\" is taken. Give each weight and part a name of its own.", nameof(name));
        }
    }

    private void SetTraining(bool training)
    {
        foreach (Layer layer in All())
            layer.Training = training;
    }

    private IEnumerable<Layer> All() => Children.SelectMany(child => child.All()).Prepend(this);

    private IEnumerable<(string Name, Tensor Value)> Walk(Func<Layer, IEnumerable<(string, Tensor)>> own)
    {
        foreach ((string, Tensor) entry in own(this))
            yield return entry;
        foreach ((string prefix, Layer child) in _children)
        {
            foreach ((string name, Tensor value) in child.Walk(own))
                yield return ($"{prefix}.{name}", value);
        }
    }
}
