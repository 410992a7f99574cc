using DeepNotebooks.Layers;

namespace DeepNotebooks.Models;

/// <summary>
/// LeNet-5 for images [batch, 1, 32, 32]: convolutions of 5×5 to 6, 16 and 120 maps with 2×2 mean pooling between them, tanh, then 84 units
/// and the classes; 61,706 parameters for ten. LeCun, Bottou, Bengio and Haffner, 1998, who joined the 16 maps to some of the 6
/// only, scaled what is pooled, and ended in radial basis functions: here all maps are joined and the end is linear.
/// </summary>
public static class LeNet5
{
    /// <summary>A network of random weights.</summary>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="padding">The border around the image: 2 for images of 28 by 28.</param>
    public static Sequential Create(Rng rng, int classes = 10, Padding padding = default) => new(
        new Conv2d(1, 6, 5, rng, padding: padding), new Layers.Tanh(), new AveragePool2d(2),
        new Conv2d(6, 16, 5, rng), new Layers.Tanh(), new AveragePool2d(2),
        new Conv2d(16, 120, 5, rng), new Layers.Tanh(), new Flatten(),
        new Linear(120, 84, rng), new Layers.Tanh(), new Linear(84, classes, rng));
}
