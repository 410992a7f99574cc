using System.Text;
using static DeepNotebooks.Charts.Svg;

namespace DeepNotebooks.Charts;

/// <summary>Draws bands between levels: the region above each level, bounded by marching squares, over the one below.</summary>
internal static class Contours
{
    public static void Draw(Svg svg, PanelPlan p, ContourTrace contour)
    {
        var levels = p.Colors!.Levels!;
        // A border that lies below every level, of no width, closes each line at the edge.
        double[] xs = Bordered(contour.X, p.PixelX), ys = Bordered(contour.Y, p.PixelY);
        var z = new double[ys.Length * xs.Length];
        for (int node = 0; node < z.Length; node++)
        {
            int row = node / xs.Length - 1, column = node % xs.Length - 1;
            bool border = row < 0 || column < 0 || row >= contour.Y.Length || column >= contour.X.Length;
            z[node] = border || !double.IsFinite(contour.Z[row, column]) ? double.NegativeInfinity : contour.Z[row, column];
        }
        for (int band = 0; band <= levels.Length; band++)
        {
            string color = Palette.At(ColorScale.Sequential, (double)band / levels.Length);
            string region = Region(xs, ys, z, band == 0 ? double.MinValue : levels[band - 1]);
            svg.Path(region, $"fill=\"{color}\" fill-rule=\"evenodd\"");
        }
    }

    private static double[] Bordered(double[] values, Func<double, double> pixel) =>
        [pixel(values[0]), .. values.Select(pixel), pixel(values[^1])];

    private static string Region(double[] xs, double[] ys, double[] z, double level)
    {
        // Around a cell the region's outline goes from where the walk leaves the region to where it enters it again.
        var next = new Dictionary<(int, int), (int, int)>();
        for (int row = 0; row + 1 < ys.Length; row++)
        {
            for (int column = 0; column + 1 < xs.Length; column++)
            {
                int node = row * xs.Length + column;
                ReadOnlySpan<int> corners = [node, node + 1, node + 1 + xs.Length, node + xs.Length];
                var crossings = new List<((int, int) Edge, bool Leaves)>();
                for (int i = 0; i < 4; i++)
                {
                    var (a, b) = (corners[i], corners[(i + 1) % 4]);
                    if (z[a] >= level != z[b] >= level) crossings.Add(((Math.Min(a, b), Math.Max(a, b)), z[a] >= level));
                }
                for (int i = 0; i < crossings.Count; i++)
                    if (crossings[i].Leaves) next[crossings[i].Edge] = crossings[(i + 1) % crossings.Count].Edge;
            }
        }
        var path = new StringBuilder();
        foreach (var start in next.Keys.ToArray())
        {
            char step = 'M';
            for (var edge = start; next.Remove(edge, out var following); edge = following, step = 'L')
                path.Append(step).Append(Crossing(edge));
            if (step == 'L') path.Append('z');
        }
        return path.ToString();

        string Crossing((int A, int B) edge)
        {
            double from = z[edge.A], to = z[edge.B];
            double share = double.IsInfinity(from) ? 1 : double.IsInfinity(to) ? 0 : (level - from) / (to - from);
            double Between(double[] at, int a, int b) => at[a] + share * (at[b] - at[a]);
            return $"{N(Between(xs, edge.A % xs.Length, edge.B % xs.Length))} {N(Between(ys, edge.A / xs.Length, edge.B / xs.Length))}";
        }
    }
}
