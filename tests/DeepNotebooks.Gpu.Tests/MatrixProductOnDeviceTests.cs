using DeepNotebooks.Gpu.Kernels;

namespace DeepNotebooks.Gpu.Tests;

/// <summary>Every rung of the ladder against sums written out, at sizes around those of the tiles.</summary>
[Collection(nameof(OnDevice))]
public class MatrixProductOnDeviceTests
{
    public static TheoryData<int, int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int, int>();
            int[] edges = OnDevice.IsEmulated ? [1, 2, 3, 9, 17] : [1, 7, 15, 16, 17, 127, 128, 129, 200];
            foreach (int rows in edges)
            {
                foreach (int inner in edges)
                {
                    foreach (int columns in edges)
                        sizes.Add(rows, inner, columns);
                }
            }
            sizes.Add(2, 300, 3); // an inner size far beyond the rows, on which a tile loop over the rows would stop too early
            sizes.Add(5, 1000, 1);
            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void EveryRungIsTheSumOfProducts(int rows, int inner, int columns)
    {
        var rng = new Rng((rows * 10_007) + (inner * 101) + columns);
        Tensor a = rng.Uniform([rows, inner], -1, 1, DType.Float64), b = rng.Uniform([inner, columns], -1, 1, DType.Float64);
        Tensor expected = Obvious(a, b);
        foreach (Rung rung in Enum.GetValues<Rung>())
        {
            Tensor y = Tensor.Zeros([rows, columns], DType.Float64).To(OnDevice.Device);
            ((IlgpuAccelerator)OnDevice.Device.Accelerator!).Multiply(rung, a.To(OnDevice.Device), b.To(OnDevice.Device), y);
            OnDevice.AssertNear(expected, y, 1e-12);
            Tensor transposed = b.Transpose().Clone().To(OnDevice.Device).Transpose(), singles = Tensor.Zeros([rows, columns]).To(OnDevice.Device);
            ((IlgpuAccelerator)OnDevice.Device.Accelerator!).Multiply(rung, a.To(OnDevice.Device), transposed, y);
            OnDevice.AssertNear(expected, y, 1e-12);
            ((IlgpuAccelerator)OnDevice.Device.Accelerator!).Multiply(
                rung, a.To(DType.Float32).To(OnDevice.Device), b.To(DType.Float32).To(OnDevice.Device), singles);
            OnDevice.AssertNear(expected, singles.To(DType.Float64), 1e-4);
        }
    }

    [Fact]
    public void AddsToWhatIsThere()
    {
        Tensor a = new Rng(1).Uniform([5, 7]), b = new Rng(2).Uniform([7, 6]), y = Tensor.Full([5, 6], 3).To(OnDevice.Device);
        Tensor.MultiplyInto(y, a.To(OnDevice.Device), b.To(OnDevice.Device), add: true);
        OnDevice.AssertNear(a.MatMul(b) + 3, y, 1e-5);
    }

    [Fact]
    public void BatchesBroadcastAndReadViewsInPlace()
    {
        Tensor a = new Rng(1).Uniform([2, 1, 5, 4]), b = new Rng(2).Uniform([3, 6, 4]).Transpose(1, 2);
        Tensor expected = a.MatMul(b), actual = a.To(OnDevice.Device).MatMul(new Rng(2).Uniform([3, 6, 4]).To(OnDevice.Device).Transpose(1, 2));
        OnDevice.AssertNear(expected, actual, 1e-5);
    }

    [Fact]
    public void ABatchMayExceedTheGridOfACard()
    {
        Tensor a = new Rng(1).Uniform([65_538, 1, 2]), b = new Rng(2).Uniform([65_538, 2, 1]);
        OnDevice.AssertNear(a.MatMul(b), a.To(OnDevice.Device).MatMul(b.To(OnDevice.Device)), 1e-5);
    }

    private static Tensor Obvious(Tensor a, Tensor b)
    {
        double[] x = a.ToArray(), w = b.ToArray(), y = new double[a.Shape[0] * b.Shape[1]];
        for (int i = 0; i < a.Shape[0]; i++)
        {
            for (int j = 0; j < b.Shape[1]; j++)
                y[(i * b.Shape[1]) + j] = Enumerable.Range(0, a.Shape[1]).Sum(k => x[(i * a.Shape[1]) + k] * w[(k * b.Shape[1]) + j]);
        }
        return Tensor.From(y, [a.Shape[0], b.Shape[1]], DType.Float64);
    }
}
