using System.Text;
using static DeepNotebooks.Charts.Svg;

namespace DeepNotebooks.Charts;

/// <summary>Draws bands between levels: each level's region, found cell by cell with linear interpolation, over the one below.</summary>
internal static class Contours
{
    public static void Draw(Svg svg, PanelPlan p, ContourTrace contour)
    {
        var levels = p.Colors!.Levels!;
        for (int band = 0; band <= levels.Length; band++)
        {
            string color = Palette.At(ColorScale.Sequential, (double)band / levels.Length);
            svg.Path(Region(p, contour, band == 0 ? double.NegativeInfinity : levels[band - 1]), $"fill=\"{color}\" stroke=\"{color}\" stroke-width=\"0.6\"");
        }
    }

    /// <summary>Where the function reaches the level: whole cells as long rectangles, cut cells as polygons.</summary>
    private static string Region(PanelPlan p, ContourTrace contour, double level)
    {
        var path = new StringBuilder();
        double[] xs = [.. contour.X.Select(p.PixelX)], ys = [.. contour.Y.Select(p.PixelY)];
        for (int row = 0; row + 1 < ys.Length; row++)
        {
            int whole = -1;
            for (int column = 0; column < xs.Length; column++)
            {
                (double X, double Y, double Z)[] corners = column + 1 < xs.Length
                    ? [Corner(row, column), Corner(row, column + 1), Corner(row + 1, column + 1), Corner(row + 1, column)]
                    : [];
                bool inside = corners.Length > 0 && corners.All(c => double.IsFinite(c.Z) && c.Z >= level);
                if (inside && whole < 0) whole = column;
                if (!inside && whole >= 0)
                {
                    path.Append($"M{N(xs[whole])} {N(ys[row])}H{N(xs[column])}V{N(ys[row + 1])}H{N(xs[whole])}z");
                    whole = -1;
                }
                if (!inside && corners.All(c => double.IsFinite(c.Z)) && corners.Any(c => c.Z >= level)) path.Append(Cut(corners, level));
            }
        }
        return path.ToString();

        (double, double, double) Corner(int row, int column) => (xs[column], ys[row], contour.Z[row, column]);
    }

    /// <summary>The part of a cell at or above the level.</summary>
    private static string Cut((double X, double Y, double Z)[] corners, double level)
    {
        var path = new StringBuilder();
        for (int i = 0; i < corners.Length; i++)
        {
            var (from, to) = (corners[i], corners[(i + 1) % corners.Length]);
            if (from.Z >= level) Add(from.X, from.Y);
            if (from.Z >= level == to.Z >= level) continue;
            double share = (level - from.Z) / (to.Z - from.Z);
            Add(from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y));
        }
        return path.Append('z').ToString();

        void Add(double x, double y) => path.Append(path.Length == 0 ? 'M' : 'L').Append(N(x)).Append(' ').Append(N(y));
    }
}
