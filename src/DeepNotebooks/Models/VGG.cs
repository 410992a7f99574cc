using DeepNotebooks.Layers;

namespace DeepNotebooks.Models;

/// <summary>
/// VGG: blocks of 3×3 convolutions, each ending in 2×2 max pooling, the maps doubling up to eight times the first, then two dense layers
/// with dropout and the classes. Simonyan and Zisserman, 2014. With <see cref="Initializer.Outline"/> it is counted without being held.
/// </summary>
public static class VGG
{
    /// <summary>A network of random weights; unless told otherwise the paper's VGG-16 of 138,357,544 parameters.</summary>
    /// <param name="rng">Where the weights come from, and what is dropped.</param>
    /// <param name="convolutions">How many in each block: 1, 1, 2, 2, 2 is VGG-11, 2, 2, 3, 3, 3 VGG-16, 2, 2, 4, 4, 4 VGG-19.</param>
    /// <param name="channels">The channels of the images.</param>
    /// <param name="size">Their rows and columns.</param>
    /// <param name="width">The maps of the first block.</param>
    /// <param name="hidden">The units of the dense layers.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="initializer">How the weights are drawn; <see cref="Initializer.HeNormal"/> unless given.</param>
    /// <exception cref="ArgumentException">The images are too small to be halved by every block.</exception>
    public static Sequential Create(Rng rng, IReadOnlyList<int>? convolutions = null, int channels = 3, int size = 224, int width = 64,
        int hidden = 4096, int classes = 1000, Initializer? initializer = null)
    {
        convolutions ??= [2, 2, 3, 3, 3];
        initializer ??= Initializer.HeNormal;
        int side = size >> convolutions.Count;
        if (side < 1)
        {
            throw new ArgumentException(
                $"VGG: images of {size} pixels cannot be halved by {convolutions.Count} blocks. Take fewer blocks.", nameof(size));
        }
        var layers = new List<Layer>();
        for (int i = 0; i < convolutions.Count; i++)
        {
            int maps = width << Math.Min(i, 3);
            layers.Add(new VggBlock(channels, maps, convolutions[i], rng, initializer));
            channels = maps;
        }
        return new Sequential([
            .. layers, new Flatten(),
            new Linear(channels * side * side, hidden, rng, initializer), new Layers.ReLU(), new Dropout(0.5, rng),
            new Linear(hidden, hidden, rng, initializer), new Layers.ReLU(), new Dropout(0.5, rng),
            new Linear(hidden, classes, rng, initializer)]);
    }
}
