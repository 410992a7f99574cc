using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace DeepNotebooks.Distributed;

/// <summary>
/// Workers on threads that sum by ring all-reduce (Patarasuk and Yuan, 2009): the numbers are cut into as many pieces as there are workers
/// (n), and each worker talks to its neighbour alone. In n − 1 steps pieces travel and are added up, so that each worker has the whole
/// sum of one; in n − 1 more steps the sums travel. Each worker sends 2 (n − 1) / n of its numbers, however many workers there are.
/// </summary>
public sealed class Ring : Communicator
{
    private readonly BlockingCollection<Array>[] _inboxes;

    private Ring(int rank, BlockingCollection<Array>[] inboxes) : base(rank, inboxes.Length) => _inboxes = inboxes;

    /// <summary>How many bytes this worker has sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Runs the same work on a thread for each worker and returns what each returned, by rank.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one worker is asked for.</exception>
    public static T[] Run<T>(int workers, Func<Ring, T> work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        BlockingCollection<Array>[] inboxes = [.. Enumerable.Range(0, workers).Select(_ => new BlockingCollection<Array>())];
        T[] results = new T[workers];
        Crew.Run(workers, rank => results[rank] = work(new Ring(rank, inboxes)),
            stop: () => Array.ForEach(inboxes, inbox => inbox.CompleteAdding()));
        return results;
    }

    private protected override void Sum<T>(T[] numbers)
    {
        for (int step = 0; step < Count - 1; step++)
        {
            Send(Piece(Rank - step));
            Span<T> mine = Piece(Rank - step - 1);
            TensorPrimitives.Add(mine, Receive(), mine);
        }
        for (int step = 0; step < Count - 1; step++)
        {
            Send(Piece(Rank + 1 - step));
            Receive().CopyTo(Piece(Rank - step));
        }

        Span<T> Piece(int number)
        {
            int piece = (number + (2 * Count)) % Count;
            int start = (int)((long)numbers.Length * piece / Count), end = (int)((long)numbers.Length * (piece + 1) / Count);
            return numbers.AsSpan(start..end);
        }
        void Send(Span<T> piece)
        {
            T[] message = piece.ToArray();
            BytesSent += Buffer.ByteLength(message);
            _inboxes[(Rank + 1) % Count].Add(message);
        }
        ReadOnlySpan<T> Receive() => (T[])_inboxes[Rank].Take();
    }
}
