using DeepNotebooks.Layers;

namespace DeepNotebooks.Models;

/// <summary>
/// The two networks of a deep convolutional GAN, for images of 8, 16, 32, … rows and columns with pixels in [−1, 1]: no pooling, no dense
/// layers, batch normalization but for G's output and D's input, weights normal with standard deviation 0.02. Radford, Metz and
/// Chintala, 2015.
/// </summary>
public static class DCGAN
{
    private static readonly Initializer s_weights = Initializer.Normal(0.02);

    /// <summary>
    /// z [batch, latent] → images [batch, channels, size, size]: transposed convolutions double the size from 4 on and halve the number of
    /// maps, with ReLU between and tanh at the end.
    /// </summary>
    /// <param name="latent">How many numbers the noise has.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="maps">The number of maps before the image.</param>
    /// <param name="rng">Draws the weights.</param>
    /// <param name="channels">The channels of an image.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not 4 times a power of two, at least 8.</exception>
    public static Sequential Generator(int latent, int size, int maps, Rng rng, int channels = 1)
    {
        int doublings = Doublings(size), wide = maps << (doublings - 1);
        List<Layer> layers = [new Unflatten(latent, 1, 1), new ConvTranspose2d(latent, wide, 4, rng, initializer: s_weights, bias: false)];
        for (int i = 1; i <= doublings; i++, wide /= 2)
        {
            int next = i == doublings ? channels : wide / 2;
            layers.AddRange([new BatchNorm2d(wide), new Layers.ReLU(),
                new ConvTranspose2d(wide, next, 4, rng, stride: 2, padding: 1, initializer: s_weights, bias: i == doublings)]);
        }
        return new Sequential([.. layers, new Layers.Tanh()]);
    }

    /// <summary>
    /// Images [batch, channels, size, size] → a logit each [batch, 1]: convolutions of stride 2 halve the size down to 4 and double the
    /// number of maps, with leaky ReLU of slope 0.2 between.
    /// </summary>
    /// <inheritdoc cref="Generator"/>
    public static Sequential Discriminator(int size, int maps, Rng rng, int channels = 1)
    {
        int halvings = Doublings(size);
        List<Layer> layers = [new Conv2d(channels, maps, 4, rng, stride: 2, padding: 1, initializer: s_weights), new Layers.LeakyReLU(0.2)];
        for (int i = 1; i < halvings; i++, maps *= 2)
        {
            layers.AddRange([new Conv2d(maps, 2 * maps, 4, rng, stride: 2, padding: 1, initializer: s_weights, bias: false),
                new BatchNorm2d(2 * maps), new Layers.LeakyReLU(0.2)]);
        }
        return new Sequential([.. layers, new Conv2d(maps, 1, 4, rng, initializer: s_weights), new Flatten()]);
    }

    private static int Doublings(int size)
    {
        int doublings = System.Numerics.BitOperations.Log2((uint)Math.Max(size, 1)) - 2;
        return doublings >= 1 && size == 4 << doublings ? doublings : throw new ArgumentOutOfRangeException(
            nameof(size), size, $"DCGAN: images of {size} rows are not 4 doubled once or more. Take 8, 16, 32, 64 …");
    }
}
