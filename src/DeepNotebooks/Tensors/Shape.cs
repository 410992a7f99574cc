using System.Collections;
using System.Runtime.CompilerServices;

namespace DeepNotebooks;

/// <summary>
/// The sizes of a tensor's axes, outermost first: <c>(64, 784)</c> is 64 rows of 784. The empty shape <c>()</c> is a scalar.
/// Written as a collection expression: <c>Shape s = [64, 784];</c>
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private readonly int[]? _sizes;

    private Shape(int[] sizes) => _sizes = sizes;

    /// <summary>The shape with these axis sizes.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the product of the sizes does not fit an <see cref="int"/>.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes)
    {
        long count = 1;
        foreach (int size in sizes)
        {
            if (size < 0)
                throw new ArgumentException($"Shape: {Text(sizes)} has the negative size {size}. Sizes are 0 or more.");
            count *= Math.Max(size, 1); // an empty tensor's other sizes are bounded too: a reduction may bring them out
            if (count > int.MaxValue)
                throw new ArgumentException($"Shape: the sizes {Text(sizes)} multiply to more than {int.MaxValue:N0} elements. Split the tensor.");
        }
        return new Shape(sizes.ToArray());
    }

    /// <summary>A shape already known to be valid; the array is not copied.</summary>
    internal static Shape Of(int[] sizes) => new(sizes);

    private ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>The number of axes: 0 for a scalar, 1 for a vector, 2 for a matrix.</summary>
    public int Rank => Sizes.Length;

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>The number of elements: the product of the sizes, 1 for a scalar.</summary>
    public int Size
    {
        get
        {
            int count = 1;
            foreach (int size in Sizes)
                count *= size;
            return count;
        }
    }

    /// <summary>The size of one axis; negative counts from the last, so −1 is the innermost.</summary>
    public int this[int axis] => Sizes[Axis(axis, "Shape")];

    /// <summary>The axis counted from 0, whichever way it was given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shape has no such axis.</exception>
    internal int Axis(int axis, string operation)
    {
        int resolved = axis < 0 ? axis + Rank : axis;
        return (uint)resolved < (uint)Rank
            ? resolved
            : throw new ArgumentOutOfRangeException(nameof(axis), axis,
                $"{operation}: {this} has no axis {axis}. "
                + (Rank == 0 ? "A scalar has none; reshape it first." : $"Its axes are 0 to {Rank - 1}, or −{Rank} to −1 from the end."));
    }

    /// <summary>The sizes as a span, wherever sizes are asked for one by one: <c>x.Reshape(y.Shape)</c>.</summary>
    public static implicit operator ReadOnlySpan<int>(Shape shape) => shape.Sizes;

    /// <summary>A copy of the sizes.</summary>
    public int[] ToArray() => Sizes.ToArray();

    /// <summary>The distance in elements between neighbours along each axis of a row-major tensor.</summary>
    internal int[] Strides()
    {
        var strides = new int[Rank];
        int step = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= Sizes[axis];
        }
        return strides;
    }

    /// <summary>
    /// The shape that two shapes broadcast to: aligned at their last axes, each pair of sizes must be equal or contain a 1.
    /// </summary>
    /// <exception cref="ArgumentException">A pair of sizes differs and neither is 1.</exception>
    public static Shape Broadcast(Shape a, Shape b, string operation = "Broadcast")
    {
        if (a == b)
            return a;
        var sizes = new int[Math.Max(a.Rank, b.Rank)];
        for (int back = 1; back <= sizes.Length; back++)
        {
            int left = back <= a.Rank ? a.Sizes[^back] : 1;
            int right = back <= b.Rank ? b.Sizes[^back] : 1;
            sizes[^back] = left == right || right == 1 ? left : left == 1 ? right : throw new ArgumentException(
                $"{operation}: {a} and {b} do not broadcast: sizes {left} and {right} differ at axis −{back}. "
                + "Sizes must be equal or 1; reshape one of them.");
        }
        return Create(sizes);
    }

    /// <summary>Whether a tensor of the smaller shape broadcasts to this one.</summary>
    internal bool IsBroadcastOf(Shape smaller)
    {
        int shift = Rank - smaller.Rank;
        for (int axis = 0; axis < smaller.Rank; axis++)
        {
            if (shift < 0 || (smaller.Sizes[axis] != 1 && smaller.Sizes[axis] != Sizes[shift + axis]))
                return false;
        }
        return true;
    }

    /// <summary>The shape without one axis, or with that axis kept at size 1.</summary>
    internal Shape Without(int axis, bool keepDims)
    {
        int[] sizes = ToArray();
        if (keepDims)
        {
            sizes[axis] = 1;
            return new Shape(sizes);
        }
        return new Shape([.. sizes[..axis], .. sizes[(axis + 1)..]]);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int size in Sizes)
            hash.Add(size);
        return hash.ToHashCode();
    }

    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(_sizes ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The sizes in parentheses: <c>(64, 784)</c>, <c>(3)</c>, <c>()</c>.</summary>
    public override string ToString() => Text(Sizes);

    private static string Text(ReadOnlySpan<int> sizes) => $"({string.Join(", ", sizes.ToArray())})";
}
