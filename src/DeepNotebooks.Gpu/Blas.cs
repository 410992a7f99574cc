using ILGPU;
using ILGPU.Runtime.Cuda;

namespace DeepNotebooks.Gpu;

/// <summary>A library for matrix products of a device's maker.</summary>
internal interface IBlas
{
    /// <summary>yᵀ = first · second, or y += it, in the order of the stream; see <see cref="BlasProduct"/>.</summary>
    void Multiply<T>(BlasProduct s, ArrayView<T> first, ArrayView<T> second, ArrayView<T> y, bool add) where T : unmanaged;
}

/// <summary>NVIDIA's; on the default stream, in which our kernels run, and in float32 proper.</summary>
internal sealed class CudaBlas(CudaAccelerator accelerator) : IBlas
{
    private readonly CuBlas _blas = new(accelerator);

    public void Multiply<T>(BlasProduct s, ArrayView<T> first, ArrayView<T> second, ArrayView<T> y, bool add) where T : unmanaged
    {
        CuBlasOperation firstAs = As(s.TransposeFirst), secondAs = As(s.TransposeSecond);
        if (typeof(T) == typeof(float))
        {
            _blas.Gemm(firstAs, secondAs, s.M, s.N, s.K, 1f, first.Cast<float>(), s.FirstStep,
                second.Cast<float>(), s.SecondStep, add ? 1f : 0f, y.Cast<float>(), s.ResultStep);
        }
        else
        {
            _blas.Gemm(firstAs, secondAs, s.M, s.N, s.K, 1.0, first.Cast<double>(), s.FirstStep,
                second.Cast<double>(), s.SecondStep, add ? 1.0 : 0.0, y.Cast<double>(), s.ResultStep);
        }
    }

    private static CuBlasOperation As(bool transposed) => transposed ? CuBlasOperation.Transpose : CuBlasOperation.NonTranspose;
}
