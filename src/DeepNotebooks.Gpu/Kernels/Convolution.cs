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
}

/// <summary>Direct convolution: sums over taps, with no matrix of windows in memory.</summary>
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
        int taps = s.Rows.Kernel * s.Columns.Kernel;
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
        int plane = at / (s.Columns.Kernel * s.Rows.Kernel), c = plane % s.GroupChannels, o = plane / s.GroupChannels;
        int channel = (o / s.GroupMaps * s.GroupChannels) + c, places = s.Rows.Output * s.Columns.Output;
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
}
