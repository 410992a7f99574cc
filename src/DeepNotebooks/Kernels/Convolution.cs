using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepNotebooks.Kernels;

/// <summary>A window that slides along one axis: output o covers the inputs o · stride − before + k · dilation, k &lt; kernel.</summary>
internal readonly record struct Window(int Input, int Output, int Kernel, int Stride, int Before, int Dilation)
{
    /// <summary>The outputs [first, end) for which tap k of the kernel lies on the input, not on its border.</summary>
    public (int First, int End) Inside(int k)
    {
        int offset = (k * Dilation) - Before; // input of output 0
        int first = offset >= 0 ? 0 : (-offset + Stride - 1) / Stride;
        int end = offset >= Input ? 0 : ((Input - 1 - offset) / Stride) + 1;
        return (Math.Min(first, Output), Math.Clamp(end, Math.Min(first, Output), Output));
    }
}

/// <summary>The sizes of a convolution: images x [N, C, H, W], weights w [O, C / groups, rows, columns], maps y [N, O, H′, W′].</summary>
internal readonly record struct ConvolutionSizes(int Images, int Channels, int Maps, int Groups, Window Rows, Window Columns)
{
    public int Taps => Channels / Groups * Rows.Kernel * Columns.Kernel; // terms of one output

    public int Places => Rows.Output * Columns.Output;

    /// <summary>The channels of an image that a group sees.</summary>
    public ReadOnlySpan<T> Image<T>(ReadOnlySpan<T> x, int n, int group) => x.Slice(Place(n, group), ChannelsSize);

    /// <inheritdoc cref="Image{T}(ReadOnlySpan{T}, int, int)"/>
    public Span<T> Image<T>(Span<T> x, int n, int group) => x.Slice(Place(n, group), ChannelsSize);

    private int ChannelsSize => Channels / Groups * Rows.Input * Columns.Input;

    private int Place(int n, int group) => ((n * Groups) + group) * ChannelsSize;
}

/// <summary>
/// Convolution, image by image and group by group: with stride 1 as <see cref="ShiftedConvolution"/>, otherwise as matrix products
/// (Chellapilla, Puri and Simard, 2006), where the inputs of every output become a column of a matrix. Images are shared out among
/// threads in a fixed number of parts, and a sum over images adds the parts' sums in order, so results do not depend on the number of
/// threads.
/// </summary>
internal static class Convolution
{
    private const int Parts = 16;

    /// <summary>y[n, o] = Σ w[o, c, i, j] x[n, c, …] + b[o], the maps of all images; an empty bias counts as 0.</summary>
    public static void Forward<T>(ConvolutionSizes s, ReadOnlyMemory<T> x, ReadOnlyMemory<T> w, ReadOnlyMemory<T> bias, Memory<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool shifted = ShiftedConvolution.Fits(s);
        int maps = s.Maps / s.Groups;
        EachImage<T>(s, shifted ? 0 : s.Taps * s.Places, (n, g, columns, _) =>
        {
            Span<T> to = y.Span.Slice(((n * s.Maps) + (g * maps)) * s.Places, maps * s.Places);
            ReadOnlySpan<T> from = s.Image(x.Span, n, g), weights = w.Span.Slice(g * maps * s.Taps, maps * s.Taps);
            ReadOnlySpan<T> biases = bias.IsEmpty ? default : bias.Span.Slice(g * maps, maps);
            if (shifted)
            {
                ShiftedConvolution.Forward(s, from, weights, biases, to);
                return;
            }
            Unfold(s, from, columns.Span);
            for (int o = 0; o < biases.Length; o++)
                to.Slice(o * s.Places, s.Places).Fill(biases[o]);
            MatrixProduct.Multiply(
                weights, new(0, s.Taps, 1), columns.Span, new(0, s.Places, 1), to, maps, s.Taps, s.Places, add: !biases.IsEmpty);
        });
    }

    /// <summary>dx, the gradient of the images for a gradient dy of the maps; also the forward pass of transposed convolution.</summary>
    public static void BackwardImages<T>(ConvolutionSizes s, ReadOnlyMemory<T> dy, ReadOnlyMemory<T> w, Memory<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (ShiftedConvolution.Adjoint(s) is var adjoint && ShiftedConvolution.Fits(s) && ShiftedConvolution.Fits(adjoint))
        {
            T[] turned = ArrayPool<T>.Shared.Rent(w.Length);
            ShiftedConvolution.Turn(s, w.Span, turned);
            Forward(adjoint, dy, turned.AsMemory(0, w.Length), default, dx);
            ArrayPool<T>.Shared.Return(turned);
            return;
        }
        dx.Span.Clear();
        EachImage<T>(s, s.Taps * s.Places, (n, g, columns, _) =>
        {
            int maps = s.Maps / s.Groups;
            MatrixProduct.Multiply(w.Span, new(g * maps * s.Taps, 1, s.Taps), dy.Span, new(((n * s.Maps) + (g * maps)) * s.Places, s.Places, 1),
                columns.Span, s.Taps, maps, s.Places);
            Fold(s, columns.Span, s.Image(dx.Span, n, g));
        });
    }

    /// <summary>dw[o, c, i, j] = Σ dy[n, o] x[n, c, …] over images and places, the gradient of the weights.</summary>
    public static void BackwardWeights<T>(ConvolutionSizes s, ReadOnlyMemory<T> x, ReadOnlyMemory<T> dy, Memory<T> dw)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool shifted = ShiftedConvolution.Fits(s);
        int maps = s.Maps / s.Groups, size = maps * s.Taps, all = Math.Min(Parts, s.Images) * dw.Length;
        T[] sums = ArrayPool<T>.Shared.Rent(all);
        sums.AsSpan(0, all).Clear();
        EachImage<T>(s, shifted ? 0 : s.Taps * s.Places, (n, g, columns, part) =>
        {
            ReadOnlySpan<T> from = s.Image(x.Span, n, g), gradient = dy.Span.Slice(((n * s.Maps) + (g * maps)) * s.Places, maps * s.Places);
            Span<T> sum = sums.AsSpan((part * dw.Length) + (g * size), size);
            if (shifted)
            {
                ShiftedConvolution.AddWeights(s, from, gradient, sum);
                return;
            }
            Unfold(s, from, columns.Span);
            MatrixProduct.Multiply(
                gradient, new(0, s.Places, 1), columns.Span, new(0, 1, s.Places), sum, maps, s.Places, s.Taps, add: true);
        });
        dw.Span.Clear();
        for (int at = 0; at < all; at += dw.Length)
            System.Numerics.Tensors.TensorPrimitives.Add(dw.Span, sums.AsSpan(at, dw.Length), dw.Span);
        ArrayPool<T>.Shared.Return(sums);
    }

    /// <summary>Calls for every image and group, with room of the thread's own and the number of its part.</summary>
    private static void EachImage<T>(ConvolutionSizes s, int room, Action<int, int, Memory<T>, int> action)
    {
        int parts = Math.Min(Parts, s.Images);
        void Part(int part)
        {
            T[] columns = ArrayPool<T>.Shared.Rent(room);
            for (int n = part * s.Images / parts; n < (part + 1) * s.Images / parts; n++)
            {
                for (int g = 0; g < s.Groups; g++)
                    action(n, g, columns.AsMemory(0, room), part);
            }
            ArrayPool<T>.Shared.Return(columns);
        }
        Threads.For(parts, 2L * s.Images * s.Maps * s.Taps * s.Places, Part); // moving inputs costs as much as the products
    }

    /// <summary>columns[(c, i, j), (r, q)] = x[c, row of (r, i), column of (q, j)], or 0 on the border ("im2col").</summary>
    private static void Unfold<T>(ConvolutionSizes s, ReadOnlySpan<T> x, Span<T> columns) where T : unmanaged, INumberBase<T>
    {
        int row = 0, channels = s.Channels / s.Groups, step = s.Columns.Stride;
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < s.Rows.Kernel; i++)
            {
                (int top, int bottom) = s.Rows.Inside(i);
                for (int j = 0; j < s.Columns.Kernel; j++, row++)
                {
                    (int left, int right) = s.Columns.Inside(j);
                    Span<T> taps = columns.Slice(row * s.Places, s.Places);
                    if (top > 0 || left > 0 || bottom < s.Rows.Output || right < s.Columns.Output)
                        taps.Clear();
                    int from = Source(s, c, top, i, left, j), length = right - left;
                    for (int r = top; r < bottom && length > 0; r++, from += s.Rows.Stride * s.Columns.Input)
                    {
                        Span<T> to = taps.Slice((r * s.Columns.Output) + left, length);
                        if (step == 1)
                        {
                            x.Slice(from, length).CopyTo(to);
                            continue;
                        }
                        ref T first = ref MemoryMarshal.GetReference(x.Slice(from, ((length - 1) * step) + 1));
                        for (int q = 0; q < to.Length; q++)
                            to[q] = Unsafe.Add(ref first, q * step);
                    }
                }
            }
        }
    }

    /// <summary>x[c, …] += columns[(c, i, j), …], the reverse of <see cref="Unfold"/> ("col2im").</summary>
    private static void Fold<T>(ConvolutionSizes s, ReadOnlySpan<T> columns, Span<T> x) where T : unmanaged, INumberBase<T>
    {
        int row = 0, channels = s.Channels / s.Groups, step = s.Columns.Stride;
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < s.Rows.Kernel; i++)
            {
                (int top, int bottom) = s.Rows.Inside(i);
                for (int j = 0; j < s.Columns.Kernel; j++, row++)
                {
                    (int left, int right) = s.Columns.Inside(j);
                    int to = Source(s, c, top, i, left, j), length = right - left;
                    for (int r = top; r < bottom && length > 0; r++, to += s.Rows.Stride * s.Columns.Input)
                    {
                        ReadOnlySpan<T> from = columns.Slice((row * s.Places) + (r * s.Columns.Output) + left, length);
                        if (step == 1)
                        {
                            Span<T> sum = x.Slice(to, length);
                            System.Numerics.Tensors.TensorPrimitives.Add(sum, from, sum);
                            continue;
                        }
                        ref T first = ref MemoryMarshal.GetReference(x.Slice(to, ((length - 1) * step) + 1));
                        for (int q = 0; q < from.Length; q++)
                            Unsafe.Add(ref first, q * step) += from[q];
                    }
                }
            }
        }
    }

    private static int Source(ConvolutionSizes s, int channel, int row, int i, int column, int j) =>
        (((channel * s.Rows.Input) + (row * s.Rows.Stride) - s.Rows.Before + (i * s.Rows.Dilation)) * s.Columns.Input)
        + (column * s.Columns.Stride) - s.Columns.Before + (j * s.Columns.Dilation);
}
