namespace DeepNotebooks.Data;

public static partial class Generate
{
    // How a hand writes each digit, in a box of 1 x 1 with y downwards: strokes of points that a smooth curve runs through (a point
    // written twice makes a corner). Some digits are written in two ways.
    private static readonly double[][][][] s_digits =
    [
        [[[.50, .04, .24, .16, .16, .50, .25, .84, .50, .96, .75, .84, .84, .50, .76, .16, .50, .04]]],
        [[[.30, .24, .54, .06, .54, .06, .53, .96]], [[.32, .26, .52, .06, .52, .06, .52, .95], [.30, .95, .72, .95]]],
        [[[.20, .26, .32, .08, .56, .05, .76, .17, .76, .36, .56, .60, .20, .94, .20, .94, .82, .93]]],
        [[[.22, .14, .44, .04, .70, .12, .73, .30, .58, .43, .42, .46, .42, .46, .66, .51, .79, .70, .68, .90, .42, .96, .20, .85]]],
        [[[.36, .05, .18, .60, .18, .60, .84, .60], [.62, .36, .60, .96]], [[.62, .95, .62, .05, .62, .05, .16, .66, .16, .66, .86, .66]]],
        [[[.74, .06, .32, .06, .32, .06, .27, .44, .27, .44, .52, .38, .76, .50, .77, .76, .58, .94, .36, .95, .20, .84]]],
        [[[.66, .05, .40, .22, .23, .52, .22, .78, .40, .95, .64, .92, .77, .74, .68, .55, .48, .50, .30, .60, .23, .74]]],
        [[[.18, .07, .80, .07, .80, .07, .58, .48, .44, .95]], [[.18, .08, .80, .07, .80, .07, .56, .50, .44, .95], [.36, .50, .72, .48]]],
        [[[.70, .16, .50, .05, .29, .14, .30, .32, .50, .46, .72, .62, .75, .82, .52, .95, .28, .84, .27, .64, .48, .47, .68, .34,
            .70, .16]]],
        [[[.74, .28, .60, .08, .38, .07, .24, .24, .30, .44, .50, .50, .68, .42, .74, .26, .74, .26, .73, .60, .62, .94]]],
    ];

    /// <summary>
    /// Handwritten-looking digits 0 to 9 in turn, drawn with a round pen of random width along strokes whose points are moved a little
    /// and which are rotated (by up to 14°), sheared, stretched and shifted at random. Inputs [count, 1, size, size] from 0 (paper) to 1
    /// (ink), smooth at the edges, targets the digit.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="rng">Their variety.</param>
    /// <param name="size">Pixels along each side, 8 or more; 8 and 28 are usual.</param>
    /// <param name="distortion">How far the drawings vary: 0 not at all, 1 as readable hands do, 2 is hard to read.</param>
    /// <param name="noise">The standard deviation of normal noise on each pixel; the result stays in [0, 1].</param>
    public static Dataset Digits(int count, Rng rng, int size = 28, double distortion = 1, double noise = 0)
    {
        Require(count, 1, noise);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        if (!(distortion is >= 0 and <= 4))
            throw new ArgumentOutOfRangeException(nameof(distortion), distortion, "Generate.Digits: the distortion must lie in [0, 4].");
        var images = new double[count * size * size];
        for (int i = 0; i < count; i++)
        {
            double[][][] ways = s_digits[i % 10];
            Draw(ways[rng.Next(ways.Length)], rng, distortion, size, images.AsSpan(i * size * size, size * size));
        }
        Tensor drawn = Tensor.From(images, [count, 1, size, size]);
        return new Dataset(noise > 0 ? (drawn + rng.Normal(drawn.Shape, 0, noise)).Clamp(0, 1) : drawn,
            Tensor.From(Enumerable.Range(0, count).Select(i => i % 10)));
    }

    private static void Draw(double[][] strokes, Rng rng, double distortion, int size, Span<double> image)
    {
        double Vary(double extent) => distortion * extent * ((2 * rng.NextDouble()) - 1);
        double angle = Vary(0.25), shear = Vary(0.2), width = 0.66 * Math.Exp(Vary(0.2)), height = 0.74 * Math.Exp(Vary(0.12));
        double right = 0.5 + Vary(0.07), down = 0.5 + Vary(0.07), cos = Math.Cos(angle), sin = Math.Sin(angle);
        double pen = Math.Max(0.5, size * 0.045 * Math.Exp(Vary(0.35))); // half the width, in pixels; thinner lines would break
        var inked = new double[image.Length];
        Array.Fill(inked, double.PositiveInfinity);
        foreach (double[] stroke in strokes)
        {
            var points = new (double X, double Y)[stroke.Length / 2];
            for (int i = 0; i < points.Length; i++)
            {
                bool corner = i > 0 && stroke[2 * i] == stroke[(2 * i) - 2] && stroke[(2 * i) + 1] == stroke[(2 * i) - 1];
                double x = stroke[2 * i] - 0.5 + Vary(0.025), y = stroke[(2 * i) + 1] - 0.5 + Vary(0.025);
                (x, y) = ((x + (shear * y)) * width, y * height);
                points[i] = corner ? points[i - 1] : (size * (right + (cos * x) - (sin * y)), size * (down + (sin * x) + (cos * y)));
            }
            (double X, double Y)[] curve = Smooth(points);
            for (int i = 1; i < curve.Length; i++)
                Approach(curve[i - 1], curve[i], pen + 1, size, inked);
        }
        for (int i = 0; i < image.Length; i++)
            image[i] = Math.Clamp(pen + 0.5 - Math.Sqrt(inked[i]), 0, 1); // the share of the pixel under the pen, nearly
    }

    /// <summary>The Catmull-Rom curve through the points, in short straight pieces.</summary>
    private static (double X, double Y)[] Smooth((double X, double Y)[] p)
    {
        const int Pieces = 6;
        var curve = new List<(double X, double Y)> { p[0] };
        for (int i = 0; i + 1 < p.Length; i++)
        {
            if (p[i] == p[i + 1])
                continue;
            (double X, double Y) before = p[Math.Max(i - 1, 0)], after = p[Math.Min(i + 2, p.Length - 1)];
            for (int piece = 1; piece <= Pieces; piece++)
            {
                double t = (double)piece / Pieces;
                double At(double a, double b, double c, double d) =>
                    b + (0.5 * t * (c - a + (t * ((2 * a) - (5 * b) + (4 * c) - d + (t * ((3 * (b - c)) + d - a))))));
                curve.Add((At(before.X, p[i].X, p[i + 1].X, after.X), At(before.Y, p[i].Y, p[i + 1].Y, after.Y)));
            }
        }
        return [.. curve];
    }

    /// <summary>Lowers each pixel's squared distance from the ink to that from one straight piece, near the piece.</summary>
    private static void Approach((double X, double Y) a, (double X, double Y) b, double reach, int size, double[] squared)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y, length = (dx * dx) + (dy * dy);
        int top = Math.Max(0, (int)(Math.Min(a.Y, b.Y) - reach)), bottom = Math.Min(size - 1, (int)(Math.Max(a.Y, b.Y) + reach));
        int left = Math.Max(0, (int)(Math.Min(a.X, b.X) - reach)), right = Math.Min(size - 1, (int)(Math.Max(a.X, b.X) + reach));
        for (int row = top; row <= bottom; row++)
            for (int column = left; column <= right; column++)
            {
                double x = column + 0.5 - a.X, y = row + 0.5 - a.Y;
                double t = length > 0 ? Math.Clamp(((x * dx) + (y * dy)) / length, 0, 1) : 0;
                (x, y) = (x - (t * dx), y - (t * dy));
                squared[(row * size) + column] = Math.Min(squared[(row * size) + column], (x * x) + (y * y));
            }
    }
}
