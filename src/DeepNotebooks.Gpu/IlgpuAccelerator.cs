using System.Numerics;
using DeepNotebooks.Gpu.Kernels;
using DeepNotebooks.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using Window = DeepNotebooks.Kernels.Window;

namespace DeepNotebooks.Gpu;

/// <summary>
/// The library's kernels on a device of ILGPU. All work goes to one stream, in order, and only reading waits for it.
/// </summary>
internal sealed partial class IlgpuAccelerator(ILGPU.Runtime.Accelerator accelerator) : DeepNotebooks.Kernels.Accelerator
{
    internal KernelSet<float> Singles => field ??= new(accelerator, Lost);

    private KernelSet<double> Doubles => field ??= new(accelerator, Lost);

    public override void Fill(Tensor y, double value)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Singles.Fill(y.Size, View<float>(y), (float)value);
        else Doubles.Fill(y.Size, View<double>(y), value);
    }

    public override void Convert(Tensor x, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float64) Widen(y.Size, View<float>(x), View<double>(y));
        else Narrow(y.Size, View<double>(x), View<float>(y));
    }

    private Action<Index1D, ArrayView<float>, ArrayView<double>> Widen =>
        field ??= Singles.Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<double>>(Kernels.Elementwise.Widen));

    private Action<Index1D, ArrayView<double>, ArrayView<float>> Narrow =>
        field ??= Singles.Guarded(accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<double>, ArrayView<float>>(Kernels.Elementwise.Narrow));

    public override void Gather(Tensor x, Tensor y)
    {
        if (y.Size == 0) return;
        Layout layout = Layout.Of(x.Shape, x.StridesArray, x.StridesArray);
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.Gather(y.Size, Rest<T>(x), View<T>(y), layout);
    }

    public override void Scatter(Tensor x, Tensor y, bool add)
    {
        if (x.Size == 0) return;
        Layout layout = Layout.Of(y.Shape, y.StridesArray, y.StridesArray);
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            (add ? k.ScatterAdd : k.Scatter)(x.Size, View<T>(x), Rest<T>(y), layout);
    }

    public override void Map<TFunction>(TFunction f, Tensor x, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.Map(typeof(TFunction))(
            y.Size, View<T>(x), View<T>(y), T.CreateTruncating(f.Numbers.First), T.CreateTruncating(f.Numbers.Second));
    }

    public override void MapBackward<TFunction>(TFunction f, Tensor? x, Tensor? y, Tensor dy, Tensor dx)
    {
        if (dx.Size == 0) return;
        if (dy.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.MapBackward(typeof(TFunction))(dx.Size,
            View<T>(x ?? dy), View<T>(y ?? dy), View<T>(dy), View<T>(dx), T.CreateTruncating(f.Numbers.First), T.CreateTruncating(f.Numbers.Second));
    }

    public override void Broadcast<TFunction>(Tensor a, int[] aStrides, Tensor b, int[] bStrides, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (a.IsContiguous && b.IsContiguous && a.Size == y.Size && b.Size == y.Size)
                k.Pairs(typeof(TFunction))(y.Size, View<T>(a), View<T>(b), View<T>(y));
            else
                k.Broadcast(typeof(TFunction))(y.Size, Rest<T>(a), Rest<T>(b), View<T>(y), Layout.Of(y.Shape, aStrides, bStrides));
        }
    }

    public override void Choose(Tensor condition, Tensor a, Tensor b, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.Choose(y.Size, View<T>(condition), View<T>(a), View<T>(b), View<T>(y));
    }

    public override void Sum(Tensor x, int count, int inner, Tensor y)
    {
        const int FewTerms = 64, ManyResults = 1 << 14;
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (x.Size == 0 || count < FewTerms || y.Size > ManyResults) k.Sum(y.Size, View<T>(x), View<T>(y), count, inner);
            else k.SumByGroup(Groups(y.Size, count), View<T>(x), View<T>(y), count, inner);
        }
    }

    public override void Repeat(Tensor x, int count, int inner, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.Repeat(y.Size, View<T>(x), View<T>(y), count, inner);
    }

    public override void Extreme(Tensor x, int count, int inner, bool largest, Tensor y, Tensor where)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.Extreme(
            Groups(y.Size, count), View<T>(x), View<T>(y), View<double>(where), count, inner, largest ? T.One : -T.One);
    }

    public override void Accumulate(Tensor x, int count, int inner, bool backwards)
    {
        if (x.Size == 0) return;
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.Accumulate(x.Size / count, View<T>(x), count, inner, backwards ? 1 : 0);
    }

    public override void Multiply(Tensor a, int[] aStrides, Tensor b, int[] bStrides, Tensor y, int inner, bool add)
    {
        if (y.Size == 0) return;
        int rows = y.Shape[-2], columns = y.Shape[-1], batch = y.Size / rows / columns;
        int tile = Kernels.MatrixProduct.RegisterTileSize(Singles.Side), tiles = Over(rows, tile) * Over(columns, tile) * batch;
        Rung rung = tiles >= Math.Max(1, accelerator.NumMultiprocessors / 2) ? Rung.RegisterTile : Rung.SharedTile;
        var product = new Product(rows, inner, columns, aStrides[^2], aStrides[^1], bStrides[^2], bStrides[^1], add ? 1 : 0);
        var batches = Layout.Of(((ReadOnlySpan<int>)y.Shape)[..^2], aStrides.AsSpan(..^2), bStrides.AsSpan(..^2));
        if (Blas is not null && inner > 0 && BlasProduct.Of(product) is { } readable)
            Multiply(readable, a, b, y, batches, batch, add);
        else
            Multiply(rung, a, b, y, product, batches, batch);
    }

    /// <summary>Computes matrix products instead of the ladder's kernels, where it can read their operands in place.</summary>
    internal IBlas? Blas { get; set; }

    public override bool UseCuBlas
    {
        get => Blas is not null;
        set
        {
            if (value && accelerator is not CudaAccelerator)
            {
                throw new PlatformNotSupportedException($"UseCuBlas: {Device.Name} ({Device.Kind}) is no NVIDIA card, and cuBLAS needs one. "
                    + "Leave it false: the library's own kernels compute matrix products on every device.");
            }
            try
            {
                Blas = value ? Blas ?? new CudaBlas((CudaAccelerator)accelerator) : null;
            }
            catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or CuBlasException)
            {
                throw new PlatformNotSupportedException($"UseCuBlas: cuBLAS does not start ({exception.Message}). It comes with NVIDIA's CUDA "
                    + "toolkit, versions 10 to 12; or leave it false.", exception);
            }
        }
    }

    private void Multiply(BlasProduct product, Tensor a, Tensor b, Tensor y, Layout batches, int batch, bool add)
    {
        if (y.DType == DType.Float32) Run<float>(); else Run<double>();
        void Run<T>() where T : unmanaged
        {
            ArrayView<T> first = Rest<T>(b), second = Rest<T>(a), result = View<T>(y);
            for (int i = 0; i < batch; i++)
            {
                (int atA, int atB) = batches.At(i);
                Blas!.Multiply(product, first.SubView(atB), second.SubView(atA), result.SubView(i * product.M * product.N), add);
            }
        }
    }

    /// <summary>A product of matrices by a given rung of the ladder.</summary>
    public void Multiply(Rung rung, Tensor a, Tensor b, Tensor y) => Multiply(rung, a, b, y, new Product(a.Shape[0], a.Shape[1], b.Shape[1],
        a.StridesArray[0], a.StridesArray[1], b.StridesArray[0], b.StridesArray[1], add: 0), Layout.Of([], [], []), 1);

    private void Multiply(Rung rung, Tensor a, Tensor b, Tensor y, Product product, Layout batches, int batch)
    {
        const int MostAlongZ = 65_535; // groups of a CUDA grid
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int size = rung == Rung.RegisterTile ? Kernels.MatrixProduct.RegisterTileSize(k.Side) : k.Side;
            if (rung == Rung.Naive)
            {
                k.NaiveProduct(y.Size, Rest<T>(a), Rest<T>(b), View<T>(y), product);
                return;
            }
            for (int first = 0; first < batch; first += MostAlongZ)
            {
                (rung == Rung.RegisterTile ? k.RegisterTileProduct : k.SharedTileProduct)(
                    Tiles(k.Side, product.Rows, product.Columns, Math.Min(MostAlongZ, batch - first), size),
                    Rest<T>(a), Rest<T>(b), View<T>(y), product with { First = first }, batches);
            }
        }
    }

    /// <summary>
    /// Whether convolutions go by tiles; null for those whose sizes promise something. A barrier costs the emulated device more than the
    /// reads that it saves.
    /// </summary>
    internal bool? ConvolveByTiles { get; set; } = accelerator is CPUAccelerator ? false : null;

    public override void Convolve(ConvolutionSizes sizes, Tensor x, Tensor weight, Tensor? bias, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int biased = bias is null ? 0 : 1, maps = sizes.Maps / sizes.Groups;
            if (ConvolveByTiles ?? maps >= k.Side / 2)
            {
                k.ConvolveTile(Tiles(k.Side, maps, sizes.Images * sizes.Places, sizes.Groups),
                    View<T>(x), View<T>(weight), View<T>(bias ?? weight), View<T>(y), new(sizes), biased);
            }
            else
                k.Convolve(y.Size, View<T>(x), View<T>(weight), View<T>(bias ?? weight), View<T>(y), new(sizes), biased);
        }
    }

    public override void ConvolveBackwardImages(ConvolutionSizes sizes, Tensor dy, Tensor weight, Tensor dx)
    {
        if (dx.Size == 0) return;
        if (dx.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int channels = sizes.Channels / sizes.Groups, pixels = sizes.Rows.Input * sizes.Columns.Input;
            if (ConvolveByTiles ?? channels >= k.Side / 2)
            {
                k.ConvolveBackwardImagesTile(Tiles(k.Side, channels, sizes.Images * pixels, sizes.Groups),
                    View<T>(dy), View<T>(weight), View<T>(dx), new(sizes));
            }
            else
                k.ConvolveBackwardImages(dx.Size, View<T>(dy), View<T>(weight), View<T>(dx), new(sizes));
        }
    }

    public override void ConvolveBackwardWeights(ConvolutionSizes sizes, Tensor x, Tensor dy, Tensor dWeight)
    {
        if (dWeight.Size == 0) return;
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            KernelConfig tiles = Tiles(k.Side, sizes.Maps / sizes.Groups, sizes.Taps, sizes.Groups);
            // Tiles have long sums here, so that few of them leave most of a card idle.
            if (ConvolveByTiles ?? tiles.GridDim.Size >= Math.Max(1, accelerator.NumMultiprocessors / 2))
                k.ConvolveBackwardWeightsTile(tiles, View<T>(x), View<T>(dy), View<T>(dWeight), new(sizes));
            else
            {
                k.ConvolveBackwardWeights(
                    Groups(dWeight.Size, sizes.Images * sizes.Places), View<T>(x), View<T>(dy), View<T>(dWeight), new(sizes));
            }
        }
    }

    public override void MaxPool(Window rows, Window columns, Tensor x, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.MaxPool(y.Size, View<T>(x), View<T>(y), new(rows), new(columns));
    }

    public override void MaxPoolBackward(Window rows, Window columns, Tensor x, Tensor y, Tensor dy, Tensor dx)
    {
        if (dx.Size == 0) return;
        if (dx.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.MaxPoolBackward(dx.Size, View<T>(x), View<T>(dy), View<T>(dx), new(rows), new(columns));
    }

    public override void SumPool(Window rows, Window columns, Tensor x, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.SumPool(y.Size, View<T>(x), View<T>(y), new(rows), new(columns));
    }

    public override void SumPoolBackward(Window rows, Window columns, Tensor dy, Tensor dx)
    {
        if (dx.Size == 0) return;
        if (dx.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.SumPoolBackward(dx.Size, View<T>(dy), View<T>(dx), new(rows), new(columns));
    }

    public override void Softmax(bool logarithm, Tensor x, Tensor y)
    {
        if (y.Size == 0) return;
        int width = y.Shape[-1];
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.Softmax(Groups(y.Size / width, width), View<T>(x), View<T>(y), width, logarithm ? 1 : 0);
    }

    public override void SoftmaxBackward(bool logarithm, Tensor y, Tensor dy, Tensor dx)
    {
        if (dx.Size == 0) return;
        int width = y.Shape[-1];
        if (dx.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.SoftmaxBackward(Groups(y.Size / width, width), View<T>(y), View<T>(dy), View<T>(dx), width, logarithm ? 1 : 0);
    }

    public override void CrossEntropy(Tensor x, Tensor labels, Tensor y, Tensor logSum)
    {
        if (x.Size == 0) return;
        int width = x.Shape[-1];
        _mayFault = true;
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.CrossEntropy(
            Groups(y.Size, width), View<T>(x), View<double>(labels), View<T>(y), View<T>(logSum), width, _fault.View);
    }

    public override void CrossEntropyBackward(Tensor x, Tensor labels, Tensor logSum, Tensor dy, Tensor dx)
    {
        if (x.Size == 0) return;
        int width = x.Shape[-1];
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.CrossEntropyBackward(
            Groups(dy.Size, width), View<T>(x), View<double>(labels), View<T>(logSum), View<T>(dy), View<T>(dx), width);
    }

    public override void BatchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor variance)
    {
        int batch = x.Shape[0], channels = x.Shape[1], inner = x.Size / batch / channels;
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.BatchNorm(Groups(channels, batch * inner),
            View<T>(x), View<T>(gamma), View<T>(beta), View<T>(y), View<T>(mean), View<T>(variance), batch, channels, inner,
            T.CreateChecked(batch * inner), T.CreateTruncating(epsilon));
    }

    public override void BatchNormBackward(
        Tensor x, Tensor gamma, Tensor mean, Tensor variance, double epsilon, Tensor dy, Tensor dx, Tensor dGamma, Tensor dBeta)
    {
        int batch = x.Shape[0], channels = x.Shape[1], inner = x.Size / batch / channels;
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.BatchNormBackward(Groups(channels, batch * inner),
            View<T>(x), View<T>(gamma), View<T>(mean), View<T>(variance), View<T>(dy), View<T>(dx), View<T>(dGamma), View<T>(dBeta),
            batch, channels, inner, T.CreateChecked(batch * inner), T.CreateTruncating(epsilon));
    }

    public override void LayerNorm(Tensor x, Tensor? gamma, Tensor? beta, double epsilon, Tensor y, Tensor means, Tensor roots)
    {
        if (x.Size == 0) return;
        int width = x.Shape[-1];
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.LayerNorm(Groups(means.Size, width), View<T>(x),
            View<T>(gamma ?? x), View<T>(beta ?? x), View<T>(y), View<T>(means), View<T>(roots), width, T.CreateChecked(width),
            T.CreateTruncating(epsilon), gamma is null ? 0 : 1);
    }

    public override void LayerNormBackward(
        Tensor x, Tensor? gamma, Tensor means, Tensor roots, Tensor dy, Tensor dx, Tensor dGamma, Tensor dBeta)
    {
        if (x.Size == 0) return;
        int width = x.Shape[-1];
        if (x.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            k.LayerNormBackward(Groups(means.Size, width), View<T>(x), View<T>(gamma ?? x), View<T>(means), View<T>(roots), View<T>(dy),
                View<T>(dx), width, T.CreateChecked(width), gamma is null ? 0 : 1);
            if (gamma is not null)
            {
                k.LayerNormWeights(Groups(width, means.Size), View<T>(x), View<T>(means), View<T>(roots), View<T>(dy),
                    View<T>(dGamma), View<T>(dBeta), width, means.Size);
            }
        }
    }

    public override void Lstm(Tensor input, Tensor recurrent, Tensor cell, Tensor gates, Tensor y)
    {
        if (cell.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.Lstm(
            cell.Size, View<T>(input), View<T>(recurrent), View<T>(cell), View<T>(gates), View<T>(y), cell.Shape[1]);
    }

    public override void LstmBackward(Tensor gates, Tensor cell, Tensor y, Tensor dy, Tensor dGates, Tensor dCell)
    {
        if (cell.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.LstmBackward(
            cell.Size, View<T>(gates), View<T>(cell), View<T>(y), View<T>(dy), View<T>(dGates), View<T>(dCell), cell.Shape[1]);
    }

    public override void Gru(Tensor input, Tensor recurrent, Tensor hidden, Tensor gates, Tensor y)
    {
        if (hidden.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.Gru(
            hidden.Size, View<T>(input), View<T>(recurrent), View<T>(hidden), View<T>(gates), View<T>(y), hidden.Shape[1]);
    }

    public override void GruBackward(
        Tensor gates, Tensor recurrent, Tensor hidden, Tensor dy, Tensor dInput, Tensor dRecurrent, Tensor dHidden)
    {
        if (hidden.Size == 0) return;
        if (dy.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.GruBackward(hidden.Size, View<T>(gates),
            View<T>(recurrent), View<T>(hidden), View<T>(dy), View<T>(dInput), View<T>(dRecurrent), View<T>(dHidden), hidden.Shape[1]);
    }

    public override void Select(Tensor x, int count, int inner, Tensor index, Tensor y)
    {
        if (y.Size == 0) return;
        _mayFault = true;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.Select(y.Size, View<T>(x), View<double>(index), View<T>(y), count, index.Size, inner, _fault.View);
    }

    public override void SelectAdd(Tensor x, int count, int inner, Tensor index, Tensor y)
    {
        if (x.Size == 0) return;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.SelectAdd(y.Size, View<T>(x), View<double>(index), View<T>(y), count, index.Size, inner);
    }

    public override void Take(Tensor x, int from, Tensor index, int to, int inner, Tensor y)
    {
        if (y.Size == 0) return;
        _mayFault = true;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.Take(y.Size, View<T>(x), View<double>(index), View<T>(y), from, to, inner, _fault.View);
    }

    public override void TakeAdd(Tensor x, int to, Tensor index, int from, int inner, Tensor y)
    {
        if (x.Size == 0) return;
        _mayFault = true;
        if (y.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> =>
            k.TakeAdd(x.Size / to, View<T>(x), View<double>(index), View<T>(y), from, to, inner, _fault.View);
    }

    public override void Mask(ulong seed, double keep, double value, Tensor y)
    {
        if (y.Size == 0) return;
        if (y.DType == DType.Float32) Singles.Mask(y.Size, View<float>(y), seed, keep, (float)value);
        else Doubles.Mask(y.Size, View<double>(y), seed, keep, value);
    }

    public override void Sgd(Tensor w, Tensor gradient, Tensor? velocity, double rate, double momentum, double share, bool nesterov)
    {
        if (w.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (velocity is null)
                k.Sgd(w.Size, View<T>(w), View<T>(gradient), T.CreateTruncating(rate));
            else
            {
                k.Momentum(w.Size, View<T>(w), View<T>(gradient), View<T>(velocity), T.CreateTruncating(rate), T.CreateTruncating(momentum),
                    T.CreateTruncating(share), nesterov ? 1 : 0);
            }
        }
    }

    public override void Adam(Tensor w, Tensor gradient, Tensor mean, Tensor square, Tensor? largest,
        double rate, double beta1, double beta2, double epsilon, double correction)
    {
        if (w.DType == DType.Float32) Run(Singles); else Run(Doubles);
        void Run<T>(KernelSet<T> k) where T : unmanaged, IFloatingPointIeee754<T> => k.Adam(w.Size, View<T>(w), View<T>(gradient),
            View<T>(mean), View<T>(square), View<T>(largest ?? square), T.CreateTruncating(rate), T.CreateTruncating(beta1),
            T.CreateTruncating(1 - beta1), T.CreateTruncating(beta2), T.CreateTruncating(1 - beta2), T.CreateTruncating(epsilon),
            T.CreateTruncating(correction), largest is null ? 0 : 1);
    }

    /// <summary>One group for each of some results, of as many threads as there is work for.</summary>
    private KernelConfig Groups(int results, int work)
    {
        int threads = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)Math.Max(work, accelerator.WarpSize)), Kernels.Groups.Most);
        return new KernelConfig(results, Math.Min(threads, (int)BitOperations.RoundUpToPowerOf2((uint)accelerator.MaxNumThreadsPerGroup)));
    }

    /// <summary>Groups of side × side threads for the tiles of products.</summary>
    private static KernelConfig Tiles(int side, int rows, int columns, int count, int? tile = null) => new(
        new Index3D(Over(columns, tile ?? side), Over(rows, tile ?? side), count), new Index3D(side * side, 1, 1));

    private static int Over(int size, int tile) => (size + tile - 1) / tile;

    private static ArrayView<T> View<T>(Tensor x) where T : unmanaged => ((IlgpuMemory)x.DeviceMemory).View<T>(x.Offset, x.Size);

    /// <summary>The storage from a strided tensor's first element on.</summary>
    private static ArrayView<T> Rest<T>(Tensor x) where T : unmanaged =>
        ((IlgpuMemory)x.DeviceMemory).View<T>(x.Offset, x.DeviceMemory.Length - x.Offset);
}
