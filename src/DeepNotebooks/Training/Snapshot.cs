using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Training;

/// <summary>The weights and buffers of a model, and an optimizer's state, as they are now; to be put back.</summary>
internal sealed class Snapshot(Layer model, Optimizer? optimizer = null)
{
    private readonly (Tensor Current, Tensor Kept)[] _tensors =
        [.. State(model, optimizer).Select(entry => (entry.Value, entry.Value.Clone()))];

    public void Restore()
    {
        foreach ((Tensor current, Tensor kept) in _tensors)
            current.Assign(kept);
    }

    /// <summary>All tensors by name; those of the optimizer after the prefix <c>optimizer/</c>.</summary>
    public static IEnumerable<(string Name, Tensor Value)> State(Layer model, Optimizer? optimizer) => [
        .. model.NamedParameters, .. model.NamedBuffers,
        .. optimizer?.NamedState.Select(entry => ($"{Checkpoint.OptimizerPrefix}{entry.Name}", entry.Value)) ?? []];
}
