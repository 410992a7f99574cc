using System.Diagnostics;
using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;
using MathNet.Numerics.Statistics;

namespace DeepNotebooks.Monitoring;

/// <summary>A part of a training step and what it costs.</summary>
/// <param name="Part">The layer's place and type, such as <c>0.2 Linear</c>; last come the loss and the optimizer's update.</param>
/// <param name="Output">The shape of its result.</param>
/// <param name="Parameters">How many numbers of it training changes.</param>
/// <param name="KeptBytes">What it keeps from the forward for the backward pass.</param>
/// <param name="Forward">The milliseconds of its forward pass.</param>
/// <param name="Backward">The milliseconds of its backward pass.</param>
public sealed record Profile(string Part, Shape Output, int Parameters, long KeptBytes, double Forward, double Backward)
{
    /// <summary>
    /// Measures training steps on a batch, part by part: the layers of a <see cref="Sequential"/> and of those within it; other models
    /// count as one part. Times are medians; model and optimizer are afterwards as they were.
    /// </summary>
    /// <param name="model">What is trained.</param>
    /// <param name="loss">The loss of predictions and targets.</param>
    /// <param name="optimizer">What makes the step.</param>
    /// <param name="batch">The examples of each step.</param>
    /// <param name="steps">How many steps are measured, after two that are not.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one step asked for.</exception>
    public static IReadOnlyList<Profile> Of(
        Layer model, Func<Tensor, Tensor, Tensor> loss, Optimizer optimizer, Dataset batch, int steps = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (string Name, Layer Layer)[] layers = [.. Layers("", model)];
        var snapshot = new Snapshot(model, optimizer);
        var workspace = new Workspace();
        var times = new List<double[]>(); // of each step: forward of all parts, then backward
        Profile[] parts = [];
        for (int step = -2; step < steps; step++)
        {
            using var clock = new Clock(layers.Length + 2);
            optimizer.ZeroGrad();
            using (workspace.Step())
            {
                Tensor x = batch.Inputs;
                var outputs = new List<Tensor>();
                for (int i = 0; i < layers.Length; i++)
                {
                    Tensor input = x;
                    clock.Forward(i, () => x = layers[i].Layer.Forward(input));
                    outputs.Add(x);
                }
                clock.Forward(layers.Length, () => outputs.Add(loss(x, batch.Targets)));
                if (step == -2)
                    parts = Parts(layers, outputs);
                clock.Backward(outputs[^1]);
            }
            clock.Forward(layers.Length + 1, optimizer.Step);
            snapshot.Restore();
            if (step >= 0)
                times.Add(clock.Milliseconds);
        }
        optimizer.ZeroGrad();
        double Median(int place) => times.Select(step => step[place]).Median();
        return [.. parts.Select((part, i) => part with { Forward = Median(i), Backward = Median(parts.Length + i) })];
    }

    private static Profile[] Parts((string Name, Layer Layer)[] layers, List<Tensor> outputs)
    {
        long[] kept = [0, .. outputs.Select(output => Tape.Of(output).Bytes)];
        return [
            .. outputs.Select((output, i) => i < layers.Length
                ? new Profile(layers[i].Name, output.Shape, layers[i].Layer.ParameterCount, kept[i + 1] - kept[i], 0, 0)
                : new Profile("loss", output.Shape, 0, kept[i + 1] - kept[i], 0, 0)),
            new Profile("update", [], 0, 0, 0, 0)];
    }

    private static IEnumerable<(string Name, Layer Layer)> Layers(string path, Layer layer) => layer is Sequential
        ? layer.Children.SelectMany((child, i) => Layers(path.Length > 0 ? $"{path}.{i}" : $"{i}", child))
        : [($"{path} {layer.GetType().Name}".Trim(), layer)];

    /// <summary>Times forward passes from outside and backward passes by the operations that send gradients.</summary>
    private sealed class Clock : Observer, IDisposable
    {
        private readonly Observer? _before = Engine.Observer;
        private readonly Dictionary<Node, int> _part = [];
        private readonly int _parts;
        private int _current;
        private long _last;

        public Clock(int parts) => (_parts, Milliseconds, Engine.Observer) = (parts, new double[2 * parts], this);

        public double[] Milliseconds { get; }

        public void Forward(int part, Action work)
        {
            (_current, _last) = (part, Stopwatch.GetTimestamp());
            work();
            Count(part);
        }

        public void Backward(Tensor loss)
        {
            _last = Stopwatch.GetTimestamp();
            loss.Backward();
        }

        public override void Made(Node node, Tensor result) => _part[node] = _current;

        public override void Sent(Node node) => Count(_parts + _part.GetValueOrDefault(node, _current));

        public void Dispose() => Engine.Observer = _before;

        private void Count(int place)
        {
            long now = Stopwatch.GetTimestamp();
            Milliseconds[place] += (now - _last) * 1e3 / Stopwatch.Frequency;
            _last = now;
        }
    }
}
