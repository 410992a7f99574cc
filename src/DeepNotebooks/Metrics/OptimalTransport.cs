namespace DeepNotebooks.Metrics;

/// <summary>
/// The cheapest way to carry masses from some places to others: the plan π ≥ 0 with row sums aᵢ and column sums bⱼ that has the least
/// Σ cᵢⱼ πᵢⱼ. A linear program (Kantorovich, 1942), solved exactly by shortest augmenting paths, in about (n + m) n m operations.
/// </summary>
public sealed class OptimalTransport
{
    private const double Dust = 1e-12; // what rounding may leave of masses that sum to 1

    private OptimalTransport(double[,] plan, double cost, double[] u, double[] v) =>
        (Plan, Cost, FromPrices, ToPrices) = (plan, cost, u, v);

    /// <summary>πᵢⱼ: how much goes from i to j.</summary>
    public double[,] Plan { get; }

    /// <summary>Σ cᵢⱼ πᵢⱼ: the Wasserstein distance, where c is a distance.</summary>
    public double Cost { get; }

    /// <summary>
    /// uᵢ of the dual program, max Σ uᵢ aᵢ + Σ vⱼ bⱼ with uᵢ + vⱼ ≤ cᵢⱼ, whose value is the cost: this proves that no plan is cheaper.
    /// </summary>
    public IReadOnlyList<double> FromPrices { get; }

    /// <summary>vⱼ of the dual program.</summary>
    public IReadOnlyList<double> ToPrices { get; }

    /// <summary>The plan between samples [n, d] and [m, d], of equal mass within a set, at the cost of their Euclidean distance.</summary>
    /// <exception cref="ArgumentException">The samples are no matrices of as many columns, or there are none.</exception>
    public static OptimalTransport Between(Tensor from, Tensor to)
    {
        if (from.Rank != 2 || to.Rank != 2 || from.Shape[1] != to.Shape[1] || from.Size * to.Size == 0)
            throw new ArgumentException($"OptimalTransport: {from.Shape} and {to.Shape} are no samples [n, d] and [m, d] of one space.");
        double[] a = from.ToArray(), b = to.ToArray();
        int n = from.Shape[0], m = to.Shape[0], d = from.Shape[1];
        var cost = new double[n, m];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
                cost[i, j] = MathNet.Numerics.Distance.Euclidean(a[(i * d)..((i + 1) * d)], b[(j * d)..((j + 1) * d)]);
        }
        return Solve(cost, [.. Enumerable.Repeat(1.0 / n, n)], [.. Enumerable.Repeat(1.0 / m, m)]);
    }

    /// <summary>The plan for any costs [n, m] and masses, which have equal sums.</summary>
    /// <exception cref="ArgumentException">Sizes differ, a mass is negative, the sums differ, or a number is not finite.</exception>
    public static OptimalTransport Solve(double[,] cost, double[] from, double[] to)
    {
        int n = from.Length, m = to.Length;
        double sum = from.Sum();
        if (cost.GetLength(0) != n || cost.GetLength(1) != m || from.Concat(to).Any(mass => !(mass >= 0))
            || !(Math.Abs(sum - to.Sum()) <= 1e-9 * sum) || cost.Cast<double>().Any(c => !double.IsFinite(c)))
        {
            throw new ArgumentException($"OptimalTransport: masses of {n} and {m} places with sums {sum} and {to.Sum()} and costs "
                + $"[{cost.GetLength(0)}, {cost.GetLength(1)}]: sizes and sums must agree, masses not be negative, costs be finite.");
        }
        double[] left = [.. from], open = [.. to], u = new double[n], v = new double[m];
        for (int j = 0; j < m; j++) // so that no reduced cost cᵢⱼ − uᵢ − vⱼ is negative
            v[j] = Enumerable.Range(0, n).Min(i => cost[i, j]);
        var plan = new double[n, m];
        for (int i = 0; i < n; i++)
        {
            while (left[i] > Dust * sum && Augment(i))
            {
            }
        }
        double total = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
                total += cost[i, j] * plan[i, j];
        }
        return new OptimalTransport(plan, total, u, v);

        // Dijkstra's search from a place with mass left to one with room: forward at the reduced cost, back along the plan for nothing
        bool Augment(int start)
        {
            var rowDistance = new double[n];
            double[] distance = [.. Enumerable.Repeat(double.PositiveInfinity, m)];
            int[] rowBefore = [.. Enumerable.Repeat(-1, n)], before = new int[m];
            bool[] rowDone = new bool[n], done = new bool[m];
            Reach(start, 0);
            int end;
            while (true)
            {
                end = -1;
                for (int j = 0; j < m; j++)
                {
                    if (!done[j] && (end < 0 || distance[j] < distance[end]))
                        end = j;
                }
                if (end < 0)
                    return false; // only dust is left
                if (open[end] > Dust * sum)
                    break;
                done[end] = true;
                for (int i = 0; i < n; i++)
                {
                    if (!rowDone[i] && plan[i, end] > 0)
                    {
                        rowBefore[i] = end;
                        Reach(i, distance[end]);
                    }
                }
            }
            for (int i = 0; i < n; i++)
                u[i] += rowDone[i] ? distance[end] - rowDistance[i] : 0;
            for (int j = 0; j < m; j++)
                v[j] -= done[j] ? distance[end] - distance[j] : 0;
            double mass = Math.Min(left[start], open[end]);
            for (int j = end, i; (i = before[j]) != start; j = rowBefore[i])
                mass = Math.Min(mass, plan[i, rowBefore[i]]);
            for (int j = end; ; j = rowBefore[before[j]])
            {
                plan[before[j], j] += mass;
                if (before[j] == start)
                    break;
                plan[before[j], rowBefore[before[j]]] -= mass;
            }
            left[start] -= mass;
            open[end] -= mass;
            return true;

            void Reach(int i, double at)
            {
                (rowDone[i], rowDistance[i]) = (true, at);
                for (int j = 0; j < m; j++)
                {
                    if (!done[j] && at + cost[i, j] - u[i] - v[j] is var there && there < distance[j])
                        (distance[j], before[j]) = (there, i);
                }
            }
        }
    }
}

public static partial class Metric
{
    /// <summary>
    /// The Wasserstein (earth mover's) distance of two samples of numbers, of any sizes: ∫ |F − G| dx of their distribution functions. For
    /// equal sizes this is the mean of |xᵢ − yᵢ| over both in sorted order, the optimal plan on a line. Vallender, 1973.
    /// </summary>
    /// <exception cref="ArgumentException">A sample is empty or holds NaN.</exception>
    public static double Wasserstein1D(Tensor x, Tensor y)
    {
        double[] a = x.ToArray(), b = y.ToArray();
        if (a.Length == 0 || b.Length == 0 || a.Concat(b).Any(double.IsNaN))
            throw new ArgumentException($"Wasserstein1D: samples {x.Shape} and {y.Shape} must hold numbers, at least one each.");
        (double At, double Rise)[] steps = [.. a.Select(v => (v, 1.0 / a.Length)), .. b.Select(v => (v, -1.0 / b.Length))];
        Array.Sort(steps);
        double sum = 0, difference = 0;
        for (int i = 0; i < steps.Length - 1; i++)
        {
            difference += steps[i].Rise; // F − G from here to the next number
            sum += Math.Abs(difference) * (steps[i + 1].At - steps[i].At);
        }
        return sum;
    }
}
