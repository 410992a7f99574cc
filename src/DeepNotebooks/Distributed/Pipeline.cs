using System.Collections.Concurrent;
using DeepNotebooks.Data;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Distributed;

/// <summary>
/// Pipeline parallelism (GPipe; Huang et al., 2019): a model cut into stages, each on a worker of its own. A batch is cut into
/// micro-batches that follow each other through the stages, forward and then, the last first, backward, so that the workers work at
/// the same time on different ones. The gradients are those of the whole batch.
/// </summary>
/// <param name="stages">The parts of the model in their order; no weight may be in two of them.</param>
public sealed class Pipeline(params Layer[] stages)
{
    /// <summary>
    /// Adds the gradients of the mean loss of a batch to those of the stages' weights, and returns that loss; the optimizer's step is the
    /// caller's.
    /// </summary>
    /// <param name="batch">The examples.</param>
    /// <param name="microBatches">Into how many parts they are cut.</param>
    /// <param name="loss">The loss of the last stage's output and the targets, a mean over examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer examples than parts, or no part.</exception>
    public double Backward(Dataset batch, int microBatches, Func<Tensor, Tensor, Tensor> loss)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(microBatches, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microBatches, batch.Count);
        Dataset[] parts = [.. Enumerable.Range(0, microBatches).Select(i => batch.Part(i, microBatches))];
        BlockingCollection<Tensor>[] outputs = [.. stages.Select(_ => new BlockingCollection<Tensor>())];
        BlockingCollection<Tensor>[] gradients = [.. stages.Select(_ => new BlockingCollection<Tensor>())];
        double sum = 0;
        Crew.Run(stages.Length, Work, stop: () => Array.ForEach([.. outputs, .. gradients], link => link.CompleteAdding()));
        return sum;

        void Work(int stage)
        {
            bool isLast = stage == stages.Length - 1;
            var open = new Stack<(Tensor Input, Tensor Output)>();
            foreach (Dataset part in parts)
            {
                Tensor x = stage == 0 ? part.Inputs : outputs[stage - 1].Take().Detach().WithGrad();
                Tensor y = stages[stage].Forward(x);
                if (isLast)
                {
                    y = loss(y, part.Targets) * ((double)part.Count / batch.Count);
                    sum += y.Item();
                }
                else
                {
                    outputs[stage].Add(y);
                }
                open.Push((x, y));
            }
            while (open.TryPop(out (Tensor Input, Tensor Output) micro))
            {
                micro.Output.Backward(isLast ? null : gradients[stage].Take());
                if (stage > 0)
                    gradients[stage - 1].Add(micro.Input.Grad!);
            }
        }
    }
}
