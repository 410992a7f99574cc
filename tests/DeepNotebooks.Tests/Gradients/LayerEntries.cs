using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    private static IEnumerable<GradientEntry> DenseLayers() =>
    [
        OfLayer("Linear", dtype => new Linear(3, 2, new Rng(1), dtype: dtype), Spread([5, 3])),
        OfLayer("Linear of 1 to 1", dtype => new Linear(1, 1, new Rng(1), dtype: dtype), Spread([1, 1])),
        OfLayer("Linear without bias", dtype => new Linear(7, 11, new Rng(1), bias: false, dtype: dtype), Spread([2, 7])),
        OfLayer("Linear with two axes in front", dtype => new Linear(3, 2, new Rng(1), dtype: dtype), Spread([2, 5, 3])),
        OfLayer("Linear of an empty batch", dtype => new Linear(3, 2, new Rng(1), dtype: dtype), Spread([0, 3])),
        OfLayer("Highway", dtype => new Highway(3, new Rng(1), new DeepNotebooks.Layers.Tanh(), gateBias: -0.5, dtype: dtype), Spread([5, 3])),
        OfLayer("Residual", dtype => new Residual(new Linear(3, 5, new Rng(1), dtype: dtype), new DeepNotebooks.Layers.Tanh(), new Linear(5, 3, new Rng(2), dtype: dtype)),
            Spread([2, 3])),
        OfLayer("Sequential", dtype => new Sequential(new Linear(2, 7, new Rng(1), dtype: dtype), new DeepNotebooks.Layers.Sigmoid(), new Linear(7, 1, new Rng(2), dtype: dtype)),
            Spread([3, 2])),
        OfLayer("Sequential of nothing", _ => new Sequential(), Spread([3, 2])),
    ];

    private static IEnumerable<GradientEntry> NormalizingLayers() =>
    [
        OfLayer("BatchNorm1d in training", dtype => new BatchNorm1d(3, epsilon: 1e-3, dtype: dtype), Spread([5, 3])),
        OfLayer("BatchNorm1d of two examples", dtype => new BatchNorm1d(1, epsilon: 0.1, dtype: dtype), Spread([2, 1])),
        OfLayer("BatchNorm1d in evaluation", dtype =>
        {
            var layer = new BatchNorm1d(3, momentum: 0.5, dtype: dtype);
            layer.Forward(Normal([7, 3]).To(dtype));
            layer.Eval();
            return layer;
        }, Spread([5, 3])),
    ];

    private static IEnumerable<GradientEntry> RandomLayers() =>
    [
        OfLayer("Dropout in training", _ => new Dropout(0.4, new Rng(1)), Spread([5, 7])),
        OfLayer("Dropout of probability 0", _ => new Dropout(0, new Rng(1)), Spread([5, 7])),
        OfLayer("Dropout in evaluation", _ =>
        {
            var layer = new Dropout(0.4, new Rng(1));
            layer.Eval();
            return layer;
        }, Spread([5, 7])),
    ];

    private static IEnumerable<GradientEntry> ActivationLayers() => new Layer[]
    {
        new DeepNotebooks.Layers.Sigmoid(), new DeepNotebooks.Layers.Tanh(), new DeepNotebooks.Layers.ReLU(), new DeepNotebooks.Layers.LeakyReLU(0.2), new DeepNotebooks.Layers.ELU(0.7), new DeepNotebooks.Layers.Softplus(),
        new DeepNotebooks.Layers.SiLU(), new DeepNotebooks.Layers.GELU(), new DeepNotebooks.Layers.Softmax(),
    }.Select(layer => OfLayer($"{layer.GetType().Name} as a layer", _ => layer, Spread([3, 5])));
}
