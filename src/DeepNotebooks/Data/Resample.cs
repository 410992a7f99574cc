namespace DeepNotebooks.Data;

/// <summary>
/// Balances the classes of a training set [count, features] with class numbers as targets. Resample training data only, and within
/// cross-validation inside each fold: copies and their kin in the validation data make every score too good. Data that are no matrix of
/// finite numbers, of one class only, or of fewer examples than k neighbours take, throw an <see cref="ArgumentException"/>.
/// </summary>
public static class Resample
{
    /// <summary>Random over-sampling: every class gets as many examples as the largest, by copies drawn at random after the data.</summary>
    public static Dataset RandomOver(Dataset data, Rng rng)
    {
        var classes = Classes(data, "RandomOver");
        int most = classes.Max(c => c.Members.Length);
        return data.Rows([.. Enumerable.Range(0, data.Count),
            .. classes.SelectMany(c => Enumerable.Range(0, most - c.Members.Length).Select(_ => c.Members[rng.Next(c.Members.Length)]))]);
    }

    /// <summary>Random under-sampling: every class keeps as many examples, drawn at random, as the smallest has.</summary>
    /// <inheritdoc cref="RandomOver"/>
    public static Dataset RandomUnder(Dataset data, Rng rng)
    {
        var classes = Classes(data, "RandomUnder");
        int least = classes.Min(c => c.Members.Length);
        return data.Rows([.. classes.SelectMany(c => rng.Permutation(c.Members.Length)[..least].Select(i => c.Members[i])).Order()]);
    }

    /// <summary>
    /// SMOTE: every smaller class gets new examples up to the largest, each at a random place on the segment from one of its examples to
    /// one of that one's k nearest neighbours of the same class. Chawla and others, 2002.
    /// </summary>
    public static Dataset Smote(Dataset data, Rng rng, int k = 5)
    {
        var points = new Neighbours(data, "Smote");
        var classes = Classes(data, "Smote");
        int most = classes.Max(c => c.Members.Length);
        return Grow(data, classes.SelectMany(c => Enumerable.Range(0, most - c.Members.Length)
            .Select(i => Between(points, c, c.Members[i % c.Members.Length], k, rng, "Smote"))));
    }

    /// <summary>
    /// ADASYN: as SMOTE, but an example of a smaller class gets the more new ones the more of its k nearest neighbours are of other
    /// classes: where learning is hard. He and others, 2008.
    /// </summary>
    public static Dataset Adasyn(Dataset data, Rng rng, int k = 5)
    {
        var points = new Neighbours(data, "Adasyn");
        int[] all = [.. Enumerable.Range(0, data.Count)];
        var classes = Classes(data, "Adasyn");
        int most = classes.Max(c => c.Members.Length);
        return Grow(data, classes.Where(c => c.Members.Length < most).SelectMany(c =>
        {
            HashSet<int> own = [.. c.Members];
            double[] hard = [.. c.Members.Select(i => (double)points.Nearest(i, k, all, "Adasyn").Count(j => !own.Contains(j)))];
            return hard.Sum() > 0
                ? c.Members.SelectMany((i, n) => Enumerable.Range(0, (int)Math.Round((most - c.Members.Length) * hard[n] / hard.Sum()))
                    .Select(_ => Between(points, c, i, k, rng, "Adasyn")))
                : throw new ArgumentException(
                    $"Resample.Adasyn: no example of class {c.Class} has a neighbour of another class. Use Smote.", nameof(data));
        }));
    }

    /// <summary>
    /// Removes Tomek links: where two examples of different classes are each other's nearest neighbour, the one of the larger class goes
    /// (of equal classes both stay). Tomek, 1976.
    /// </summary>
    public static Dataset TomekLinks(Dataset data)
    {
        var points = new Neighbours(data, "TomekLinks");
        var own = Classes(data, "TomekLinks").SelectMany(c => c.Members.Select(i => (i, c))).ToDictionary();
        int[] all = [.. Enumerable.Range(0, data.Count)], nearest = [.. all.Select(i => points.Nearest(i, 1, all, "TomekLinks")[0])];
        return data.Rows([.. all.Where(i => nearest[nearest[i]] != i || own[i].Class == own[nearest[i]].Class
            || own[i].Members.Length <= own[nearest[i]].Members.Length)]);
    }

    /// <summary>
    /// NearMiss: every class keeps as many examples as the smallest has, those with the least mean distance to k examples of the smallest
    /// class: in version 1 to the k nearest of them, in version 2 to the k farthest. Zhang and Mani, 2003.
    /// </summary>
    public static Dataset NearMiss(Dataset data, int k = 3, int version = 1)
    {
        if (version is not (1 or 2))
            throw new ArgumentOutOfRangeException(nameof(version), version, "Resample.NearMiss: the version is 1 or 2.");
        var points = new Neighbours(data, "NearMiss");
        var classes = Classes(data, "NearMiss");
        var smallest = classes.MinBy(c => c.Members.Length);
        points.RequireNeighbours(k, smallest.Members.Length, "NearMiss");
        double Distance(int i)
        {
            IEnumerable<double> distances = smallest.Members.Select(j => points.Distance(i, j)).Order();
            return (version == 1 ? distances.Take(k) : distances.TakeLast(k)).Average();
        }
        return data.Rows([.. classes.SelectMany(c => c.Class == smallest.Class ? c.Members
            : c.Members.OrderBy(Distance).Take(smallest.Members.Length)).Order()]);
    }

    private static double[] Between(Neighbours points, (int Class, int[] Members) group, int start, int k, Rng rng, string operation)
    {
        int[] near = points.Nearest(start, k, group.Members, $"{operation}: class {group.Class}");
        (double[] a, double[] b, double share) = (points[start], points[near[rng.Next(k)]], rng.NextDouble());
        return [(double)group.Class, .. a.Zip(b, (x, y) => x + (share * (y - x)))];
    }

    /// <summary>The data with new examples after them, each given as its class and its features.</summary>
    private static Dataset Grow(Dataset data, IEnumerable<double[]> examples)
    {
        double[][] added = [.. examples];
        Tensor Extended(Tensor old, IEnumerable<double> values) =>
            Tensor.Concat([old, Tensor.From([.. values], [added.Length, .. old.Shape.ToArray()[1..]], old.DType)]);
        return added.Length == 0 ? data
            : new Dataset(Extended(data.Inputs, added.SelectMany(e => e[1..])), Extended(data.Targets, added.Select(e => e[0])));
    }

    private static (int Class, int[] Members)[] Classes(Dataset data, string operation)
    {
        var classes = data.Classes($"Resample.{operation}");
        return classes.Length > 1
            ? classes
            : throw new ArgumentException(
                $"Resample.{operation}: all {data.Count} examples are of class {classes[0].Class}. It takes two classes.", nameof(data));
    }

    /// <summary>
    /// The examples as points, and which of them are near which; of equal distances the earlier example counts as nearer.
    /// </summary>
    private sealed class Neighbours
    {
        private readonly double[][] _points;
        private readonly Dictionary<(int, int, string), int[]> _found = [];

        public Neighbours(Dataset data, string operation)
        {
            double[] values = data.Inputs.ToArray();
            if (data.Inputs.Rank != 2 || values.Length == 0 || !values.All(double.IsFinite))
                throw new ArgumentException($"Resample.{operation}: the inputs {data.Inputs.Shape} must be [count, features] and finite. "
                    + "Reshape them or put an Imputer before.", nameof(data));
            _points = [.. values.Chunk(data.Inputs.Shape[1])];
        }

        public double[] this[int i] => _points[i];

        public double Distance(int i, int j) => MathNet.Numerics.Distance.Euclidean(_points[i], _points[j]);

        public int[] Nearest(int i, int k, IEnumerable<int> among, string operation)
        {
            if (_found.TryGetValue((i, k, operation), out int[]? known))
                return known;
            int[] others = [.. among.Where(j => j != i)];
            RequireNeighbours(k, others.Length, operation);
            return _found[(i, k, operation)] = [.. others.OrderBy(j => Distance(i, j)).Take(k)];
        }

        public void RequireNeighbours(int k, int available, string operation)
        {
            if (k < 1)
                throw new ArgumentOutOfRangeException(nameof(k), k, $"Resample.{operation}: k is at least 1.");
            if (k > available)
                throw new ArgumentException(
                    $"Resample.{operation} has {available} neighbours where k = {k} are asked for. "
                    + "Lower k or gather more examples.", nameof(k));
        }
    }
}
