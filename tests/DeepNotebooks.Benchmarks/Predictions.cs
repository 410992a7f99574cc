using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Benchmarks;

/// <summary>Predictions in Float32 and in int8 arithmetic, by name; the peer has none of them.</summary>
internal static class Predictions
{
    public static IReadOnlyList<(string Name, Func<Action> Make)> All { get; } =
    [
        ("predict_mlp", () => Predict(Dense(), [64, 1024], int8: false)), ("predict_mlp_int8", () => Predict(Dense(), [64, 1024], int8: true)),
        ("predict_one", () => Predict(Dense(), [1, 1024], int8: false)), ("predict_one_int8", () => Predict(Dense(), [1, 1024], int8: true)),
        ("predict_cnn", () => Predict(Images(), [16, 16, 28, 28], int8: false)),
        ("predict_cnn_int8", () => Predict(Images(), [16, 16, 28, 28], int8: true)),
    ];

    /// <summary>1024-1024-1024-1024, ReLU: weights of 12 MB in Float32, 3 MB in int8.</summary>
    private static Sequential Dense()
    {
        var rng = new Rng(0);
        return new Sequential(Enumerable.Range(0, 3).SelectMany(IEnumerable<Layer> (_) => [new Linear(1024, 1024, rng), new Layers.ReLU()]));
    }

    /// <summary>Convolutions of 3 by 3 from 16 to 32 to 64 maps on 28 by 28 pixels.</summary>
    private static Sequential Images()
    {
        var rng = new Rng(0);
        return new Sequential(new Conv2d(16, 32, 3, rng, padding: 1), new Layers.ReLU(), new Conv2d(32, 64, 3, rng, padding: 1));
    }

    private static Action Predict(Layer model, Shape input, bool int8)
    {
        Tensor x = new Rng(1).Normal(input);
        Layer predictor = int8 ? Quantize.Int8(model, x) : model;
        return () => predictor.Predict(x);
    }
}
