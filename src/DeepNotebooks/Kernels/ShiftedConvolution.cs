using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace DeepNotebooks.Kernels;

/// <summary>
/// Convolution of stride 1 without unfolding. On an image with its border of zeros, and outputs counted along rows as wide as that
/// image's, tap (c, i, j) of every output lies the same distance behind it. So the inputs of a run of outputs are runs themselves, and the
/// tile of the matrix product reads them where they are. The outputs in the border's columns are computed too and left out.
/// </summary>
internal static unsafe class ShiftedConvolution
{
    private const int BlockTaps = 320; // terms summed per pass
    private const int FewChannels = 12;

    /// <summary>Whether this way is open, and the border not too large a part.</summary>
    public static bool Fits(ConvolutionSizes s) => s.Rows.Stride == 1 && s.Columns.Stride == 1 && s.Rows.Before >= 0 && s.Columns.Before >= 0
        && s.Rows.Before <= Reach(s.Rows) && s.Columns.Before <= Reach(s.Columns) && Wide(s.Columns) <= 2 * s.Columns.Output && s.Places >= 16;

    /// <summary>The convolution whose forward pass is this one's backward pass to the images, with turned kernels.</summary>
    public static ConvolutionSizes Adjoint(ConvolutionSizes s) => new(s.Images, s.Maps, s.Channels, s.Groups, Back(s.Rows), Back(s.Columns));

    private static Window Back(Window w) => new(w.Output, w.Input, w.Kernel, 1, Reach(w) - w.Before, w.Dilation);

    private static int Reach(Window w) => (w.Kernel - 1) * w.Dilation;

    private static int Wide(Window w) => w.Output + Reach(w);

    /// <summary>w′[c, o, i, j] = w[o, c, k − 1 − i, k′ − 1 − j] within each group: the kernels of <see cref="Adjoint"/>.</summary>
    public static void Turn<T>(ConvolutionSizes s, ReadOnlySpan<T> w, Span<T> turned)
    {
        int maps = s.Maps / s.Groups, channels = s.Channels / s.Groups, area = s.Rows.Kernel * s.Columns.Kernel;
        for (int g = 0, at = 0; g < s.Groups; g++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int o = 0; o < maps; o++, at += area)
                {
                    w.Slice((((g * maps) + o) * channels + c) * area, area).CopyTo(turned[at..]);
                    turned.Slice(at, area).Reverse();
                }
            }
        }
    }

    /// <summary>The maps of one image and group, plus a bias for each: y [maps / groups, H′, W′].</summary>
    public static void Forward<T>(ConvolutionSizes s, ReadOnlySpan<T> image, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Forward<T, Vector512Tile<T>>(s, image, w, bias, y);
        else
            Forward<T, VectorTile<T>>(s, image, w, bias, y);
    }

    private static void Forward<T, TTile>(ConvolutionSizes s, ReadOnlySpan<T> image, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTile : ITile<T>
    {
        int maps = s.Maps / s.Groups, wide = Wide(s.Columns), length = ((s.Rows.Output - 1) * wide) + s.Columns.Output;
        int run = (length + TTile.Columns - 1) / TTile.Columns * TTile.Columns, padded = PaddedSize(s, run - length);
        T[] scratch = ArrayPool<T>.Shared.Rent(padded + (maps * run));
        Pad(s, image, scratch.AsSpan(0, padded));
        nint* at = stackalloc nint[Math.Min(s.Taps, BlockTaps)];
        fixed (T* x = scratch, weights = w)
        {
            T* sums = x + padded;
            for (int first = 0; first < s.Taps; first += BlockTaps)
            {
                int taps = Math.Min(BlockTaps, s.Taps - first);
                Distances(s, first, taps, at);
                for (int place = 0; place < run; place += TTile.Columns)
                {
                    for (int map = 0; map < maps; map += TTile.Rows)
                    {
                        TTile.Multiply(weights + (map * s.Taps) + first, s.Taps, 1, x + place, at, taps, sums + (map * run) + place, run,
                            Math.Min(TTile.Rows, maps - map), first > 0);
                    }
                }
            }
        }
        for (int map = 0; map < maps; map++)
        {
            for (int row = 0; row < s.Rows.Output; row++)
            {
                ReadOnlySpan<T> from = scratch.AsSpan(padded + (map * run) + (row * wide), s.Columns.Output);
                Span<T> to = y.Slice((((map * s.Rows.Output) + row) * s.Columns.Output), s.Columns.Output);
                if (bias.IsEmpty)
                    from.CopyTo(to);
                else
                    System.Numerics.Tensors.TensorPrimitives.Add(from, bias[map], to);
            }
        }
        ArrayPool<T>.Shared.Return(scratch);
    }

    /// <summary>Adds to dw [maps / groups, taps] what one image and the gradient dy [maps / groups, H′, W′] of its maps give.</summary>
    public static void AddWeights<T>(ConvolutionSizes s, ReadOnlySpan<T> image, ReadOnlySpan<T> dy, Span<T> dw)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int maps = s.Maps / s.Groups, channels = s.Channels / s.Groups, wide = Wide(s.Columns);
        int length = ((s.Rows.Output - 1) * wide) + s.Columns.Output, padded = PaddedSize(s, Vector<T>.Count);
        length = (length + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count; // whole vectors, the last filled up with zeros
        T[] scratch = ArrayPool<T>.Shared.Rent(padded + (maps * length));
        Span<T> x = scratch.AsSpan(0, padded), spread = scratch.AsSpan(padded, maps * length);
        Pad(s, image, x);
        spread.Clear(); // the border's columns count nothing
        for (int row = 0; row < maps * s.Rows.Output; row++)
        {
            (int map, int r) = Math.DivRem(row, s.Rows.Output);
            dy.Slice(row * s.Columns.Output, s.Columns.Output).CopyTo(spread[((map * length) + (r * wide))..]);
        }
        if (channels >= FewChannels)
            AddProducts(s, x, spread, length, dw);
        else
            AddDots(s, x, spread, length, dw);
        ArrayPool<T>.Shared.Return(scratch);
    }

    /// <summary>For few channels: each weight's gradient is a dot product of a map's gradient and the image, as far apart as its tap.</summary>
    private static void AddDots<T>(ConvolutionSizes s, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, int length, Span<T> dw)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int maps = s.Maps / s.Groups;
        nint* at = stackalloc nint[s.Taps];
        Distances(s, 0, s.Taps, at);
        fixed (T* image = x, gradient = dy, sums = dw)
        {
            for (int map = 0; map < maps; map += DotTile.Rows)
            {
                for (int tap = 0; tap < s.Taps; tap += DotTile.Columns)
                {
                    DotTile.Add(gradient + (map * length), length, image, at + tap, length, sums + (map * s.Taps) + tap, s.Taps,
                        Math.Min(DotTile.Rows, maps - map), Math.Min(DotTile.Columns, s.Taps - tap));
                }
            }
        }
    }

    /// <summary>
    /// For many channels: with the channels of a place side by side, each place of the kernel is a product [maps, places] · [places,
    /// channels] by itself.
    /// </summary>
    private static void AddProducts<T>(ConvolutionSizes s, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, int length, Span<T> dw)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int maps = s.Maps / s.Groups, channels = s.Channels / s.Groups, wide = Wide(s.Columns), area = Wide(s.Rows) * wide;
        int tile = MatrixProduct.TileColumns<T>(), columns = (channels + tile - 1) / tile * tile; // which the product reads where they are
        T[] scratch = ArrayPool<T>.Shared.Rent((maps + area + Vector<T>.Count) * columns);
        Span<T> sums = scratch.AsSpan(0, maps * columns), byPlace = scratch.AsSpan(maps * columns);
        byPlace.Clear();
        for (int c = 0; c < channels; c++)
        {
            for (int place = 0; place < area; place++)
                byPlace[(place * columns) + c] = x[(c * area) + place];
        }
        int taps = s.Rows.Kernel * s.Columns.Kernel;
        for (int tap = 0; tap < taps; tap++)
        {
            (int i, int j) = Math.DivRem(tap, s.Columns.Kernel);
            int from = ((i * s.Rows.Dilation * wide) + (j * s.Columns.Dilation)) * columns;
            MatrixProduct.Multiply(dy, new(0, length, 1), byPlace, new(from, columns, 1), sums, maps, length, columns);
            for (int o = 0; o < maps; o++)
            {
                for (int c = 0; c < channels; c++)
                    dw[(((o * channels) + c) * taps) + tap] += sums[(o * columns) + c];
            }
        }
        ArrayPool<T>.Shared.Return(scratch);
    }

    /// <summary>How far behind its output each tap lies in the padded image.</summary>
    private static void Distances(ConvolutionSizes s, int first, int taps, nint* at)
    {
        int wide = Wide(s.Columns), high = Wide(s.Rows), area = s.Rows.Kernel * s.Columns.Kernel;
        for (int t = 0; t < taps; t++)
        {
            (int channel, int tap) = Math.DivRem(first + t, area);
            (int i, int j) = Math.DivRem(tap, s.Columns.Kernel);
            at[t] = (((nint)channel * high) + (i * s.Rows.Dilation)) * wide + (j * s.Columns.Dilation);
        }
    }

    private static int PaddedSize(ConvolutionSizes s, int beyond) =>
        ((s.Channels / s.Groups * Wide(s.Rows) * Wide(s.Columns)) + beyond + 15) & ~15;

    /// <summary>The channels of a group with their border of zeros, and zeros behind the last.</summary>
    private static void Pad<T>(ConvolutionSizes s, ReadOnlySpan<T> image, Span<T> padded)
    {
        int wide = Wide(s.Columns), high = Wide(s.Rows);
        int rows = Math.Min(s.Rows.Input, high - s.Rows.Before), columns = Math.Min(s.Columns.Input, wide - s.Columns.Before);
        padded.Clear();
        for (int c = 0; c < s.Channels / s.Groups; c++)
        {
            for (int r = 0; r < rows; r++)
            {
                image.Slice(((c * s.Rows.Input) + r) * s.Columns.Input, columns)
                    .CopyTo(padded[((((c * high) + r + s.Rows.Before) * wide) + s.Columns.Before)..]);
            }
        }
    }
}
