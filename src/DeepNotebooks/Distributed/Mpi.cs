using System.Runtime.InteropServices;

namespace DeepNotebooks.Distributed;

/// <summary>
/// Workers that are processes, on one machine or many, started by <c>mpirun -n 4 dotnet program.dll</c> and connected by Open MPI
/// (Debian's packages openmpi-bin and libopenmpi3), whose C interface is called.
/// </summary>
public sealed unsafe class Mpi : Communicator
{
    private const int Done = 0;
    private static readonly void* s_inPlace = (void*)1; // Open MPI's MPI_IN_PLACE

    private readonly nint _library;

    private Mpi(nint library, int rank, int count) : base(rank, count) => _library = library;

    /// <summary>
    /// Runs the work of this process among all that mpirun started; without mpirun it is the only one. Once in a process. An exception is
    /// written to the error stream and ends all processes, since the others would wait for this one for ever.
    /// </summary>
    /// <exception cref="DllNotFoundException">There is no Open MPI on this machine.</exception>
    /// <exception cref="InvalidOperationException">Open MPI reports an error.</exception>
    public static void Run(Action<Communicator> work) => Run(work, "libmpi.so.40", "libmpi.40.dylib", "libmpi.so");

    internal static void Run(Action<Communicator> work, params string[] names)
    {
        nint library = 0, world = 0;
        if (!names.Any(name => NativeLibrary.TryLoad(name, out library) && NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out world)))
        {
            throw new DllNotFoundException($"Mpi: Open MPI ({names[0]}) is not on this machine. Install it, on Debian by "
                + "apt-get install openmpi-bin libopenmpi3, or train with threads: Ring.Run.");
        }
        Check("MPI_Init", ((delegate* unmanaged<void*, void*, int>)Function("MPI_Init"))(null, null));
        int rank, count;
        Check("MPI_Comm_rank", ((delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank"))(world, &rank));
        Check("MPI_Comm_size", ((delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size"))(world, &count));
        try
        {
            work(new Mpi(library, rank, count));
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"Mpi: worker {rank} of {count} failed, which ends all: {e}");
            ((delegate* unmanaged<nint, int, int>)Function("MPI_Abort"))(world, 1);
            throw;
        }
        Check("MPI_Finalize", ((delegate* unmanaged<int>)Function("MPI_Finalize"))());

        nint Function(string name) => NativeLibrary.GetExport(library, name);
    }

    private protected override void Sum<T>(T[] numbers)
    {
        var allReduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)NativeLibrary.GetExport(_library, "MPI_Allreduce");
        fixed (T* values = numbers)
        {
            Check("MPI_Allreduce", allReduce(s_inPlace, values, numbers.Length,
                Symbol(typeof(T) == typeof(float) ? "ompi_mpi_float" : "ompi_mpi_double"), Symbol("ompi_mpi_op_sum"), Symbol("ompi_mpi_comm_world")));
        }

        nint Symbol(string name) => NativeLibrary.GetExport(_library, name);
    }

    private static void Check(string function, int code)
    {
        if (code != Done)
            throw new InvalidOperationException($"Mpi: {function} returned the error {code}. Look at what mpirun wrote to the error stream.");
    }
}
