using DeepNotebooks.Layers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Distributed;

/// <summary>
/// What a model costs, from its shapes, before it is trained. The matrix products and convolutions are counted, which are nearly all of
/// the work; backward they cost twice as much as forward, once for the inputs and once for the weights.
/// </summary>
/// <param name="ParameterBytes">The memory of the weights.</param>
/// <param name="ActivationBytes">The memory of what an example's forward pass keeps for its backward pass.</param>
/// <param name="Multiplications">Of an example's forward pass.</param>
public sealed record Cost(long ParameterBytes, long ActivationBytes, long Multiplications)
{
    /// <summary>
    /// Counts along forward passes of a few examples of zeros of this shape, in training; running averages are put back, random generators
    /// have moved on.
    /// </summary>
    public static Cost Of(Layer model, params ReadOnlySpan<int> example)
    {
        Tensor two = Tensor.Zeros([2, .. example]), four = Tensor.Zeros([4, .. example]);
        var before = new Snapshot(model);
        var counter = new Counter();
        Engine.Observer = counter;
        try
        {
            model.Forward(four.Detach().WithGrad()); // with a gradient for the input, so that every product is recorded
        }
        finally
        {
            Engine.Observer = counter.Before;
        }
        // What does not grow with the batch drops out.
        long activations = (Tape.Of(model.Forward(four)).Bytes - Tape.Of(model.Forward(two)).Bytes) / 2;
        before.Restore();
        return new(model.Parameters.Sum(p => (long)p.Size * (p.DType == DType.Float32 ? 4 : 8)), activations, counter.Multiplications / 4);
    }

    /// <summary>The memory of training: weights, gradients and what the optimizer keeps (Adam two numbers for a weight, momentum one, plain
    /// descent none), and the activations of a batch.</summary>
    public long TrainingBytes(int batchSize, int optimizerNumbers = 2) =>
        ((2 + optimizerNumbers) * ParameterBytes) + (batchSize * ActivationBytes);

    /// <summary>The time of training on so many examples, on a machine that makes so many multiplications in a second.</summary>
    public TimeSpan TrainingTime(long examples, double multiplicationsPerSecond) =>
        TimeSpan.FromSeconds(3.0 * Multiplications * examples / multiplicationsPerSecond);

    private sealed class Counter : Observer
    {
        public Observer? Before { get; } = Engine.Observer;
        public long Multiplications { get; private set; }

        public override void Made(Node node, Tensor result)
        {
            Before?.Made(node, result);
            Shape? first = node.First?.Shape, second = node.Second?.Shape;
            Multiplications += node.Name switch
            {
                "Linear" when second is { } weight => (long)result.Size * weight[1],
                "MatMul" => (long)result.Size * (first?[-1] ?? second!.Value[-2]),
                "Convolve" when second is { } weight => (long)result.Size * (weight.Size / weight[0]),
                "ConvolveTransposed" when (first, second) is ({ } maps, { } weight) => (long)maps.Size * (weight.Size / weight[0]),
                _ => 0,
            };
        }
    }
}
