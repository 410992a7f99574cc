using System.Numerics;

namespace DeepNotebooks.Optimizers;

/// <summary>Changes parameters by their gradients; one <see cref="Step"/> after each backward pass.</summary>
public abstract class Optimizer
{
    private readonly Tensor[] _parameters;

    /// <summary>An optimizer of these parameters.</summary>
    /// <exception cref="ArgumentException">
    /// There are no parameters, one does not require a gradient, is named twice, or is a view with gaps.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative, infinite or NaN.</exception>
    protected Optimizer(IEnumerable<Tensor> parameters, double learningRate)
    {
        _parameters = [.. parameters];
        if (_parameters.Length == 0)
        {
            throw new ArgumentException($"{GetType().Name}: there are no parameters to optimize. Pass model.Parameters.");
        }
        if (_parameters.FirstOrDefault(p => !p.RequiresGrad) is { } fixedOne)
        {
            throw new ArgumentException($"{GetType().Name}: a parameter {fixedOne.Shape} does not require a gradient. Set RequiresGrad.");
        }
        if (_parameters.Distinct().Count() < _parameters.Length)
        {
            throw new ArgumentException($"{GetType().Name}: a parameter is named twice and would be changed twice a step. Name it once.");
        }
        if (_parameters.FirstOrDefault(p => !p.IsContiguous) is { } view)
        {
            throw new ArgumentException($"{GetType().Name}: a parameter {view.Shape} is a view with gaps. Optimize the tensor it shows.");
        }
        LearningRate = learningRate;
    }

    /// <summary>The learning rate η; may be changed between steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative number, infinity or NaN.</exception>
    public double LearningRate
    {
        get;
        set => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{GetType().Name}: the learning rate must be finite and not negative.");
    }

    /// <summary>What this optimizes.</summary>
    public IReadOnlyList<Tensor> Parameters => _parameters;

    /// <summary>How many steps were made.</summary>
    public int Steps { get; private set; }

    /// <summary>Forgets all gradients; to be called before each backward pass, which would add to them.</summary>
    public void ZeroGrad()
    {
        foreach (Tensor parameter in _parameters)
        {
            parameter.Grad = null;
        }
    }

    /// <summary>Changes every parameter that has a gradient.</summary>
    public void Step()
    {
        Steps++;
        using NoGradScope scope = Tensor.NoGrad();
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].Grad is not { } gradient)
            {
                continue;
            }
            if (gradient.DType == DType.Float32)
            {
                Update<float>(i, _parameters[i], gradient);
            }
            else
            {
                Update<double>(i, _parameters[i], gradient);
            }
        }
    }

    /// <summary>Changes one parameter; <paramref name="index"/> is its place in <see cref="Parameters"/>.</summary>
    private protected abstract void Update<T>(int index, Tensor parameter, Tensor gradient) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Zeros, shaped as the parameters: room for what an optimizer remembers of each.</summary>
    private protected Tensor[] State() => [.. _parameters.Select(p => Tensor.Zeros(p.Shape, p.DType))];
}
