using System.Numerics;
using DeepNotebooks.Kernels;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>A window along one axis, as a kernel takes it; see <see cref="Window"/>.</summary>
internal readonly struct Axis(Window w)
{
    public readonly int Input = w.Input, Output = w.Output, Kernel = w.Kernel, Stride = w.Stride, Before = w.Before, Dilation = w.Dilation;

    /// <summary>The input that tap k of an output reads; may lie on the border.</summary>
    public int InputOf(int output, int k) => (output * Stride) - Before + (k * Dilation);

    /// <summary>The output that reads an input by tap k, or −1.</summary>
    public int OutputOf(int input, int k)
    {
        int offset = input + Before - (k * Dilation);
        return offset >= 0 && offset % Stride == 0 && offset / Stride < Output ? offset / Stride : -1;
    }
}

/// <summary>The sizes of a convolution, as a kernel takes them; see <see cref="ConvolutionSizes"/>.</summary>
internal readonly struct Plan(ConvolutionSizes s)
{
    public readonly Axis Rows = new(s.Rows), Columns = new(s.Columns);
    public readonly int Images = s.Images, Channels = s.Channels, Maps = s.Maps;
    public readonly int GroupChannels = s.Channels / s.Groups, GroupMaps = s.Maps / s.Groups;

    public int Taps => Rows.Kernel * Columns.Kernel;

    public int Places => Rows.Output * Columns.Output;

    public int Pixels => Rows.Input * Columns.Input;
}

/// <summary>What each output of a group sees, as a matrix [channels and taps, images and places] that lies nowhere.</summary>
internal readonly struct Windows<T>(ArrayView<T> x, Plan s, int group) : IOperand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArrayView<T> _x = x;
    private readonly Plan _s = s;
    private readonly int _group = group;

    public T At(int row, int column)
    {
        int tap = row % _s.Taps, c = row / _s.Taps, place = column % _s.Places, n = column / _s.Places;
        int i = _s.Rows.InputOf(place / _s.Columns.Output, tap / _s.Columns.Kernel);
        int j = _s.Columns.InputOf(place % _s.Columns.Output, tap % _s.Columns.Kernel);
        return c < _s.GroupChannels && n < _s.Images && i >= 0 && i < _s.Rows.Input && j >= 0 && j < _s.Columns.Input
            ? _x[(((n * _s.Channels) + (_group * _s.GroupChannels) + c) * _s.Pixels) + (i * _s.Columns.Input) + j]
            : T.Zero;
    }
}

/// <summary>The same, transposed.</summary>
internal readonly struct WindowsTransposed<T>(Windows<T> windows) : IOperand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Windows<T> _windows = windows;

    public T At(int row, int column) => _windows.At(column, row);
}

/// <summary>The gradients of the outputs that see each pixel, as a matrix [maps and taps, images and pixels].</summary>
internal readonly struct Seen<T>(ArrayView<T> dy, Plan s, int group) : IOperand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArrayView<T> _dy = dy;
    private readonly Plan _s = s;
    private readonly int _group = group;

    public T At(int row, int column)
    {
        int tap = row % _s.Taps, o = row / _s.Taps, pixel = column % _s.Pixels, n = column / _s.Pixels;
        int r = _s.Rows.OutputOf(pixel / _s.Columns.Input, tap / _s.Columns.Kernel);
        int q = _s.Columns.OutputOf(pixel % _s.Columns.Input, tap % _s.Columns.Kernel);
        return o < _s.GroupMaps && n < _s.Images && r >= 0 && q >= 0
            ? _dy[(((n * _s.Maps) + (_group * _s.GroupMaps) + o) * _s.Places) + (r * _s.Columns.Output) + q]
            : T.Zero;
    }
}

/// <summary>A group's weights with channels as rows, as a matrix [channels, maps and taps].</summary>
internal readonly struct WeightsByChannel<T>(ArrayView<T> w, Plan s, int group) : IOperand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArrayView<T> _w = w;
    private readonly Plan _s = s;
    private readonly int _group = group;

    public T At(int row, int column)
    {
        int tap = column % _s.Taps, o = column / _s.Taps;
        return row < _s.GroupChannels && o < _s.GroupMaps
            ? _w[(((((_group * _s.GroupMaps) + o) * _s.GroupChannels) + row) * _s.Taps) + tap]
            : T.Zero;
    }
}

/// <summary>A group's gradients of maps, as a matrix [maps, images and places].</summary>
internal readonly struct MapGradients<T>(ArrayView<T> dy, Plan s, int group) : IOperand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArrayView<T> _dy = dy;
    private readonly Plan _s = s;
    private readonly int _group = group;

    public T At(int row, int column)
    {
        int place = column % _s.Places, n = column / _s.Places;
        return row < _s.GroupMaps && n < _s.Images ? _dy[(((n * _s.Maps) + (_group * _s.GroupMaps) + row) * _s.Places) + place] : T.Zero;
    }
}

/// <summary>
/// Convolution, with no matrix of windows in memory: directly, as sums over taps by one thread for each result; or as a product of
/// matrices by tiles in shared memory, where a number that was fetched serves as many sums as the tile is wide. Tiles have maps or
/// channels as rows, so that they pay where there are many.
/// </summary>
internal static class Convolution
{
    /// <summary>One thread for each output.</summary>
    public static void Forward<T>(Index1D at, ArrayView<T> x, ArrayView<T> w, ArrayView<T> bias, ArrayView<T> y, Plan s, int biased)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int q = at % s.Columns.Output, r = at / s.Columns.Output % s.Rows.Output, plane = at / (s.Columns.Output * s.Rows.Output);
        int o = plane % s.Maps, n = plane / s.Maps, channel = o / s.GroupMaps * s.GroupChannels;
        int weight = o * s.GroupChannels * s.Rows.Kernel * s.Columns.Kernel;
        T sum = biased != 0 ? bias[o] : T.Zero;
        for (int c = 0; c < s.GroupChannels; c++)
        {
            int image = ((n * s.Channels) + channel + c) * s.Rows.Input * s.Columns.Input;
            for (int i = 0; i < s.Rows.Kernel; i++)
            {
                int row = s.Rows.InputOf(r, i);
                bool inside = row >= 0 && row < s.Rows.Input;
                for (int j = 0; j < s.Columns.Kernel; j++, weight++)
                {
                    int column = s.Columns.InputOf(q, j);
                    if (inside && column >= 0 && column < s.Columns.Input)
                        sum += w[weight] * x[image + (row * s.Columns.Input) + column];
                }
            }
        }
        y[at] = sum;
    }

    /// <summary>One thread for each input.</summary>
    public static void BackwardImages<T>(Index1D at, ArrayView<T> dy, ArrayView<T> w, ArrayView<T> dx, Plan s)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int column = at % s.Columns.Input, row = at / s.Columns.Input % s.Rows.Input, plane = at / (s.Columns.Input * s.Rows.Input);
        int channel = plane % s.Channels, n = plane / s.Channels, first = channel / s.GroupChannels * s.GroupMaps;
        int taps = s.Taps;
        T sum = T.Zero;
        for (int i = 0; i < s.Rows.Kernel; i++)
        {
            int r = s.Rows.OutputOf(row, i);
            for (int j = 0; j < s.Columns.Kernel && r >= 0; j++)
            {
                int q = s.Columns.OutputOf(column, j);
                for (int o = 0; o < s.GroupMaps && q >= 0; o++)
                {
                    sum += dy[(((((n * s.Maps) + first + o) * s.Rows.Output) + r) * s.Columns.Output) + q]
                        * w[((((first + o) * s.GroupChannels) + (channel % s.GroupChannels)) * taps) + (i * s.Columns.Kernel) + j];
                }
            }
        }
        dx[at] = sum;
    }

    /// <summary>One group for each weight, its threads sharing the images' places.</summary>
    public static void BackwardWeights<T>(ArrayView<T> x, ArrayView<T> dy, ArrayView<T> dw, Plan s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Groups.Most);
        int at = Grid.IdxX, j = at % s.Columns.Kernel, i = at / s.Columns.Kernel % s.Rows.Kernel;
        int plane = at / s.Taps, c = plane % s.GroupChannels, o = plane / s.GroupChannels;
        int channel = (o / s.GroupMaps * s.GroupChannels) + c, places = s.Places;
        T sum = T.Zero;
        for (int k = Group.IdxX; k < s.Images * places; k += Group.DimX)
        {
            int n = k / places, place = k % places, row = s.Rows.InputOf(place / s.Columns.Output, i);
            int column = s.Columns.InputOf(place % s.Columns.Output, j);
            if (row >= 0 && row < s.Rows.Input && column >= 0 && column < s.Columns.Input)
            {
                sum += dy[(((n * s.Maps) + o) * places) + place]
                    * x[(((((n * s.Channels) + channel) * s.Rows.Input) + row) * s.Columns.Input) + column];
            }
        }
        sum = Groups.Sum(shared, sum);
        if (Group.IdxX == 0)
            dw[at] = sum;
    }

    /// <summary>By tiles; the grid has images and places, maps of a group, groups.</summary>
    public static void ForwardTile<T, TSide>(ArrayView<T> x, ArrayView<T> w, ArrayView<T> bias, ArrayView<T> y, Plan s, int biased)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSide : struct, ISide
    {
        int group = Grid.IdxZ, row = Tile.Row<TSide>(), column = Tile.Column<TSide>();
        int inner = s.GroupChannels * s.Taps, o = (group * s.GroupMaps) + row;
        var weights = new Strided<T>(w, group * s.GroupMaps * inner, s.GroupMaps, inner, inner, 1);
        T sum = Tile.Sum<T, TSide, Strided<T>, Windows<T>>(weights, new Windows<T>(x, s, group), row, column, inner);
        if (row < s.GroupMaps && column < s.Images * s.Places)
            y[(((column / s.Places * s.Maps) + o) * s.Places) + (column % s.Places)] = biased != 0 ? sum + bias[o] : sum;
    }

    /// <summary>By tiles; the grid has images and pixels, channels of a group, groups.</summary>
    public static void BackwardImagesTile<T, TSide>(ArrayView<T> dy, ArrayView<T> w, ArrayView<T> dx, Plan s)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSide : struct, ISide
    {
        int group = Grid.IdxZ, row = Tile.Row<TSide>(), column = Tile.Column<TSide>();
        T sum = Tile.Sum<T, TSide, WeightsByChannel<T>, Seen<T>>(
            new WeightsByChannel<T>(w, s, group), new Seen<T>(dy, s, group), row, column, s.GroupMaps * s.Taps);
        if (row < s.GroupChannels && column < s.Images * s.Pixels)
            dx[(((column / s.Pixels * s.Channels) + (group * s.GroupChannels) + row) * s.Pixels) + (column % s.Pixels)] = sum;
    }

    /// <summary>By tiles; the grid has channels and taps, maps of a group, groups.</summary>
    public static void BackwardWeightsTile<T, TSide>(ArrayView<T> x, ArrayView<T> dy, ArrayView<T> dw, Plan s)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSide : struct, ISide
    {
        int group = Grid.IdxZ, row = Tile.Row<TSide>(), column = Tile.Column<TSide>(), width = s.GroupChannels * s.Taps;
        T sum = Tile.Sum<T, TSide, MapGradients<T>, WindowsTransposed<T>>(
            new MapGradients<T>(dy, s, group), new WindowsTransposed<T>(new Windows<T>(x, s, group)), row, column, s.Images * s.Places);
        if (row < s.GroupMaps && column < width)
            dw[(((group * s.GroupMaps) + row) * width) + column] = sum;
    }
}
