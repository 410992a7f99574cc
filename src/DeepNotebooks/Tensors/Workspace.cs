namespace DeepNotebooks;

/// <summary>The numbers that a tensor and its views share.</summary>
internal sealed class Storage(Array numbers)
{
    private Array? _numbers = numbers;

    public Array Numbers => _numbers ?? throw new InvalidOperationException(
        "This tensor was made in a training step that has ended, and its memory is used again. Keep a Clone() of what is to outlive its step.");

    public bool IsReleased => _numbers is null;

    public Array Release()
    {
        Array numbers = Numbers;
        _numbers = null;
        return numbers;
    }
}

/// <summary>
/// Memory for training steps: every step asks for arrays of the same sizes, so those of the last one are used again, and a steady step
/// allocates next to nothing. All tensors made in a step live until the next step begins; afterwards using one is an error, and a
/// gradient of an ended step counts as none. <see cref="Training.Trainer"/> has one; in a loop of your own:
/// <c>using (workspace.Step()) { optimizer.ZeroGrad(); loss(x).Backward(); optimizer.Step(); }</c>
/// </summary>
public sealed class Workspace
{
    [ThreadStatic]
    private static Workspace? s_active;

    private readonly Dictionary<int, Stack<Array>> _singles = [], _doubles = [];
    private readonly List<Storage> _lent = [];

    /// <summary>Begins a step on this thread: takes back the memory of the last one, and lends it until the result is disposed.</summary>
    public WorkspaceScope Step()
    {
        foreach (Storage storage in _lent)
        {
            Array numbers = storage.Release();
            Shelf(numbers.Length, numbers is float[]).Push(numbers);
        }
        _lent.Clear();
        return Enter(this);
    }

    /// <summary>Until the result is disposed, tensors on this thread have memory of their own.</summary>
    internal static WorkspaceScope Leave() => Enter(null);

    internal static void Restore(Workspace? before) => s_active = before;

    /// <summary>Room for a tensor, with any numbers in it.</summary>
    internal static Storage Rent(int size, DType dtype)
    {
        if (s_active is not { } workspace)
            return new Storage(Allocate(size, dtype));
        Stack<Array> shelf = workspace.Shelf(size, dtype == DType.Float32);
        var storage = new Storage(shelf.TryPop(out Array? numbers) ? numbers : Allocate(size, dtype));
        workspace._lent.Add(storage);
        return storage;
    }

    private static WorkspaceScope Enter(Workspace? workspace)
    {
        var scope = new WorkspaceScope(s_active);
        s_active = workspace;
        return scope;
    }

    private static Array Allocate(int size, DType dtype) => dtype == DType.Float32
        ? GC.AllocateUninitializedArray<float>(size)
        : GC.AllocateUninitializedArray<double>(size);

    private Stack<Array> Shelf(int size, bool single)
    {
        Dictionary<int, Stack<Array>> shelves = single ? _singles : _doubles;
        if (!shelves.TryGetValue(size, out Stack<Array>? shelf))
            shelves[size] = shelf = [];
        return shelf;
    }
}

/// <summary>A stretch of code whose tensors use a <see cref="Workspace"/>; ends when disposed.</summary>
public readonly ref struct WorkspaceScope
{
    private readonly Workspace? _before;

    internal WorkspaceScope(Workspace? before) => _before = before;

    /// <summary>Goes back to the memory that was used before.</summary>
    public void Dispose() => Workspace.Restore(_before);
}
