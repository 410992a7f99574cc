using DeepNotebooks.Gpu.Kernels;
using ILGPU;
using ILGPU.IR;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace DeepNotebooks.Gpu;

/// <summary>Finds what ILGPU can use on this machine; the library calls it by name.</summary>
public static class Devices
{
    // Few threads: the emulated device has a real one for each, and all of them wake for each kernel.
    private const int EmulatedThreads = 2, EmulatedWarps = 2;

    private static readonly Context s_context = Context.Create(builder => Compiling(builder
        .Cuda().OpenCL().CPU(new CPUDevice(EmulatedThreads, EmulatedWarps, 1))));

    /// <summary>
    /// Cards by CUDA first, then by OpenCL, of which some are the processor and come last, then the emulated one. Cards without double
    /// precision are left out: labels and places are such numbers, whatever the network's are.
    /// </summary>
    public static Device[] Find() => [.. s_context.Devices
        .Where(found => found is not CLDevice { Capabilities.Float64: false })
        .OrderBy(found => (Kind(found), found is CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU }))
        .Select(found => new Device(found.Name, Kind(found), found is CPUDevice ? Device.Cpu.Memory : found.MemorySize,
            device => new IlgpuAccelerator(found.CreateAccelerator(s_context)) { Device = device }))];

    /// <summary>How kernels are compiled.</summary>
    internal static void Compiling(Context.Builder builder)
    {
        builder.EnableAlgorithms().Optimize(OptimizationLevel.O2);
        ElementaryFunctions.Register(builder.GetIntrinsicManager());
    }

    private static DeviceKind Kind(ILGPU.Runtime.Device found) => found switch
    {
        CudaDevice => DeviceKind.Cuda,
        CLDevice => DeviceKind.OpenCL,
        _ => DeviceKind.Emulated,
    };
}
