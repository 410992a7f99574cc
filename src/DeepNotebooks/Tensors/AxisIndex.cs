namespace DeepNotebooks;

/// <summary>What to take of one axis: a range of entries, or a single one. Made from <c>1..3</c>, <c>^1</c> or <c>0</c>.</summary>
public readonly struct AxisIndex
{
    private readonly Range _range;

    private AxisIndex(Range range, bool single) => (_range, IsSingle) = (range, single);

    /// <summary>Whether this is one entry, so that the axis is dropped.</summary>
    public bool IsSingle { get; }

    public static implicit operator AxisIndex(Range range) => new(range, single: false);

    public static implicit operator AxisIndex(Index index) =>
        new(index.IsFromEnd ? index..new Index(index.Value - 1, fromEnd: true) : index..(index.Value + 1), single: true);

    /// <summary>One entry; negative counts from the end.</summary>
    public static implicit operator AxisIndex(int index) => index < 0 ? new Index(-index, fromEnd: true) : new Index(index);

    internal (int Start, int Length) Resolve(Shape shape, int axis)
    {
        int start = _range.Start.GetOffset(shape[axis]), end = _range.End.GetOffset(shape[axis]);
        return start >= 0 && end >= start && end <= shape[axis] ? (start, end - start) : throw new ArgumentOutOfRangeException(nameof(axis),
            $"Index: {(IsSingle ? _range.Start : _range)} lies outside axis {axis} of {shape}, which has {shape[axis]} entries.");
    }
}
