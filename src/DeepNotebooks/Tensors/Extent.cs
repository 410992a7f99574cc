namespace DeepNotebooks;

/// <summary>Two sizes of an image, rows and columns: a kernel, stride or dilation. <c>3</c> means 3 by 3, <c>(1, 3)</c> 1 by 3.</summary>
public readonly record struct Extent(int Rows, int Columns)
{
    public static implicit operator Extent(int both) => new(both, both);

    public static implicit operator Extent((int Rows, int Columns) sizes) => new(sizes.Rows, sizes.Columns);

    /// <summary>The sizes in parentheses.</summary>
    public override string ToString() => $"({Rows}, {Columns})";
}

/// <summary>
/// The border around an image before a window slides over it: <see cref="Valid"/> none, <see cref="Same"/> as much as makes the
/// output ⌈input / stride⌉ (the odd one after), or a width on both sides: <c>1</c>, <c>(0, 1)</c> for rows and columns.
/// </summary>
public readonly record struct Padding
{
    private readonly bool _same, _above;
    private readonly Extent _width;

    private Padding(Extent width, bool same, bool above = false) => (_width, _same, _above) = (width, same, above);

    /// <summary>No border: the window stays inside, and the output is smaller.</summary>
    public static Padding Valid { get; } = new(0, same: false);

    /// <summary>A border that keeps the size for stride 1, and gives ⌈size / stride⌉ otherwise.</summary>
    public static Padding Same { get; } = new(0, same: true);

    public static implicit operator Padding(int width) => new(width, same: false);

    public static implicit operator Padding((int Rows, int Columns) widths) => new(widths, same: false);

    /// <summary>A width on both sides, but none below the last row.</summary>
    internal static Padding Above(Extent width) => new(width, same: false, above: true);

    internal bool IsSame => _same;

    /// <summary>The entries before and after an axis.</summary>
    internal (int Before, int After) Widths(bool rows, int input, int kernel, int stride, int dilation)
    {
        if (!_same)
        {
            int width = rows ? _width.Rows : _width.Columns;
            return (width, rows && _above ? 0 : width);
        }
        int total = Math.Max((((input + stride - 1) / stride) - 1) * stride + ((kernel - 1) * dilation) + 1 - input, 0);
        return (total / 2, total - (total / 2));
    }

    /// <summary>The same for images of one row: no border above or below.</summary>
    internal Padding AlongColumns() => _same ? this : new((0, _width.Columns), same: false);

    /// <summary>Same, or the widths in parentheses.</summary>
    public override string ToString() => _same ? "Same" : _width.ToString();
}
