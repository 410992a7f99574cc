using DeepNotebooks.Layers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Deployment;

/// <summary>Removes what a trained model needs least.</summary>
public static class Prune
{
    /// <summary>
    /// Sets the smallest weights to zero, by their absolute values over all weight matrices and kernels together; biases stay. The result
    /// is a callback that keeps them at zero while the model is trained further. Zeros make a model no faster by themselves, and no smaller
    /// but in a compressed file. Han, Pool, Tran and Dally, 2015.
    /// </summary>
    /// <param name="model">A trained model, which is changed.</param>
    /// <param name="share">The share of weights to remove, from [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">The share lies outside [0, 1).</exception>
    public static PruningMask ByMagnitude(Layer model, double share)
    {
        RequireShare(share);
        Tensor[] weights = [.. model.Parameters.Where(p => p.Rank >= 2)];
        double[] sizes = [.. weights.SelectMany(w => w.ToArray()).Select(Math.Abs).Order()];
        double limit = sizes.ElementAtOrDefault((int)(share * sizes.Length));
        return new PruningMask([.. weights.Select(w => (w, (w.Detach().Abs() >= limit).To(w.DType)))]);
    }

    /// <summary>
    /// Removes units and maps whole, in every hidden layer those of the smallest Σ |w| over their inputs: the model that comes back has
    /// smaller layers, and is smaller and faster. Li, Kadav, Durdanovic, Samet and Graf, 2017.
    /// </summary>
    /// <param name="model">
    /// A trained chain of <see cref="Linear"/>, <see cref="Conv2d"/> (of one group) and <see cref="BatchNorm"/> layers, with layers without
    /// weights between them, all of which treat units alike; it is not changed. The last layer with weights keeps all its outputs. Layers
    /// that lose nothing are the model's own.
    /// </param>
    /// <param name="share">The share of units to remove from each layer, from [0, 1); one at least stays.</param>
    /// <exception cref="ArgumentException">A layer's units cannot be told apart.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The share lies outside [0, 1).</exception>
    public static Sequential Units(Sequential model, double share)
    {
        RequireShare(share);
        Layer? last = model.Children.LastOrDefault(layer => layer is Linear or Conv2d);
        (int[] Kept, int Of)? inputs = null; // of the units that come in
        return new Sequential([.. model.Children.Select(Smaller)]);

        Layer Smaller(Layer layer)
        {
            switch (layer)
            {
                case Linear linear:
                    (Tensor weight, Tensor? bias) = Reduce(linear.Weight, linear.Bias);
                    return new Linear(weight.Shape[1], weight.Shape[0], new Rng(0), Initializer.Zeros, bias is not null, weight.DType)
                        .With(weight, bias);
                case Conv2d { Groups: 1 } convolution:
                    (weight, bias) = Reduce(convolution.Weight, convolution.Bias);
                    return new Conv2d(weight.Shape[1], weight.Shape[0], convolution.Kernel, new Rng(0), convolution.Stride,
                        convolution.Padding, convolution.Dilation, 1, convolution.PadMode, Initializer.Zeros, bias is not null,
                        weight.DType).With(weight, bias);
                case BatchNorm norm when inputs is { } units:
                    int[] kept = Places(units, norm.Gamma.Size);
                    BatchNorm smaller = norm is BatchNorm1d
                        ? new BatchNorm1d(kept.Length, norm.Momentum, norm.Epsilon, norm.Gamma.DType)
                        : new BatchNorm2d(kept.Length, norm.Momentum, norm.Epsilon, norm.Gamma.DType);
                    foreach ((Tensor to, Tensor from) in smaller.OwnTensors.Zip(norm.OwnTensors))
                        to.Assign(from.Detach().Rows(kept));
                    return smaller;
                default:
                    return inputs is null || !layer.NamedParameters.Any() ? layer : throw new ArgumentException(
                        $"Prune.Units: the units of a {layer.GetType().Name} cannot be told apart. "
                        + "Prune a chain of Linear, Conv2d and BatchNorm layers.");
            }

            (Tensor Weight, Tensor? Bias) Reduce(Tensor weight, Tensor? bias)
            {
                (weight, bias) = (weight.Detach(), bias?.Detach());
                if (inputs is { } units)
                    weight = weight.Select(1, Places(units, weight.Shape[1]));
                int outputs = weight.Shape[0], remain = outputs - (int)(share * outputs);
                if (layer == last)
                {
                    inputs = null;
                    return (weight, bias);
                }
                double[] sums = weight.Abs().Reshape(outputs, -1).Sum(1).ToArray();
                int[] kept = [.. Enumerable.Range(0, outputs).OrderByDescending(j => sums[j]).Take(remain).Order()];
                inputs = (kept, outputs);
                return (weight.Rows(kept), bias?.Rows(kept));
            }
        }
    }

    private static T With<T>(this T layer, Tensor weight, Tensor? bias) where T : Layer
    {
        layer.Parameters[0].Assign(weight);
        if (bias is not null)
            layer.Parameters[1].Assign(bias);
        return layer;
    }

    /// <summary>The places of kept units among a layer's inputs, where each may fill several side by side (a flattened map).</summary>
    private static int[] Places((int[] Kept, int Of) units, int inputs)
    {
        int each = inputs / units.Of;
        return inputs % units.Of == 0
            ? [.. units.Kept.SelectMany(unit => Enumerable.Range(unit * each, each))]
            : throw new ArgumentException($"Prune.Units: {units.Of} units cannot be found among {inputs} inputs of the next layer.");
    }

    private static void RequireShare(double share)
    {
        if (!(share is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "Prune: the share to remove must lie in [0, 1).");
    }
}

/// <summary>Keeps pruned weights at zero: a callback for training on after <see cref="Prune.ByMagnitude"/>.</summary>
public sealed class PruningMask : Callback
{
    private readonly (Tensor Weight, Tensor Mask)[] _masks;

    internal PruningMask((Tensor, Tensor)[] masks)
    {
        _masks = masks;
        Apply();
    }

    /// <summary>The share of weights that are zero.</summary>
    public double Sparsity => 1 - (_masks.Sum(m => m.Mask.Sum().Item()) / _masks.Sum(m => m.Mask.Size));

    /// <summary>Sets the pruned weights to zero again.</summary>
    public void Apply()
    {
        foreach ((Tensor weight, Tensor mask) in _masks)
            weight.Assign(weight.Detach() * mask);
    }

    /// <inheritdoc/>
    public override void OnBatch(TrainingRun run) => Apply();
}
