using DeepNotebooks.Training;

namespace DeepNotebooks.Distributed;

/// <summary>
/// Data parallel training: every worker trains its own copy of the model on its <see cref="Data.DataLoader.Part"/> of each batch, and
/// between backward pass and step the gradients are averaged over the workers, weighted by their numbers of examples. So all copies make
/// the step of the whole batch and stay equal; at the start all take the weights of worker 0. Only batch normalization and dropout see
/// the parts. The recorded losses are those of the own part: whoever stops or steers by a loss needs validation data, the same for all.
/// </summary>
public sealed class AverageGradients(Communicator workers) : Callback
{
    /// <inheritdoc/>
    public override bool ChangesGradients => true;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        Tensor[] state = [.. Snapshot.State(run.Model, run.Optimizer).Select(entry => entry.Value)];
        if (workers.Rank > 0)
            Array.ForEach(state, tensor => tensor.Fill(0));
        workers.Sum(state);
    }

    /// <inheritdoc/>
    public override void OnGradients(TrainingRun run)
    {
        Tensor examples = Tensor.Scalar(run.Examples);
        Tensor[] sums = [.. run.Optimizer.Parameters.Select(p => p.Grad is null ? Tensor.Zeros(p.Shape, p.DType) : p.Grad * run.Examples)];
        workers.Sum([.. sums, examples]);
        foreach ((Tensor parameter, Tensor sum) in run.Optimizer.Parameters.Zip(sums))
            parameter.Grad = sum * (1 / examples.Item());
    }
}
