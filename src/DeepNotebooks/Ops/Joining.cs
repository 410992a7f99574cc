namespace DeepNotebooks;

/// <summary>What stands beyond the border of a padded tensor.</summary>
public enum PadMode
{
    /// <summary>Zeros, or another constant.</summary>
    Constant,

    /// <summary>The tensor mirrored at its edge, the edge itself not repeated: c b | a b c | b a.</summary>
    Reflect,
}

public sealed partial class Tensor
{
    /// <summary>Tensors of one shape laid along a new axis.</summary>
    /// <exception cref="ArgumentException">No tensors given, or their shapes or types differ.</exception>
    public static Tensor Stack(IReadOnlyList<Tensor> parts, int axis = 0)
    {
        if (parts.FirstOrDefault(part => part.Shape != parts[0].Shape) is { } other)
            throw new ArgumentException($"Stack: {parts[0].Shape} and {other.Shape} differ. Shapes must be equal; Concat joins others.");
        return parts.Count == 0
            ? throw new ArgumentException("Stack: no tensors given. Pass at least one.")
            : Concat([.. parts.Select(part => part.Unsqueeze(axis))], axis);
    }

    /// <summary>This tensor cut into parts of the given lengths along an axis; views.</summary>
    /// <exception cref="ArgumentException">The lengths do not sum to the axis' size.</exception>
    public Tensor[] Split(int axis, params ReadOnlySpan<int> lengths)
    {
        var parts = new Tensor[lengths.Length];
        int start = 0;
        foreach (int length in lengths)
            start += Math.Max(length, 0);
        if (start != Shape[axis])
        {
            throw new ArgumentException(
                $"Split: ({string.Join(", ", lengths.ToArray())}) sum to {start}; axis {axis} of {Shape} has {Shape[axis]} entries.");
        }
        for (int i = parts.Length - 1; i >= 0; i--)
            parts[i] = Slice(axis, start -= lengths[i], lengths[i]);
        return parts;
    }

    /// <summary>This tensor with a border: for each of the last axes, how many entries come before and after it.</summary>
    /// <param name="widths">The border of each of the last axes, outermost first: <c>x.Pad([(1, 1), (2, 2)])</c> for rows and
    /// columns.</param>
    /// <param name="mode">What the border holds.</param>
    /// <param name="value">The number it holds where the mode is <see cref="PadMode.Constant"/>.</param>
    /// <exception cref="ArgumentException">More borders than axes, a negative width, or a mirror wider than the axis less one.</exception>
    public Tensor Pad(ReadOnlySpan<(int Before, int After)> widths, PadMode mode = PadMode.Constant, double value = 0)
    {
        int skipped = Rank - widths.Length;
        int[] sizes = Shape.ToArray(), starts = new int[Rank];
        for (int i = 0; i < widths.Length; i++)
        {
            (int before, int after) = widths[i];
            if (skipped < 0 || before < 0 || after < 0 || (mode == PadMode.Reflect && Math.Max(before, after) >= Shape[skipped + i]))
            {
                throw new ArgumentException($"Pad: a border of {before} and {after} does not fit {Shape}. At most one border per axis, "
                    + "no width negative, and for Reflect less than the axis' size.");
            }
            starts[skipped + i] = before;
            sizes[skipped + i] += before + after;
        }
        if (mode == PadMode.Reflect)
        {
            Tensor mirrored = this;
            for (int axis = Math.Max(skipped, 0); axis < Rank; axis++)
            {
                int last = Shape[axis] - 1, start = starts[axis];
                mirrored = sizes[axis] == last + 1 ? mirrored : mirrored.Select(axis, [.. Enumerable.Range(0, sizes[axis])
                    .Select(i => last - Math.Abs(last - Math.Abs(i - start)))]);
            }
            return mirrored;
        }
        Tensor y = Room(Shape.Create(sizes), value);
        y.Window(starts, Shape).Scatter(this);
        return Node is { } node ? y.From(new PadNode(node, starts)) : y;
    }

    private sealed class PadNode(Node input, int[] starts) : Node(input)
    {
        public override void Backward(Tensor gradient) => First!.Accumulate(gradient.Window(starts, First.Shape));
    }

    private Tensor Window(int[] starts, Shape shape)
    {
        int[] strides = StridesArray;
        return View(shape, strides, _offset + starts.Select((start, axis) => start * strides[axis]).Sum());
    }
}
