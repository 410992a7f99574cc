using System.Numerics;
using System.Numerics.Tensors;

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
            {
                double squares = 0;
                for (int k = 0; k < d; k++)
                    squares += (a[(i * d) + k] - b[(j * d) + k]) * (a[(i * d) + k] - b[(j * d) + k]);
                cost[i, j] = Math.Sqrt(squares);
            }
        }
        return Solve(cost, [.. Enumerable.Repeat(1.0 / n, n)], [.. Enumerable.Repeat(1.0 / m, m)]);
    }

    /// <summary>The plan for any costs [n, m] and masses, which have equal sums.</summary>
    /// <exception cref="ArgumentException">Sizes differ, a mass is negative, the sums differ, or a number is not finite.</exception>
    public static OptimalTransport Solve(double[,] cost, double[] from, double[] to)
    {
        int n = from.Length, m = to.Length;
        double sum = from.Sum();
        var costs = new double[cost.Length];
        Buffer.BlockCopy(cost, 0, costs, 0, cost.Length * sizeof(double));
        if (cost.GetLength(0) != n || cost.GetLength(1) != m || from.Concat(to).Any(mass => !(mass >= 0))
            || !(Math.Abs(sum - to.Sum()) <= 1e-9 * sum) || costs.Any(c => !double.IsFinite(c)))
        {
            throw new ArgumentException($"OptimalTransport: masses of {n} and {m} places with sums {sum} and {to.Sum()} and costs "
                + $"[{cost.GetLength(0)}, {cost.GetLength(1)}]: sizes and sums must agree, masses not be negative, costs be finite.");
        }
        var paths = new Paths(costs, [.. from], [.. to], Dust * sum);
        for (int i = 0; i < n; i++)
        {
            while (paths.Augment(i))
            {
            }
        }
        double total = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
                total += cost[i, j] * paths.Plan[i, j];
        }
        return new OptimalTransport(paths.Plan, total, paths.FromPrices, paths.ToPrices);
    }

    /// <summary>Carries mass along one shortest path after the other, each from a place with mass left to one with room.</summary>
    private sealed class Paths
    {
        private readonly int _n, _m;
        private readonly double[] _costs, _left, _open;
        private readonly double _dust;
        private readonly bool[] _carries; // [m, n]: whether anything goes to j from i

        // Of one search: how far a column is, in forms of which vectors are compared without branches.
        private readonly double[] _unvisited, _bound; // once visited ∞, to be no minimum, and −∞, to be reached no more
        private readonly double[] _final;             // NaN until visited
        private readonly long[] _before;              // the row from which a column was reached
        private readonly double[] _rowDistance;       // NaN where not reached
        private readonly int[] _rowBefore;            // the column from which a row was reached

        public Paths(double[] costs, double[] left, double[] open, double dust)
        {
            (_n, _m, _costs, _left, _open, _dust) = (left.Length, open.Length, costs, left, open, dust);
            (Plan, FromPrices, ToPrices, _carries) = (new double[_n, _m], new double[_n], new double[_m], new bool[_m * _n]);
            (_unvisited, _bound, _final, _before) = (new double[_m], new double[_m], new double[_m], new long[_m]);
            (_rowDistance, _rowBefore) = (new double[_n], new int[_n]);
            costs.AsSpan(0, Math.Min(_n, 1) * _m).CopyTo(ToPrices);
            for (int i = 1; i < _n; i++) // so that no reduced cost cᵢⱼ − uᵢ − vⱼ is negative
                TensorPrimitives.Min(ToPrices, costs.AsSpan(i * _m, _m), ToPrices);
        }

        public double[,] Plan { get; }

        public double[] FromPrices { get; }

        public double[] ToPrices { get; }

        /// <summary>
        /// Dijkstra's search: forward at the reduced cost, back along the plan for nothing. False if there is nothing to carry.
        /// </summary>
        public bool Augment(int start)
        {
            if (_left[start] <= _dust)
                return false;
            Array.Fill(_unvisited, double.PositiveInfinity);
            Array.Fill(_bound, double.PositiveInfinity);
            Array.Fill(_final, double.NaN);
            Array.Fill(_rowDistance, double.NaN);
            Reach(start, 0);
            int end;
            double far;
            while (true)
            {
                end = TensorPrimitives.IndexOfMin<double>(_unvisited);
                far = _unvisited[end];
                if (double.IsPositiveInfinity(far))
                    return false; // only dust is left
                if (_open[end] > _dust)
                    break;
                (_unvisited[end], _bound[end], _final[end]) = (double.PositiveInfinity, double.NegativeInfinity, far);
                Span<bool> rows = _carries.AsSpan(end * _n, _n);
                for (int i = 0; rows[i..].IndexOf(true) is >= 0 and var skip; i++)
                {
                    i += skip;
                    if (double.IsNaN(_rowDistance[i]))
                    {
                        _rowBefore[i] = end;
                        Reach(i, far);
                    }
                }
            }
            for (int i = 0; i < _n; i++)
                FromPrices[i] += double.IsNaN(_rowDistance[i]) ? 0 : far - _rowDistance[i];
            for (int j = 0; j < _m; j++)
                ToPrices[j] -= double.IsNaN(_final[j]) ? 0 : far - _final[j];
            Carry(start, end);
            return true;
        }

        private void Reach(int i, double at)
        {
            _rowDistance[i] = at;
            ReadOnlySpan<double> row = _costs.AsSpan(i * _m, _m);
            (Vector<double> far, Vector<double> price, Vector<long> self) = (new(at), new(FromPrices[i]), new(i));
            int j = 0;
            for (; j <= _m - Vector<double>.Count; j += Vector<double>.Count)
            {
                Vector<double> there = far + new Vector<double>(row[j..]) - price - new Vector<double>(ToPrices, j);
                Vector<double> bound = new(_bound, j);
                Vector<long> nearer = Vector.LessThan(there, bound);
                Vector.ConditionalSelect(nearer, there, bound).CopyTo(_bound, j);
                Vector.ConditionalSelect(nearer, there, new Vector<double>(_unvisited, j)).CopyTo(_unvisited, j);
                Vector.ConditionalSelect(nearer, self, new Vector<long>(_before, j)).CopyTo(_before, j);
            }
            for (; j < _m; j++)
            {
                if (at + row[j] - FromPrices[i] - ToPrices[j] is var there && there < _bound[j])
                    (_bound[j], _unvisited[j], _before[j]) = (there, there, i);
            }
        }

        /// <summary>As much as the path from start to end lets through.</summary>
        private void Carry(int start, int end)
        {
            double mass = Math.Min(_left[start], _open[end]);
            for (int j = end, i; (i = (int)_before[j]) != start; j = _rowBefore[i])
                mass = Math.Min(mass, Plan[i, _rowBefore[i]]);
            for (int j = end, i; ; j = _rowBefore[i])
            {
                i = (int)_before[j];
                Move(i, j, mass);
                if (i == start)
                    break;
                Move(i, _rowBefore[i], -mass);
            }
            _left[start] -= mass;
            _open[end] -= mass;
        }

        private void Move(int i, int j, double mass) => _carries[(j * _n) + i] = (Plan[i, j] += mass) > 0;
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
