using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Training;

/// <summary>Something that watches or steers a training run; override what it needs.</summary>
public abstract class Callback
{
    /// <summary>Whether <see cref="OnGradients"/> changes gradients, which is lost on optimizers that compute them themselves.</summary>
    public virtual bool ChangesGradients => false;

    /// <summary>Before the first epoch.</summary>
    public virtual void OnStart(TrainingRun run)
    {
    }

    /// <summary>After the backward pass of a batch and before the optimizer's step: gradients may be read and changed.</summary>
    public virtual void OnGradients(TrainingRun run)
    {
    }

    /// <summary>After the optimizer's step of a batch, or of those accumulated.</summary>
    public virtual void OnBatch(TrainingRun run)
    {
    }

    /// <summary>After an epoch, its losses recorded.</summary>
    public virtual void OnEpoch(TrainingRun run)
    {
    }

    /// <summary>After the last epoch, also when the run was stopped.</summary>
    public virtual void OnEnd(TrainingRun run)
    {
    }
}

/// <summary>A run of the trainer as it goes, and its record when it has ended.</summary>
public sealed class TrainingRun
{
    private readonly List<double> _loss = [], _validationLoss = [], _batchLoss = [];

    internal TrainingRun(Layer model, Optimizer optimizer, int epochs) => (Model, Optimizer, Epochs) = (model, optimizer, epochs);

    /// <summary>What is trained.</summary>
    public Layer Model { get; }

    /// <summary>What trains it.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The number of epochs asked for.</summary>
    public int Epochs { get; }

    /// <summary>The number of epochs done.</summary>
    public int Epoch => _loss.Count;

    /// <summary>The mean training loss of each epoch, weighted by the sizes of its batches.</summary>
    public IReadOnlyList<double> Loss => _loss;

    /// <summary>The validation loss after each epoch; empty without validation data.</summary>
    public IReadOnlyList<double> ValidationLoss => _validationLoss;

    /// <summary>The loss that judges the last epoch: the validation loss, or without validation data the training loss.</summary>
    internal double LastLoss => _validationLoss.Count > 0 ? _validationLoss[^1] : _loss[^1];

    /// <summary>The training loss of each step, as it was before it: of a batch, or of those accumulated.</summary>
    public IReadOnlyList<double> BatchLoss => _batchLoss;

    /// <summary>How many examples the step in progress has.</summary>
    public int Examples { get; internal set; }

    /// <summary>Set to end the run after this epoch.</summary>
    public bool Stop { get; set; }

    internal void RecordBatch(double loss) => _batchLoss.Add(loss);

    internal void RecordEpoch(double loss, double? validationLoss)
    {
        _loss.Add(loss);
        if (validationLoss is { } value)
            _validationLoss.Add(value);
    }
}
