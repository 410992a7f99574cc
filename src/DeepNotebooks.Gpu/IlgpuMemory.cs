using DeepNotebooks.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace DeepNotebooks.Gpu;

/// <summary>A buffer on the device, lent by the pool of its accelerator until nothing refers to it.</summary>
internal sealed class IlgpuMemory(IlgpuAccelerator owner, MemoryBuffer1D<byte, Stride1D.Dense> buffer, int length, DType dtype)
    : DeviceMemory(owner, length, dtype)
{
    ~IlgpuMemory() => owner.Return(buffer);

    /// <summary>The numbers from a place on.</summary>
    public ArrayView<T> View<T>(int from, int count) where T : unmanaged =>
        ((ArrayView<byte>)buffer.View).Cast<T>().SubView(from, count);
}
