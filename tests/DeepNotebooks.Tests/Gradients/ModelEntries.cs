using DeepNotebooks.Layers;
using DeepNotebooks.Models;

namespace DeepNotebooks.Tests.Gradients;

internal static partial class GradientTable
{
    private static IEnumerable<GradientEntry> GenerativeModels() =>
    [
        OfLayer("Autoencoder, dense", dtype => Autoencoder.Dense([5, 4, 2], new Rng(1), dtype), Spread([3, 5])),
        OfLayer("Autoencoder, convolutional", dtype => Autoencoder.Convolutional([1, 3, 2], new Rng(1), dtype), Spread([2, 1, 4, 8])),
        OfLayer("Autoencoder, denoising", dtype => new Autoencoder(
            new Linear(3, 2, new Rng(1), dtype: dtype), new Linear(2, 3, new Rng(2), dtype: dtype))
        {
            Corruption = x => x * 0.5,
        }, Spread([4, 3])),
        new("Autoencoder.Sparsity", inputs => Autoencoder.Sparsity(0.2, 3)(inputs[0], inputs[0].Sigmoid()), Spread([5, 3])),
        new("Autoencoder.Contraction", inputs =>
        {
            var layer = new Linear(3, 2, new Rng(1), dtype: inputs[0].DType);
            layer.To(inputs[0].Device);
            return Autoencoder.Contraction(layer, 0.7)(inputs[0], layer.Forward(inputs[0]).Sigmoid());
        }, Spread([5, 3])),
        OfLayer("VariationalAutoencoder", dtype => new VariationalAutoencoder(
            new Linear(3, 4, new Rng(1), dtype: dtype), new Linear(2, 3, new Rng(2), dtype: dtype), new Rng(3)), Spread([4, 3])),
        new("VariationalAutoencoder.Divergence",
            inputs => VariationalAutoencoder.Divergence(inputs[0], inputs[1]), Spread([4, 3]), Spread([4, 3], 2)),
        OfLayer("MaskedConv2d A", dtype => new MaskedConv2d(2, 3, 5, itself: false, new Rng(1), dtype: dtype), Spread([2, 2, 4, 3])),
        OfLayer("MaskedConv2d B", dtype => new MaskedConv2d(1, 2, 3, itself: true, new Rng(1), dtype: dtype), Spread([2, 1, 3, 5])),
        OfLayer("PixelCNN", dtype => new PixelCNN(2, 1, new Rng(1), kernel: 3, dtype: dtype), Spread([2, 1, 3, 4])),
        OfLayer("WaveNet", dtype => new WaveNet(1, 2, 3, [1, 2], new Rng(1), dtype: dtype), Spread([2, 1, 7])),
    ];
}
