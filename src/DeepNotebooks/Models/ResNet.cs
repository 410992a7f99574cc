using DeepNotebooks.Layers;

namespace DeepNotebooks.Models;

/// <summary>
/// The ResNet for small images: a 3×3 convolution, three stages of residual blocks whose maps double where the size halves, the mean of
/// each map, one dense layer: 6n + 2 layers with weights. He, Zhang, Ren and Sun, 2015 (their networks for CIFAR-10).
/// </summary>
public static class ResNet
{
    /// <summary>A network of random weights for images [batch, channels, H, W], 32 by 32 in the paper.</summary>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="blocks">The blocks of each stage, n: 3 makes ResNet-20 of 269,722 parameters.</param>
    /// <param name="channels">The channels of the images.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="width">The maps of the first stage.</param>
    /// <param name="shortcuts">Whether there are any; without them it is the plain network that the paper compares with.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static Sequential Create(Rng rng, int blocks = 3, int channels = 3, int classes = 10, int width = 16, bool shortcuts = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        return new Sequential([
            new Conv2d(channels, width, 3, rng, padding: 1, initializer: Initializer.HeNormal, bias: false),
            new BatchNorm2d(width), new Layers.ReLU(),
            .. Enumerable.Range(0, 3 * blocks).Select(i =>
            {
                (int stage, int place) = Math.DivRem(i, blocks);
                bool halves = stage > 0 && place == 0;
                return new ResidualBlock(width << (halves ? stage - 1 : stage), width << stage, rng, halves ? 2 : 1, shortcuts);
            }),
            new GlobalAveragePool(), new Linear(4 * width, classes, rng)]);
    }
}
