using System.Numerics;

namespace DeepNotebooks.Distributed;

/// <summary>A worker's connection to the others that train with it: threads on a <see cref="Ring"/>, or processes by <see cref="Mpi"/>.</summary>
public abstract class Communicator
{
    private protected Communicator(int rank, int count) => (Rank, Count) = (rank, count);

    /// <summary>This worker's number, from 0 on.</summary>
    public int Rank { get; }

    /// <summary>The number of workers.</summary>
    public int Count { get; }

    /// <summary>
    /// All-reduce: every element becomes the sum of those of all workers, the same bits at each. Every worker must call this, with tensors
    /// of the same shapes in the same order; those of one type travel as one message.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor has gaps: a transposed or sliced view.</exception>
    public void Sum(params IReadOnlyList<Tensor> tensors)
    {
        Of<float>(DType.Float32);
        Of<double>(DType.Float64);

        void Of<T>(DType dtype) where T : unmanaged, INumber<T>
        {
            Tensor[] some = [.. tensors.Where(tensor => tensor.DType == dtype)];
            T[] numbers = new T[some.Sum(tensor => tensor.Size)];
            int at = 0;
            foreach (Tensor tensor in some)
            {
                tensor.Read<T>().CopyTo(numbers.AsSpan(at));
                at += tensor.Size;
            }
            if (at > 0)
                Sum(numbers);
            at = 0;
            foreach (Tensor tensor in some)
            {
                tensor.ForbidGaps("Communicator.Sum");
                numbers.AsSpan(at, tensor.Size).CopyTo(tensor.Span<T>());
                at += tensor.Size;
            }
        }
    }

    /// <summary>Puts the sum over all workers in place of each number.</summary>
    private protected abstract void Sum<T>(T[] numbers) where T : unmanaged, INumber<T>;
}
