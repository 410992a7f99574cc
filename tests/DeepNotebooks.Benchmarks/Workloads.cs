using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Benchmarks;

/// <summary>
/// What is timed, by name. A training step is forward, loss, backward and update on one batch, with the data in memory; all float32.
/// Brief ones are the same networks with few examples, for a device that is only emulated.
/// </summary>
internal static class Workloads
{
    private static readonly int[] s_matrixSizes = [64, 128, 256, 512, 1024];

    /// <summary>Each workload with what makes its step on a device, brief or not; a step gives its loss or result.</summary>
    public static IReadOnlyList<(string Name, Func<Device, bool, Func<Tensor>> Make)> All { get; } =
    [
        ("mlp", Mlp), ("mlp_small", MlpSmall), ("deep_sigmoid", DeepSigmoid), ("lenet", LeNet), ("cnn", Cnn), ("lstm", Lstm),
        ("attention", Attention), ("op_chain", OpChain), ("softmax_ce", SoftmaxCrossEntropy), ("sigmoid_1m", (device, _) => SigmoidOfAMillion(device)),
        .. s_matrixSizes.Select(n => ($"matmul_{n}", (Func<Device, bool, Func<Tensor>>)((device, _) => MatMul(n, device)))),
    ];

    /// <summary>Whether a workload has a loss and gradients, so that devices can be compared by it.</summary>
    public static bool Trains(string name) => !name.StartsWith("matmul", StringComparison.Ordinal) && name != "sigmoid_1m";

    /// <summary>784-256-128-10, ReLU, batch 64, cross-entropy, SGD with momentum 0.9.</summary>
    private static Func<Tensor> Mlp(Device device, bool brief)
    {
        var rng = new Rng(0);
        int batch = brief ? 4 : 64;
        var model = new Sequential(
            new Linear(784, 256, rng), new Layers.ReLU(), new Linear(256, 128, rng), new Layers.ReLU(), new Linear(128, 10, rng));
        return Step(model, new SGD(model.Parameters, 0.01, momentum: 0.9), rng.Normal([batch, 784]), Classes(batch, 10, rng), Loss.CrossEntropy, device);
    }

    /// <summary>2-16-16-1, tanh, batch 32, binary cross-entropy on logits, Adam.</summary>
    private static Func<Tensor> MlpSmall(Device device, bool brief)
    {
        var rng = new Rng(0);
        int batch = brief ? 8 : 32;
        var model = new Sequential(
            new Linear(2, 16, rng), new Layers.Tanh(), new Linear(16, 16, rng), new Layers.Tanh(), new Linear(16, 1, rng));
        return Step(model, new Adam(model.Parameters), rng.Normal([batch, 2]), Classes(batch, 2, rng).Reshape(batch, 1), Loss.BinaryCrossEntropyWithLogits, device);
    }

    /// <summary>20 hidden layers of 64, sigmoid, batch 32, cross-entropy over 10, SGD.</summary>
    private static Func<Tensor> DeepSigmoid(Device device, bool brief)
    {
        var rng = new Rng(0);
        int batch = brief ? 4 : 32;
        var layers = new List<Layer>();
        for (int i = 0; i < 20; i++)
            layers.AddRange([new Linear(64, 64, rng), new Layers.Sigmoid()]);
        var model = new Sequential([.. layers, new Linear(64, 10, rng)]);
        return Step(model, new SGD(model.Parameters, 0.01), rng.Normal([batch, 64]), Classes(batch, 10, rng), Loss.CrossEntropy, device);
    }

    /// <summary>LeNet-5 (tanh, average pooling) on 1x28x28 padded by 2, batch 64, Adam.</summary>
    private static Func<Tensor> LeNet(Device device, bool brief)
    {
        var rng = new Rng(0);
        int batch = brief ? 1 : 64;
        var model = new Sequential(
            new Conv2d(1, 6, 5, rng, padding: 2), new Layers.Tanh(), new AveragePool2d(2),
            new Conv2d(6, 16, 5, rng), new Layers.Tanh(), new AveragePool2d(2),
            new Conv2d(16, 120, 5, rng), new Layers.Tanh(), new Flatten(),
            new Linear(120, 84, rng), new Layers.Tanh(), new Linear(84, 10, rng));
        return Step(model, new Adam(model.Parameters), rng.Normal([batch, 1, 28, 28]), Classes(batch, 10, rng), Loss.CrossEntropy, device);
    }

    /// <summary>Two blocks of 3x3 same convolution (1-16-32), batch norm, ReLU, max pooling 2, then dense 10; 28x28, batch 64, Adam.</summary>
    private static Func<Tensor> Cnn(Device device, bool brief)
    {
        var rng = new Rng(0);
        int batch = brief ? 1 : 64;
        var model = new Sequential(
            new Conv2d(1, 16, 3, rng, padding: 1), new BatchNorm2d(16), new Layers.ReLU(), new MaxPool2d(2),
            new Conv2d(16, 32, 3, rng, padding: 1), new BatchNorm2d(32), new Layers.ReLU(), new MaxPool2d(2),
            new Flatten(), new Linear(32 * 49, 10, rng));
        return Step(model, new Adam(model.Parameters), rng.Normal([batch, 1, 28, 28]), Classes(batch, 10, rng), Loss.CrossEntropy, device);
    }

    /// <summary>LSTM 32-128 over 50 steps, batch 32, dense 10 on the last hidden state, Adam.</summary>
    private static Func<Tensor> Lstm(Device device, bool brief)
    {
        var rng = new Rng(0);
        (int batch, int steps) = brief ? (2, 3) : (32, 50);
        var lstm = new LSTM(32, 128, rng);
        var readout = new Linear(128, 10, rng);
        var optimizer = new Adam(lstm.Parameters.Concat(readout.Parameters));
        lstm.To(device);
        readout.To(device);
        Tensor x = rng.Normal([batch, steps, 32]).To(device), labels = Classes(batch, 10, rng).To(device);
        return Train(optimizer, () => Loss.CrossEntropy(readout.Forward(lstm.Forward(x).Slice(1, steps - 1, 1).Reshape(batch, 128)), labels));
    }

    /// <summary>
    /// Self-attention block: width 64, 4 heads, 128 tokens, batch 8, layer norm after each part, feed-forward 256 (ReLU), mean
    /// pooling, dense 10, Adam.
    /// </summary>
    private static Func<Tensor> Attention(Device device, bool brief)
    {
        var rng = new Rng(0);
        (int batch, int tokens) = brief ? (2, 5) : (8, 128);
        var block = new TransformerBlock(64, 4, 256, rng, normFirst: false, activation: new Layers.ReLU());
        var readout = new Linear(64, 10, rng);
        var optimizer = new Adam(block.Parameters.Concat(readout.Parameters));
        block.To(device);
        readout.To(device);
        Tensor x = rng.Normal([batch, tokens, 64]).To(device), labels = Classes(batch, 10, rng).To(device);
        return Train(optimizer, () => Loss.CrossEntropy(readout.Forward(block.Forward(x).Mean(1)), labels));
    }

    /// <summary>1000 dependent additions and multiplications of 8-element vectors, forward and backward: the price of one small op.</summary>
    private static Func<Tensor> OpChain(Device device, bool brief)
    {
        var rng = new Rng(0);
        int pairs = brief ? 50 : 500;
        Tensor a = rng.Normal([8]).To(device).WithGrad(), b = rng.Normal([8]).To(device);
        return InWorkspace(() =>
        {
            Tensor x = a;
            for (int i = 0; i < pairs; i++)
                x = (x + b) * 0.999;
            Tensor sum = x.Sum();
            sum.Backward();
            a.Grad = null;
            return sum;
        });
    }

    /// <summary>Cross-entropy of 1024 rows of 1000 logits, forward and backward.</summary>
    private static Func<Tensor> SoftmaxCrossEntropy(Device device, bool brief)
    {
        var rng = new Rng(0);
        int rows = brief ? 16 : 1024;
        Tensor x = rng.Normal([rows, 1000]).To(device).WithGrad(), labels = Classes(rows, 1000, rng).To(device);
        return InWorkspace(() =>
        {
            Tensor loss = Loss.CrossEntropy(x, labels);
            loss.Backward();
            x.Grad = null;
            return loss;
        });
    }

    /// <summary>Sigmoid of a million numbers, forward only.</summary>
    private static Func<Tensor> SigmoidOfAMillion(Device device)
    {
        Tensor x = new Rng(0).Normal([1_000_000]).To(device);
        return InWorkspace(() => x.Sigmoid());
    }

    private static Func<Tensor> MatMul(int n, Device device)
    {
        var rng = new Rng(0);
        Tensor a = rng.Normal([n, n]).To(device), b = rng.Normal([n, n]).To(device);
        return InWorkspace(() => a.MatMul(b));
    }

    private static Func<Tensor> Step(
        Layer model, Optimizer optimizer, Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> loss, Device device)
    {
        model.To(device);
        (x, y) = (x.To(device), y.To(device));
        return Train(optimizer, () => loss(model.Forward(x), y));
    }

    private static Func<Tensor> InWorkspace(Func<Tensor> action)
    {
        var workspace = new Workspace();
        return () =>
        {
            using (workspace.Step())
                return action();
        };
    }

    /// <summary>A training step as <see cref="Training.Trainer"/> makes it.</summary>
    private static Func<Tensor> Train(Optimizer optimizer, Func<Tensor> loss)
    {
        var workspace = new Workspace();
        return () =>
        {
            Tensor value;
            optimizer.ZeroGrad();
            using (workspace.Step())
            {
                value = loss();
                value.Backward();
            }
            optimizer.Step();
            return value;
        };
    }

    private static Tensor Classes(int count, int classes, Rng rng) => Tensor.From(Enumerable.Range(0, count).Select(_ => rng.Next(classes)));
}
