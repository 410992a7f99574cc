using System.Numerics;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// Changes parameters by their gradients; one <see cref="Step()"/> after each backward pass. An optimizer of your own overrides
/// <see cref="Update"/>, for example by <c>parameter.Assign(parameter - (gradient * rate))</c>.
/// </summary>
public abstract class Optimizer
{
    private readonly Tensor[] _parameters;
    private readonly ParameterGroup[] _groups; // of each parameter
    private readonly Tensor?[] _penalized;     // room for gradient and penalty together
    private readonly Tensor _counts;           // steps of each parameter, then of all
    private readonly List<(string Name, Tensor[] Values)> _state = [];

    /// <summary>An optimizer of these parameters.</summary>
    /// <exception cref="ArgumentException">
    /// There are no parameters, one does not require a gradient, is named twice, or is a view with gaps.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative, infinite or NaN.</exception>
    protected Optimizer(IEnumerable<Tensor> parameters, double learningRate, Penalty? penalty = null)
    {
        _parameters = [.. parameters];
        if (_parameters.Length == 0)
            throw new ArgumentException($"{GetType().Name}: there are no parameters to optimize. Pass model.Parameters.");
        if (_parameters.FirstOrDefault(p => !p.RequiresGrad) is { } fixedOne)
            throw new ArgumentException($"{GetType().Name}: a parameter {fixedOne.Shape} does not require a gradient. Set RequiresGrad.");
        if (_parameters.Distinct().Count() < _parameters.Length)
            throw new ArgumentException($"{GetType().Name}: a parameter is named twice and would be changed twice a step. Name it once.");
        if (_parameters.FirstOrDefault(p => !p.IsContiguous) is { } view)
            throw new ArgumentException($"{GetType().Name}: a parameter {view.Shape} is a view with gaps. Optimize the tensor it shows.");
        LearningRate = learningRate;
        _groups = new ParameterGroup[_parameters.Length];
        Array.Fill(_groups, new ParameterGroup(penalty ?? Penalty.None));
        _penalized = new Tensor?[_parameters.Length];
        _counts = Tensor.Zeros([_parameters.Length + 1], DType.Float64);
    }

    /// <summary>The learning rate η; may be changed between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative number, infinity or NaN.</exception>
    public double LearningRate
    {
        get;
        set => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"{GetType().Name}: the learning rate must be finite and not negative.");
    }

    /// <summary>What pulls the parameters towards zero. Setting it sets it for all groups.</summary>
    public Penalty Penalty
    {
        get => _groups[0].Penalty;
        set
        {
            foreach (ParameterGroup group in _groups)
                group.Penalty = value;
        }
    }

    /// <summary>What this optimizes.</summary>
    public IReadOnlyList<Tensor> Parameters => _parameters;

    /// <summary>How many steps were made.</summary>
    public int Steps => (int)Counts[^1];

    /// <summary>
    /// Makes a group of some parameters, to give them a penalty or rate of their own:
    /// <c>optimizer.Group(biases).Penalty = Penalty.None;</c>
    /// </summary>
    /// <exception cref="ArgumentException">A tensor is no parameter of this optimizer.</exception>
    public ParameterGroup Group(IEnumerable<Tensor> parameters)
    {
        int[] places = [.. parameters.Select(parameter => Array.IndexOf(_parameters, parameter) is >= 0 and var place
            ? place
            : throw new ArgumentException($"{GetType().Name}.Group: a tensor {parameter.Shape} is no parameter of this optimizer."))];
        var group = new ParameterGroup(Penalty);
        foreach (int place in places)
            _groups[place] = group;
        return group;
    }

    /// <summary>Forgets all gradients; to be called before each backward pass, which would add to them.</summary>
    public void ZeroGrad()
    {
        foreach (Tensor parameter in _parameters)
            parameter.Grad = null;
    }

    /// <summary>Changes every parameter that has a gradient.</summary>
    /// <exception cref="InvalidOperationException">The method needs the loss: call <see cref="Step(Func{Tensor})"/>.</exception>
    public void Step()
    {
        if (NeedsLoss)
            throw new InvalidOperationException($"{GetType().Name}: a step evaluates the loss several times. Call Step(() => loss).");
        Apply();
    }

    /// <summary>Whether a step needs the loss as a function, because it is evaluated more than once.</summary>
    public virtual bool NeedsLoss => false;

    /// <summary>Evaluates the loss and its gradients, makes a step, and returns the loss as it was before.</summary>
    /// <param name="loss">Computes the loss from the parameters; if it is evaluated several times, then without randomness.</param>
    public virtual double Step(Func<Tensor> loss)
    {
        double value = Evaluate(loss);
        Apply();
        return value;
    }

    /// <summary>
    /// Changes one parameter. Nothing is recorded meanwhile. State is kept in tensors from <see cref="State(string)"/>, by index.
    /// </summary>
    /// <typeparam name="T">The number type of the elements.</typeparam>
    /// <param name="index">The parameter's place in <see cref="Parameters"/>.</param>
    /// <param name="parameter">What is changed.</param>
    /// <param name="gradient">Its gradient, with the penalty's added.</param>
    /// <param name="rate">The learning rate of its group.</param>
    protected abstract void Update<T>(int index, Tensor parameter, Tensor gradient, double rate)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Zeros, shaped as the parameters: what the optimizer remembers of each, saved in checkpoints under this name.</summary>
    protected Tensor[] State(string name) => State(name, p => Tensor.Zeros(p.Shape, p.DType));

    private protected Tensor[] State(string name, Func<Tensor, Tensor> create)
    {
        Tensor[] values = [.. _parameters.Select(create)];
        _state.Add((name, values));
        return values;
    }

    /// <summary>How many steps changed a parameter, the one in progress included.</summary>
    protected int UpdatesOf(int index) => (int)Counts[index];

    /// <summary>All that the optimizer remembers, to be saved and restored.</summary>
    internal IEnumerable<(string Name, Tensor Value)> NamedState =>
        _state.SelectMany(state => state.Values.Select((value, i) => ($"{state.Name}.{i}", value))).Append(("steps", _counts));

    private Span<double> Counts => _counts.Span<double>();

    private protected double Evaluate(Func<Tensor> loss)
    {
        ZeroGrad();
        Tensor value = loss();
        value.Backward();
        return value.Item();
    }

    private protected void CountStep() => Counts[^1]++;

    private protected void ForbidPenalty()
    {
        if (_groups.Any(group => group.Penalty != Penalty.None))
        {
            throw new InvalidOperationException(
                $"{GetType().Name}: this method takes no penalty. Add it to the loss: loss + penalty.Of(weights).");
        }
    }

    private protected void Apply()
    {
        CountStep();
        using NoGradScope scope = Tensor.NoGrad();
        using WorkspaceScope own = Workspace.Leave(); // what an optimizer remembers outlives the step
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].Grad is not { } gradient)
                continue;
            Counts[i]++;
            foreach ((_, Tensor[] values) in _state)
                values[i].MoveTo(_parameters[i].Device); // a model may have moved since the last step
            if (_parameters[i].Accelerator is { } device)
                Apply(device, i, _parameters[i], gradient);
            else if (gradient.DType == DType.Float32)
                Apply<float>(i, _parameters[i], gradient);
            else
                Apply<double>(i, _parameters[i], gradient);
            _parameters[i].NoteChange();
        }
    }

    private void Apply<T>(int index, Tensor parameter, Tensor gradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Penalty penalty = _groups[index].Penalty;
        double rate = LearningRate * _groups[index].RateFactor;
        penalty.BeforeStep(parameter.Span<T>(), rate);
        if (penalty.ChangesGradient)
        {
            Tensor sum = _penalized[index] ??= Tensor.Empty(parameter.Shape, parameter.DType);
            penalty.AddGradient(parameter.Span<T>(), gradient.Read<T>(), sum.Span<T>());
            gradient = sum;
        }
        Update<T>(index, parameter, gradient, rate);
        penalty.AfterStep(parameter.Span<T>(), rate);
    }

    private void Apply(Kernels.Accelerator device, int index, Tensor parameter, Tensor gradient)
    {
        Penalty penalty = _groups[index].Penalty;
        double rate = LearningRate * _groups[index].RateFactor;
        penalty.BeforeStep(parameter, rate);
        UpdateOnDevice(device, index, parameter, penalty.ChangesGradient ? penalty.AddGradient(parameter, gradient) : gradient, rate);
        penalty.AfterStep(parameter, rate);
    }

    /// <summary>Changes one parameter that lives on a device, likewise.</summary>
    private protected virtual void UpdateOnDevice(Kernels.Accelerator device, int index, Tensor parameter, Tensor gradient, double rate) =>
        throw new NotSupportedException($"{GetType().Name}: there is no kernel of it for {parameter.Device.Name}. SGD, Adam, AdamW and "
            + "AMSGrad run on devices; move the model by To(Device.Cpu) for others.");

    private protected void Require(bool inRange, string rule, double value)
    {
        if (!inRange)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{GetType().Name}: {rule}.");
    }
}
