using DeepNotebooks.Training;

namespace DeepNotebooks.Monitoring;

/// <summary>
/// Writes a run to an <see cref="EventFile"/> while it goes: after every epoch the losses, the learning rate, and the histograms of
/// weights, gradients and activations. <c>tensorboard --logdir FOLDER</c> shows them; give each run a folder of its own below it.
/// </summary>
/// <param name="folder">Where the file is made.</param>
/// <param name="probe">Inputs whose activations are recorded; none, no activations.</param>
public sealed class TensorBoard(string folder, Tensor? probe = null) : Callback
{
    private readonly Histograms _histograms = new(probe);
    private EventFile? _file;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        _histograms.OnStart(run);
        _file = new EventFile(folder);
    }

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        _histograms.OnEpoch(run);
        _file!.Write("loss/training", run.Epoch, run.Loss[^1]);
        if (run.ValidationLoss.Count > 0)
            _file.Write("loss/validation", run.Epoch, run.ValidationLoss[^1]);
        _file.Write("learning rate", run.Epoch, run.Optimizer.LearningRate);
        foreach ((string kind, IReadOnlyDictionary<string, List<Histogram>> of) in new[]
            { ("weights", _histograms.Weights), ("gradients", _histograms.Gradients), ("activations", _histograms.Activations) })
        {
            foreach ((string name, List<Histogram> epochs) in of)
                _file.Write($"{kind}/{name}", run.Epoch, epochs[^1]);
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingRun run) => _file?.Dispose();
}
