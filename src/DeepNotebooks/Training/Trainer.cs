using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Training;

/// <summary>The training loop: forward, loss, backward, update, batch by batch and epoch by epoch.</summary>
/// <param name="model">What is trained.</param>
/// <param name="loss">The loss of predictions and targets, such as <c>Loss.CrossEntropy</c>.</param>
/// <param name="optimizer">What changes the model's parameters.</param>
/// <param name="callbacks">What watches or steers the run, called in this order.</param>
public sealed class Trainer(Layer model, Func<Tensor, Tensor, Tensor> loss, Optimizer optimizer, params IEnumerable<Callback> callbacks)
{
    private readonly Callback[] _callbacks = [.. callbacks];

    /// <summary>Trains for a number of epochs and returns the record.</summary>
    /// <param name="train">The batches of an epoch.</param>
    /// <param name="epochs">How often to go through them; at least 1.</param>
    /// <param name="validation">Data whose loss is computed after each epoch, in evaluation.</param>
    /// <param name="cancellation">Ends the run between two batches, the model whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one epoch asked for.</exception>
    /// <exception cref="ArgumentException">An epoch has no batches.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingRun Fit(DataLoader train, int epochs, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (train.Count == 0)
        {
            throw new ArgumentException($"Trainer.Fit: {train.Data.Count} examples in batches of {train.BatchSize}, the short last one dropped, "
                + "make no batch. Lower the batch size or keep the last batch.", nameof(train));
        }
        var run = new TrainingRun(model, optimizer, epochs);
        foreach (Callback callback in _callbacks)
        {
            callback.OnStart(run);
        }
        try
        {
            while (run.Epoch < epochs && !run.Stop)
            {
                double mean = TrainEpoch(run, train, cancellation);
                run.RecordEpoch(mean, validation is null ? null : loss(model.Predict(validation.Inputs), validation.Targets).Item());
                foreach (Callback callback in _callbacks)
                {
                    callback.OnEpoch(run);
                }
            }
        }
        finally
        {
            foreach (Callback callback in _callbacks)
            {
                callback.OnEnd(run);
            }
        }
        return run;
    }

    private double TrainEpoch(TrainingRun run, DataLoader train, CancellationToken cancellation)
    {
        model.Train();
        double sum = 0;
        int count = 0;
        foreach (Dataset batch in train)
        {
            cancellation.ThrowIfCancellationRequested();
            double value = TrainBatch(run, batch);
            sum += value * batch.Count;
            count += batch.Count;
        }
        return sum / count;
    }

    private double TrainBatch(TrainingRun run, Dataset batch)
    {
        optimizer.ZeroGrad();
        Tensor value = loss(model.Forward(batch.Inputs), batch.Targets);
        value.Backward();
        foreach (Callback callback in _callbacks)
        {
            callback.OnGradients(run);
        }
        optimizer.Step();
        run.RecordBatch(value.Item());
        foreach (Callback callback in _callbacks)
        {
            callback.OnBatch(run);
        }
        return value.Item();
    }
}
