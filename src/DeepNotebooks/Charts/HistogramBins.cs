namespace DeepNotebooks.Charts;

/// <summary>Bins for histograms: round and as fine as the samples bear (Freedman and Diaconis 1981), or as many as asked for.</summary>
internal static class HistogramBins
{
    /// <summary>The edges of the bins that hold all samples of the histograms.</summary>
    public static double[] Edges(HistogramTrace[] histograms, bool log)
    {
        double[] sorted = [.. histograms.SelectMany(h => h.Values)
            .Where(v => double.IsFinite(v) && (!log || v > 0)).Select(v => log ? Math.Log10(v) : v).Order()];
        if (sorted.Length == 0) return [0, 1];
        double min = sorted[0], max = sorted[^1], span = max - min;
        int bins = histograms.Max(h => h.Bins);
        double[] edges;
        if (span <= 1e-9 * Math.Max(Math.Abs(min), Math.Abs(max)) || span == 0)
        {
            double half = min == 0 ? 0.5 : Math.Abs(min) * 0.05;
            edges = [min - half, min + half];
        }
        else if (bins > 0) edges = [.. Enumerable.Range(0, bins + 1).Select(i => min + span * i / bins)];
        else
        {
            double box = sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4];
            double count = Math.Clamp(box > 0 ? span / (2 * box * Math.Pow(sorted.Length / histograms.Length, -1.0 / 3)) : 20, 8, 60);
            double rough = span / count, unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            double step = unit * (rough / unit) switch { <= 1.5 => 1, <= 3.5 => 2, <= 7.5 => 5, _ => 10 };
            double first = Math.Floor(min / step);
            edges = [.. Enumerable.Range(0, (int)(Math.Floor(max / step) - first) + 2).Select(i => (first + i) * step)];
        }
        return log ? [.. edges.Select(e => Math.Pow(10, e))] : edges;
    }

    /// <summary>The histogram as bars: a bin holds its lower edge, the last one its upper edge too.</summary>
    public static BarTrace Count(HistogramTrace histogram, double[] edges)
    {
        var counts = new double[edges.Length - 1];
        int inside = 0;
        foreach (double value in histogram.Values)
        {
            if (!double.IsFinite(value) || value < edges[0] || value > edges[^1]) continue;
            int at = Array.BinarySearch(edges, value);
            counts[Math.Min(at < 0 ? ~at - 1 : at, counts.Length - 1)]++;
            inside++;
        }
        if (histogram.Density)
            for (int i = 0; i < counts.Length; i++) counts[i] /= Math.Max(inside, 1) * (edges[i + 1] - edges[i]);
        (double, double)[] bins = [.. edges.Zip(edges.Skip(1))];
        return new BarTrace([.. bins.Select(b => (b.Item1 + b.Item2) / 2)], counts)
        {
            Edges = bins,
            Name = histogram.Name,
            Color = histogram.Color,
            Dash = histogram.Dash,
        };
    }
}
