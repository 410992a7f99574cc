using System.Collections.Concurrent;
using System.Numerics;
using DeepNotebooks.Gpu.Kernels;
using DeepNotebooks.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace DeepNotebooks.Gpu;

// Memory comes from a pool: what tensors no longer use is lent again, and the collector is asked when it runs short. Copies are counted.
internal sealed partial class IlgpuAccelerator
{
    private const long Grain = 512;                // bytes; sizes are rounded up so that buffers fit again
    private const long Patience = 256L * 1024 * 1024; // bytes taken anew between two collections

    // What the messages of CUDA and OpenCL say; the last when one buffer is larger than OpenCL allows.
    private static readonly string[] s_exhausted = ["memory", "allocat", "buffer_size", "buffer size"];

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<MemoryBuffer1D<byte, Stride1D.Dense>>> _free = [];
    private readonly HashSet<MemoryBuffer> _all = []; // keeps them alive while their users are being finalized
    private readonly ConcurrentQueue<MemoryBuffer1D<byte, Stride1D.Dense>> _returned = new();
    private readonly MemoryBuffer1D<double, Stride1D.Dense> _fault = accelerator.Allocate1D<double>([0.0, 0, 0]);
    private long _sinceCollection;
    private bool _mayFault;

    public override DeviceMemory Allocate(int length, DType dtype)
    {
        long asked = Math.Max(1, (long)length) * (dtype == DType.Float32 ? sizeof(float) : sizeof(double)), size = Rounded(asked);
        lock (_lock)
        {
            if (!TryLend(size, out MemoryBuffer1D<byte, Stride1D.Dense>? buffer))
            {
                if ((_sinceCollection += size) > Patience)
                    Collect();
                if (!TryLend(size, out buffer))
                    buffer = TakeAnew(asked, size);
            }
            return new IlgpuMemory(this, buffer!, length, dtype);
        }
    }

    /// <summary>Takes a buffer back, from any thread.</summary>
    public void Return(MemoryBuffer1D<byte, Stride1D.Dense> buffer) => _returned.Enqueue(buffer);

    private static long Rounded(long bytes)
    {
        long step = Math.Max(Grain, (long)BitOperations.RoundUpToPowerOf2((ulong)bytes) / 8);
        return (bytes + step - 1) / step * step;
    }

    private bool TryLend(long size, out MemoryBuffer1D<byte, Stride1D.Dense>? buffer)
    {
        while (_returned.TryDequeue(out MemoryBuffer1D<byte, Stride1D.Dense>? back))
            Shelf(back.LengthInBytes).Push(back);
        return Shelf(size).TryPop(out buffer);
    }

    private Stack<MemoryBuffer1D<byte, Stride1D.Dense>> Shelf(long size)
    {
        if (!_free.TryGetValue(size, out Stack<MemoryBuffer1D<byte, Stride1D.Dense>>? shelf))
            _free[size] = shelf = [];
        return shelf;
    }

    private void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _sinceCollection = 0;
    }

    private MemoryBuffer1D<byte, Stride1D.Dense> TakeAnew(long asked, long size)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                MemoryBuffer1D<byte, Stride1D.Dense> buffer = Take(size);
                _all.Add(buffer);
                Device.Allocated += buffer.LengthInBytes;
                return buffer;
            }
            catch (Exception exception) when (IsExhausted(exception))
            {
                if (attempt > 0)
                {
                    throw new InsufficientMemoryException(
                        $"{Device.Name}: {asked:N0} bytes asked for, {Free():N0} free of {Device.Memory:N0}; tensors hold {Device.Allocated:N0}. "
                        + "Take smaller batches, train in a Workspace, or let go of tensors.", exception);
                }
                Collect();
                TryLend(-1, out _);
                Trim();
            }
            catch (AcceleratorException exception)
            {
                throw Lost(exception);
            }
        }
    }

    private MemoryBuffer1D<byte, Stride1D.Dense> Take(long size) => accelerator is CPUAccelerator && Device.Allocated + size > Device.Memory
        ? throw new OutOfMemoryException() // as a card of that memory
        : accelerator.Allocate1D<byte>(size);

    private static bool IsExhausted(Exception exception) => exception is OutOfMemoryException || (exception is AcceleratorException
        && s_exhausted.Any(word => exception.Message.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private long Free() => accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Device.Memory - Device.Allocated;

    /// <summary>Gives all unused buffers back to the device.</summary>
    private void Trim()
    {
        Synchronize();
        foreach (MemoryBuffer1D<byte, Stride1D.Dense> buffer in _free.Values.SelectMany(shelf => shelf))
        {
            Device.Allocated -= buffer.LengthInBytes;
            _all.Remove(buffer);
            buffer.Dispose();
        }
        _free.Clear();
    }

    public override void Write(Array numbers, Tensor y)
    {
        Guarded(() =>
        {
            // By spans, which ILGPU pins; by reference the collector may move the array while the device copies.
            if (numbers is float[] singles) View<float>(y).CopyFromCPU(singles.AsSpan(0, y.Size));
            else View<double>(y).CopyFromCPU(((double[])numbers).AsSpan(0, y.Size));
        });
        Device.Transfers = Device.Transfers with
        {
            ToDevice = Device.Transfers.ToDevice + 1,
            BytesToDevice = Device.Transfers.BytesToDevice + Buffer.ByteLength(numbers),
        };
    }

    public override void Read(Tensor x, int from, Array numbers)
    {
        if (numbers.Length == 0)
            return;
        Guarded(() =>
        {
            var memory = (IlgpuMemory)x.DeviceMemory;
            if (numbers is float[] singles) memory.View<float>(from, numbers.Length).CopyToCPU(singles.AsSpan());
            else memory.View<double>(from, numbers.Length).CopyToCPU(((double[])numbers).AsSpan());
        });
        Device.Transfers = Device.Transfers with
        {
            FromDevice = Device.Transfers.FromDevice + 1,
            BytesFromDevice = Device.Transfers.BytesFromDevice + Buffer.ByteLength(numbers),
        };
        ThrowFault();
    }

    public override void Synchronize() => Guarded(accelerator.Synchronize);

    /// <summary>Throws what kernels noted since the last read.</summary>
    private void ThrowFault()
    {
        if (!_mayFault)
            return;
        _mayFault = false;
        double[] fault = _fault.GetAsArray1D();
        if (fault[0] == 0)
            return;
        _fault.MemSetToZero();
        throw new ArgumentOutOfRangeException(null, fault[1], fault[0] == Fault.Label
            ? $"CrossEntropy: on {Device.Name} there was a label {fault[1]}, which is no class number from 0 to {fault[2] - 1}."
            : $"Select: on {Device.Name} there was an index {fault[1]}, which is no entry from 0 to {fault[2] - 1}.");
    }

    /// <summary>Where work is waited for, its failures come to light.</summary>
    internal void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (AcceleratorException exception)
        {
            throw Lost(exception);
        }
    }

    private InvalidOperationException Lost(AcceleratorException exception) => new($"{Device.Name}: the device failed ({exception.Message}) and its tensors "
        + $"are lost; they held {Device.Allocated:N0} bytes. Start the program anew, or go on with Device.Cpu from the last checkpoint.", exception);
}
