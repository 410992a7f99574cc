using System.Globalization;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Benchmarks;

/// <summary>How time and memory of a training step grow with one size of a model: the slopes of their logarithms.</summary>
internal static class Growth
{
    /// <summary>Prints the exponents of time and of the tape's bytes, between the two largest sizes and over all.</summary>
    public static void Run(double seconds)
    {
        Console.WriteLine($"{"size",-34}{"time",8}{"memory",8}   exponents over all sizes, and what the arithmetic has at the largest");
        Report("width of a dense net", [128, 256, 512, 1024], "2, 1 to 2", width => Dense(width, 3, 64));
        Report("depth of a dense net", [2, 4, 8, 16, 32], "1, 1", depth => Dense(128, depth, 64));
        Report("batch of a dense net", [32, 64, 128, 256, 512], "1, 1", batch => Dense(256, 3, batch));
        Report("length of an LSTM's sequence", [10, 20, 40, 80], "1, 1", time => Recurrent(time));
        Report("length of a transformer's sequence", [64, 128, 256, 512], "1 to 2, 1 to 2", time => Attentive(time));
        Report("batch of a convolutional net", [8, 16, 32, 64], "1, 1", batch => Convolutional(batch));

        void Report(string name, int[] sizes, string expected, Func<int, Func<Tensor>> loss)
        {
            double[] times = new double[sizes.Length], bytes = new double[sizes.Length];
            for (int i = 0; i < sizes.Length; i++)
            {
                Func<Tensor> forward = loss(sizes[i]);
                bytes[i] = Tape.Of(forward()).Bytes;
                var workspace = new Workspace();
                times[i] = Timing.Of(name, () => () =>
                {
                    using (workspace.Step())
                        forward().Backward();
                }, 1, seconds).Min;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-34}{Slope(sizes, times),8:0.00}{Slope(sizes, bytes),8:0.00}   {expected}"));
        }
    }

    private static double Slope(int[] sizes, double[] values) => MathNet.Numerics.Fit.Line(
        [.. sizes.Select(size => Math.Log(size))], [.. values.Select(value => Math.Log(value))]).B;

    private static Func<Tensor> Dense(int width, int depth, int batch)
    {
        var rng = new Rng(0);
        var net = new Sequential([.. Enumerable.Range(0, depth).SelectMany(_ => new Layer[] { new Linear(width, width, rng), new Layers.ReLU() })]);
        return Of(net, rng.Normal([batch, width]));
    }

    private static Func<Tensor> Recurrent(int time)
    {
        var rng = new Rng(0);
        return Of(new LSTM(32, 64, rng), rng.Normal([16, time, 32]));
    }

    private static Func<Tensor> Attentive(int time)
    {
        var rng = new Rng(0);
        return Of(new TransformerBlock(64, 4, 256, rng, activation: new Layers.ReLU()), rng.Normal([2, time, 64]));
    }

    private static Func<Tensor> Convolutional(int batch)
    {
        var rng = new Rng(0);
        return Of(new Sequential(new Conv2d(1, 16, 3, rng, padding: 1), new BatchNorm2d(16), new Layers.ReLU(), new MaxPool2d(2)),
            rng.Normal([batch, 1, 28, 28]));
    }

    private static Func<Tensor> Of(Layer net, Tensor x)
    {
        Tensor input = x.WithGrad();
        return () =>
        {
            input.Grad = null;
            foreach (Tensor p in net.Parameters)
                p.Grad = null;
            return net.Forward(input).Square().Mean();
        };
    }
}
