using DeepNotebooks.Layers;

namespace DeepNotebooks.Models;

/// <summary>
/// GoogLeNet: three convolutions, nine Inception blocks with max pooling before the third and the eighth, the mean of each map, one dense
/// layer. Szegedy et al., 2014. Its local response normalization and its two auxiliary classifiers, which only training used, are left out.
/// </summary>
public static class GoogLeNet
{
    /// <summary>A network of random weights for images [batch, channels, H, W], 224 by 224 in the paper.</summary>
    /// <param name="rng">Where the weights come from, and what is dropped.</param>
    /// <param name="channels">The channels of the images.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.HeNormal"/> unless given.</param>
    public static Sequential Create(Rng rng, int channels = 3, int classes = 1000, Initializer? initializer = null)
    {
        initializer ??= Initializer.HeNormal;
        InceptionBlock Block(int from, int direct, (int, int) medium, (int, int) large, int pooled) =>
            new(from, direct, medium, large, pooled, rng, initializer);
        return new(
            new Conv2d(channels, 64, 7, rng, stride: 2, padding: 3, initializer: initializer), new Layers.ReLU(), new MaxPool2d(3, 2, 1),
            new Conv2d(64, 64, 1, rng, initializer: initializer), new Layers.ReLU(),
            new Conv2d(64, 192, 3, rng, padding: 1, initializer: initializer), new Layers.ReLU(), new MaxPool2d(3, 2, 1),
            Block(192, 64, (96, 128), (16, 32), 32), Block(256, 128, (128, 192), (32, 96), 64), new MaxPool2d(3, 2, 1),
            Block(480, 192, (96, 208), (16, 48), 64), Block(512, 160, (112, 224), (24, 64), 64), Block(512, 128, (128, 256), (24, 64), 64),
            Block(512, 112, (144, 288), (32, 64), 64), Block(528, 256, (160, 320), (32, 128), 128), new MaxPool2d(3, 2, 1),
            Block(832, 256, (160, 320), (32, 128), 128), Block(832, 384, (192, 384), (48, 128), 128),
            new GlobalAveragePool(), new Dropout(0.4, rng), new Linear(1024, classes, rng, initializer));
    }
}
