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
    private readonly Workspace _workspace = new();

    /// <summary>
    /// Of how many batches the gradients are summed before a step; 1 unless set. Several small batches so give the gradient of a large
    /// one (but for batch normalization, which sees each by itself).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int Accumulate
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Trainer: gradients are accumulated over at least 1 batch.");
    } = 1;

    /// <summary>The mean loss of data in evaluation, computed in batches; nothing is recorded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public double Evaluate(Dataset data, int batchSize = 1024)
    {
        double Of(Dataset batch) => loss(model.Predict(batch.Inputs), batch.Targets).Item();
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return data.Count <= batchSize ? Of(data) : new DataLoader(data, batchSize).Sum(batch => Of(batch) * batch.Count) / data.Count;
    }

    /// <summary>Trains for a number of epochs and returns the record.</summary>
    /// <param name="train">The batches of an epoch.</param>
    /// <param name="epochs">How often to go through them; at least 1.</param>
    /// <param name="validation">Data whose loss is computed after each epoch, in evaluation.</param>
    /// <param name="cancellation">Ends the run between two batches, the model whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one epoch asked for.</exception>
    /// <exception cref="ArgumentException">An epoch has no batches.</exception>
    /// <exception cref="InvalidOperationException">A callback changes gradients that the optimizer computes anew.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingRun Fit(DataLoader train, int epochs, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (train.Count == 0)
        {
            throw new ArgumentException($"Trainer.Fit: {train.Data.Count} examples in batches of {train.BatchSize}, the short last one dropped, "
                + "make no batch. Lower the batch size or keep the last batch.", nameof(train));
        }
        if (optimizer.NeedsLoss && _callbacks.FirstOrDefault(callback => callback.ChangesGradients) is { } lost)
        {
            throw new InvalidOperationException($"Trainer.Fit: {optimizer.GetType().Name} computes its gradients itself, so {lost.GetType().Name} "
                + "would change nothing. Leave it out, or take a first-order optimizer.");
        }
        var run = new TrainingRun(model, optimizer, epochs);
        foreach (Callback callback in _callbacks)
            callback.OnStart(run);
        try
        {
            while (run.Epoch < epochs && !run.Stop)
            {
                double mean = TrainEpoch(run, train, cancellation);
                run.RecordEpoch(mean, validation is null ? null : Evaluate(validation));
                foreach (Callback callback in _callbacks)
                    callback.OnEpoch(run);
            }
        }
        finally
        {
            foreach (Callback callback in _callbacks)
                callback.OnEnd(run);
        }
        return run;
    }

    private double TrainEpoch(TrainingRun run, DataLoader train, CancellationToken cancellation)
    {
        model.Train();
        double sum = 0;
        int count = 0;
        foreach (Dataset[] batches in train.Chunk(Accumulate))
        {
            cancellation.ThrowIfCancellationRequested();
            Interruption.Check();
            int examples = run.Examples = batches.Sum(batch => batch.Count);
            sum += TrainStep(run, batches, examples) * examples;
            count += examples;
        }
        return sum / count;
    }

    private double TrainStep(TrainingRun run, Dataset[] batches, double examples)
    {
        double value = 0;
        optimizer.ZeroGrad();
        using (optimizer.NeedsLoss ? Workspace.Leave() : _workspace.Step()) // such optimizers keep gradients from step to step
        {
            foreach (Dataset batch in batches)
            {
                Tensor part = Share(batch);
                part.Backward();
                value += part.Item();
            }
        }
        foreach (Callback callback in _callbacks)
            callback.OnGradients(run);
        if (optimizer.NeedsLoss)
            optimizer.Step(() => batches.Select(Share).Aggregate((sum, part) => sum + part));
        else
            optimizer.Step();
        run.RecordBatch(value);
        foreach (Callback callback in _callbacks)
            callback.OnBatch(run);
        return value;

        Tensor Share(Dataset batch)
        {
            Tensor mean = loss(model.Forward(batch.Inputs), batch.Targets);
            return batches.Length == 1 ? mean : mean * (batch.Count / examples);
        }
    }
}
