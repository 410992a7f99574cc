using System.Numerics;
using ILGPU;

namespace DeepNotebooks.Gpu.Kernels;

/// <summary>A matrix by what stands where in it, 0 beyond its edges; it need not lie in memory as such.</summary>
internal interface IOperand<T> where T : unmanaged
{
    T At(int row, int column);
}

/// <summary>A strided matrix.</summary>
internal readonly struct Strided<T>(ArrayView<T> numbers, int start, int rows, int columns, int rowStep, int columnStep) : IOperand<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArrayView<T> _numbers = numbers;
    private readonly int _start = start, _rows = rows, _columns = columns, _rowStep = rowStep, _columnStep = columnStep;

    public T At(int row, int column) =>
        row < _rows && column < _columns ? _numbers[_start + (row * _rowStep) + (column * _columnStep)] : T.Zero;
}

/// <summary>Products by tiles in shared memory.</summary>
internal static class Tile
{
    /// <summary>
    /// Σₖ a[row, k] b[k, column] for the thread's row and column. A group has as many threads as its tile has elements: they fetch a
    /// tile of each operand to shared memory together, and each number is then read from there as often as the tile is wide.
    /// All threads of the group must call, also those beyond the edge.
    /// </summary>
    public static T Sum<T, TSide, TA, TB>(TA a, TB b, int row, int column, int inner)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSide : struct, ISide
        where TA : struct, IOperand<T>
        where TB : struct, IOperand<T>
    {
        int side = TSide.Threads, tx = Group.IdxX % side, ty = Group.IdxX / side;
        ArrayView<T> aTile = SharedMemory.Allocate<T>(TSide.Threads * TSide.Threads);
        ArrayView<T> bTile = SharedMemory.Allocate<T>(TSide.Threads * TSide.Threads);
        T sum = T.Zero;
        for (int start = 0; start < inner; start += side) // over the inner size: it may well exceed the rows
        {
            aTile[Group.IdxX] = a.At(row, start + tx);
            bTile[Group.IdxX] = b.At(start + ty, column);
            Group.Barrier();
            for (int k = 0; k < side; k++)
                sum += aTile[(ty * side) + k] * bTile[(k * side) + tx];
            Group.Barrier();
        }
        return sum;
    }

    /// <summary>The row of a product that this thread computes; groups lie along the grid's y.</summary>
    public static int Row<TSide>() where TSide : struct, ISide => (Grid.IdxY * TSide.Threads) + (Group.IdxX / TSide.Threads);

    /// <summary>Its column; groups lie along the grid's x.</summary>
    public static int Column<TSide>() where TSide : struct, ISide => (Grid.IdxX * TSide.Threads) + (Group.IdxX % TSide.Threads);
}
