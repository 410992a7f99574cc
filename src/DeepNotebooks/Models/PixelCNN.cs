using DeepNotebooks.Layers;
using DeepNotebooks.Losses;

namespace DeepNotebooks.Models;

/// <summary>
/// An autoregressive model of black and white images: p(x) = Πᵢ p(xᵢ | x₁ … xᵢ₋₁) over the pixels in reading order, each factor from a
/// stack of masked convolutions, so that the likelihood of an image is exact and takes one pass. x [batch, 1, H, W] of 0 and 1 → the
/// logits of p(xᵢ = 1 | …), in the same shape; its loss is <see cref="Losses.Loss.BinaryCrossEntropyWithLogits(Tensor, Tensor)"/>, the
/// mean of −ln p(xᵢ | …). Van den Oord, Kalchbrenner and Kavukcuoglu, 2016.
/// </summary>
public sealed class PixelCNN : Layer
{
    private readonly Sequential _layers;

    /// <summary>A first layer with mask A, blocks of 3×3 with mask B and skips, and a layer of 1×1.</summary>
    /// <param name="maps">The feature maps between.</param>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="kernel">The width of the first layer's window, odd.</param>
    /// <param name="dtype">The number type of the weights.</param>
    public PixelCNN(int maps, int blocks, Rng rng, int kernel = 5, DType dtype = DType.Float32) =>
        _layers = Child("layers", new Sequential([
            new MaskedConv2d(1, maps, kernel, itself: false, rng, dtype: dtype),
            .. Enumerable.Range(0, blocks).Select(_ => new Residual(
                new Layers.ReLU(), new MaskedConv2d(maps, maps, 3, itself: true, rng, Initializer.HeNormal, dtype))),
            new Layers.ReLU(),
            new MaskedConv2d(maps, 1, 1, itself: true, rng, dtype: dtype)]));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, 1, H, W].</exception>
    public override Tensor Forward(Tensor x) => _layers.Forward(x);

    /// <summary>ln p(x) = Σᵢ ln p(xᵢ | x₁ … xᵢ₋₁) of each image, in nats: [batch].</summary>
    public Tensor LogLikelihood(Tensor x) =>
        -Losses.Loss.BinaryCrossEntropyWithLogits(Predict(x), x, Reduce.None).Sum([1, 2, 3]);

    /// <summary>Draws images [count, 1, rows, columns], pixel after pixel: a pass for each.</summary>
    public Tensor Sample(int count, Extent size, Rng rng)
    {
        Tensor x = Parameters[0].Room([count, 1, size.Rows, size.Columns], 0);
        for (int row = 0; row < size.Rows; row++)
        {
            for (int column = 0; column < size.Columns; column++)
            {
                Tensor p = Predict(x[.., .., ..(row + 1), ..])[.., 0, row, column].Sigmoid();
                for (int i = 0; i < count; i++)
                    x[i, 0, row, column] = rng.NextDouble() < p[i] ? 1 : 0;
            }
        }
        return x;
    }
}
