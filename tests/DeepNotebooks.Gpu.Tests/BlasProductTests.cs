using DeepNotebooks.Gpu.Kernels;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;
using ILGPU;
using ILGPU.Runtime;

namespace DeepNotebooks.Gpu.Tests;

/// <summary>
/// How products reach cuBLAS, for which there need be no card: a product for matrices that lie column by column, written out here,
/// stands in for it.
/// </summary>
[Collection(nameof(OnDevice))]
public class BlasProductTests
{
    private static readonly int[] s_sizes = [1, 2, 3, 5];

    /// <summary>Plain, transposed and cut out of larger matrices, at all small sizes: one entry along an axis is where steps mean nothing.</summary>
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    public void GivesTheProductOfMatricesRowByRow(bool aTransposed, bool bTransposed, bool gaps)
    {
        var blas = new ColumnByColumn();
        using Use use = new(blas);
        int calls = 0;
        foreach (int rows in s_sizes)
        {
            foreach (int inner in s_sizes)
            {
                foreach (int columns in s_sizes)
                {
                    Tensor A(Device device) => Matrix(device, rows, inner, aTransposed, gaps, seed: 1);
                    Tensor B(Device device) => Matrix(device, inner, columns, bTransposed, gaps, seed: 2);
                    Tensor y = Tensor.Full([rows, columns], 7, DType.Float64).To(OnDevice.Device);
                    Tensor a = A(OnDevice.Device), b = B(OnDevice.Device), expected = A(Device.Cpu).MatMul(B(Device.Cpu));
                    Tensor.MultiplyInto(y, a, b, add: false);
                    OnDevice.AssertNear(expected, y, 1e-12);
                    Tensor.MultiplyInto(y, a, b, add: true);
                    OnDevice.AssertNear(expected * 2, y, 1e-12);
                    Assert.Equal(calls += 2, blas.Calls);
                }
            }
        }

        // The same view on either device, with the same strides.
        static Tensor Matrix(Device device, int rows, int columns, bool transposed, bool gaps, int seed)
        {
            (int down, int across) = transposed ? (columns, rows) : (rows, columns);
            Tensor whole = new Rng(seed).Uniform([down + 1, across + 2], -1, 1, DType.Float64).To(device);
            Tensor part = gaps ? whole[1.., 1..(across + 1)] : whole[..down, ..across].Clone();
            return transposed ? part.Transpose() : part;
        }
    }

    [Fact]
    public void BatchesAreTakenOneByOneWithTheirStrides()
    {
        var blas = new ColumnByColumn();
        using Use use = new(blas);
        Tensor a = new Rng(1).Uniform([2, 1, 5, 4]), b = new Rng(2).Uniform([3, 6, 4]);
        OnDevice.AssertNear(a.MatMul(b.Transpose(1, 2)), a.To(OnDevice.Device).MatMul(b.To(OnDevice.Device).Transpose(1, 2)), 1e-6);
        Assert.Equal(6, blas.Calls);
    }

    /// <summary>What BLAS cannot read in place is left to the ladder's kernels: repeated rows, steps along both axes, no terms.</summary>
    [Fact]
    public void OtherwiseTheLibrarysKernelsCompute()
    {
        var blas = new ColumnByColumn();
        using Use use = new(blas);
        Assert.Null(BlasProduct.Of(new Product(3, 4, 5, aRow: 0, aInner: 1, bInner: 5, bColumn: 1, add: 0)));
        Assert.Null(BlasProduct.Of(new Product(3, 4, 5, aRow: 8, aInner: 2, bInner: 5, bColumn: 1, add: 0)));
        Assert.Null(BlasProduct.Of(new Product(3, 4, 5, aRow: 4, aInner: 1, bInner: 1, bColumn: 3, add: 0)));
        Tensor none = Tensor.Zeros([2, 0]).To(OnDevice.Device).MatMul(Tensor.Zeros([0, 3]).To(OnDevice.Device));
        Assert.Equal(new double[6], none.ToArray());
        Assert.Equal(0, blas.Calls);
    }

    [Fact]
    public void ATrainingStepIsTheSame()
    {
        Tensor[] Train(IBlas? blas)
        {
            using Use use = new(blas);
            var rng = new Rng(1);
            var model = new Sequential(new Linear(3, 4, rng), new Layers.Tanh(), new Linear(4, 2, rng));
            var optimizer = new SGD(model.Parameters, 0.1);
            model.To(OnDevice.Device);
            Tensor x = rng.Normal([8, 3]).To(OnDevice.Device), y = rng.Normal([8, 2]).To(OnDevice.Device);
            for (int step = 0; step < 3; step++)
            {
                optimizer.ZeroGrad();
                Loss.MeanSquaredError(model.Forward(x), y).Backward();
                optimizer.Step();
            }
            return [.. model.Parameters];
        }
        var counted = new ColumnByColumn();
        Tensor[] own = Train(null), others = Train(counted);
        Assert.True(counted.Calls >= 3 * 5, $"{counted.Calls} products"); // two forward, three backward
        for (int i = 0; i < own.Length; i++)
            OnDevice.AssertNear(own[i].To(Device.Cpu), others[i], 1e-5);
    }

    [Fact]
    public void WithoutAnNvidiaCardTheChoiceIsRefusedWithAReason()
    {
        Assert.False(Device.Cpu.UseCuBlas);
        Assert.Contains("Device.Gpu()", Assert.Throws<PlatformNotSupportedException>(() => Device.Cpu.UseCuBlas = true).Message);
        Device emulated = Device.Named("emulated");
        PlatformNotSupportedException error = Assert.Throws<PlatformNotSupportedException>(() => emulated.UseCuBlas = true);
        Assert.Contains(emulated.Name, error.Message);
        Assert.Contains("no NVIDIA card", error.Message);
        Assert.False(emulated.UseCuBlas);
        emulated.UseCuBlas = false;
    }

    private readonly struct Use : IDisposable
    {
        public Use(IBlas? blas) => ((IlgpuAccelerator)OnDevice.Device.Accelerator!).Blas = blas;

        public void Dispose() => ((IlgpuAccelerator)OnDevice.Device.Accelerator!).Blas = null;
    }

    /// <summary>The definition: entry (i, j) of a matrix whose columns lie a step apart is at i + j · step.</summary>
    private sealed class ColumnByColumn : IBlas
    {
        public int Calls { get; private set; }

        public void Multiply<T>(BlasProduct s, ArrayView<T> first, ArrayView<T> second, ArrayView<T> y, bool add) where T : unmanaged
        {
            Calls++;
            Assert.True(s.FirstStep >= (s.TransposeFirst ? s.K : s.M) && s.SecondStep >= (s.TransposeSecond ? s.N : s.K) && s.ResultStep >= s.M);
            double[] p = Read(first), q = Read(second), r = Read(y);
            for (int i = 0; i < s.M; i++)
            {
                for (int j = 0; j < s.N; j++)
                {
                    double sum = 0;
                    for (int k = 0; k < s.K; k++)
                        sum += p[s.TransposeFirst ? k + (i * s.FirstStep) : i + (k * s.FirstStep)]
                            * q[s.TransposeSecond ? j + (k * s.SecondStep) : k + (j * s.SecondStep)];
                    r[i + (j * s.ResultStep)] = add ? r[i + (j * s.ResultStep)] + sum : sum;
                }
            }
            if (typeof(T) == typeof(float)) y.Cast<float>().CopyFromCPU(Array.ConvertAll(r, v => (float)v));
            else y.Cast<double>().CopyFromCPU(r);
        }

        private static double[] Read<T>(ArrayView<T> view) where T : unmanaged => typeof(T) == typeof(float)
            ? Array.ConvertAll(view.Cast<float>().GetAsArray(), v => (double)v)
            : view.Cast<double>().GetAsArray();
    }
}
