namespace DeepNotebooks.Data;

/// <summary>
/// Changes examples at random in ways that should not change their target, to make few examples go further. Ranges with equal ends
/// change by exactly that much. Evaluate on data that are not augmented. Images are [count, channels, height, width], sounds […, samples],
/// texts words between blanks; other shapes, and numbers out of range, throw an <see cref="ArgumentException"/>.
/// </summary>
public static partial class Augment
{
    /// <summary>Mirrors images [count, channels, height, width] left to right, each with the given probability.</summary>
    public static Tensor FlipHorizontal(Tensor images, Rng rng, double probability = 0.5)
    {
        RequireShare(probability, "FlipHorizontal");
        return Warp(images, "FlipHorizontal", () => new(rng.NextDouble() < probability ? -1 : 1, 0, 0, 1, 0, 0));
    }

    /// <summary>Mirrors images top to bottom, each with the given probability.</summary>
    /// <inheritdoc cref="FlipHorizontal"/>
    public static Tensor FlipVertical(Tensor images, Rng rng, double probability = 0.5)
    {
        RequireShare(probability, "FlipVertical");
        return Warp(images, "FlipVertical", () => new(1, 0, 0, rng.NextDouble() < probability ? -1 : 1, 0, 0));
    }

    /// <summary>Turns each image [count, channels, height, width] clockwise about its centre by some degrees; corners become 0.</summary>
    public static Tensor Rotate(Tensor images, double from, double to, Rng rng)
    {
        RequireRange(from, to, double.NegativeInfinity, "Rotate");
        return Warp(images, "Rotate", () =>
        {
            (double sin, double cos) = Math.SinCos(Draw(from, to, rng) * Math.PI / 180);
            return new(cos, sin, -sin, cos, 0, 0);
        });
    }

    /// <summary>Enlarges each image about its centre by some factor; below 1 it shrinks and the border becomes 0.</summary>
    public static Tensor Zoom(Tensor images, double from, double to, Rng rng)
    {
        RequireRange(from, to, 0, "Zoom");
        return Warp(images, "Zoom", () =>
        {
            double factor = Draw(from, to, rng);
            return new(1 / factor, 0, 0, 1 / factor, 0, 0);
        });
    }

    /// <summary>
    /// Crops each image at random to its own size after a border of zeros was put around it: moves it by up to so many pixels.
    /// </summary>
    public static Tensor Crop(Tensor images, int border, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(border);
        return Warp(images, "Crop", () => new(1, 0, 0, 1, rng.Next((2 * border) + 1) - border, rng.Next((2 * border) + 1) - border));
    }

    /// <summary>Adds a number to all pixels of each image; the result stays in [0, 1].</summary>
    public static Tensor Brightness(Tensor images, double from, double to, Rng rng)
    {
        RequireRange(from, to, double.NegativeInfinity, "Brightness");
        return (images + PerImage(images, from, to, rng, "Brightness")).Clamp(0, 1);
    }

    /// <summary>Multiplies each image's distances from its mean by a factor; the result stays in [0, 1].</summary>
    public static Tensor Contrast(Tensor images, double from, double to, Rng rng)
    {
        RequireRange(from, to, 0, "Contrast");
        Tensor factor = PerImage(images, from, to, rng, "Contrast"), mean = images.Mean([1, 2, 3], keepDims: true);
        return (mean + ((images - mean) * factor)).Clamp(0, 1);
    }

    /// <summary>Where the centre-based position (x, y) of the result is taken from: (XX x + XY y + X, YX x + YY y + Y).</summary>
    private readonly record struct Source(double XX, double XY, double YX, double YY, double X, double Y);

    /// <summary>Draws each image anew by bilinear interpolation; what comes from outside is 0.</summary>
    private static Tensor Warp(Tensor images, string operation, Func<Source> source)
    {
        RequireImages(images, operation);
        (int channels, int height, int width) = (images.Shape[1], images.Shape[2], images.Shape[3]);
        double middle = (width - 1) / 2.0, centre = (height - 1) / 2.0;
        double[] from = images.ToArray(), to = new double[from.Length];
        for (int image = 0; image < images.Shape[0]; image++)
        {
            Source s = source();
            for (int row = 0; row < height; row++)
                for (int column = 0; column < width; column++)
                {
                    double x = column - middle, y = row - centre, left = (s.XX * x) + (s.XY * y) + s.X + middle;
                    double top = (s.YX * x) + (s.YY * y) + s.Y + centre;
                    (int c0, int r0) = ((int)Math.Floor(left), (int)Math.Floor(top));
                    for (int channel = 0; channel < channels; channel++)
                    {
                        int start = ((image * channels) + channel) * height * width;
                        double At(int r, int c) => (uint)r < (uint)height && (uint)c < (uint)width ? from[start + (r * width) + c] : 0;
                        double right = left - c0, down = top - r0;
                        to[start + (row * width) + column] = ((1 - down) * (((1 - right) * At(r0, c0)) + (right * At(r0, c0 + 1))))
                            + (down * (((1 - right) * At(r0 + 1, c0)) + (right * At(r0 + 1, c0 + 1))));
                    }
                }
        }
        return Tensor.From(to, images.Shape, images.DType);
    }

    private static Tensor PerImage(Tensor images, double from, double to, Rng rng, string operation)
    {
        RequireImages(images, operation);
        int count = images.Shape[0];
        return Tensor.From([.. Enumerable.Range(0, count).Select(_ => Draw(from, to, rng))], [count, 1, 1, 1], images.DType);
    }

    private static double Draw(double from, double to, Rng rng) => from + ((to - from) * rng.NextDouble());

    private static void RequireImages(Tensor images, string operation)
    {
        if (images.Rank != 4)
            throw new ArgumentException(
                $"Augment.{operation}: {images.Shape} is not [count, channels, height, width]. Reshape the images.", nameof(images));
    }

    private static void RequireRange(double from, double to, double above, string operation)
    {
        if (!(from > above && from <= to && double.IsFinite(to)))
            throw new ArgumentException(
                $"Augment.{operation}: {from} to {to} is no range{(above == 0 ? " of factors above 0" : "")}. "
                + "Give the smaller number first.");
    }

    private static void RequireShare(double share, string operation)
    {
        if (!(share is >= 0 and <= 1))
            throw new ArgumentException($"Augment.{operation}: {share} is no share or probability. Give a number from 0 to 1.");
    }
}
