namespace DeepNotebooks.Metrics;

public static partial class Metric
{
    /// <summary>
    /// The Jensen–Shannon divergence of two discrete distributions [n]: ½ Σ p ln(p/m) + ½ Σ q ln(q/m) with m = (p + q)/2, from 0 for equal
    /// ones to ln 2 for those that share no place, however far apart the places are. Lin, 1991.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or one is no distribution.</exception>
    public static double JensenShannon(Tensor p, Tensor q)
    {
        double[] a = p.ToArray(), b = q.ToArray();
        if (p.Shape != q.Shape || !IsDistribution(a) || !IsDistribution(b))
        {
            throw new ArgumentException($"JensenShannon: {p.Shape} with sum {a.Sum()} and {q.Shape} with sum {b.Sum()} "
                + "must have one shape, no negative number and sum 1.");
        }
        return a.Zip(b, (x, y) => (Part(x, (x + y) / 2) + Part(y, (x + y) / 2)) / 2).Sum();

        static double Part(double share, double mean) => share == 0 ? 0 : share * Math.Log(share / mean);
        static bool IsDistribution(double[] shares) => shares.All(share => share >= 0) && Math.Abs(shares.Sum() - 1) < 1e-5;
    }
}
