using DeepNotebooks.Kernels;

namespace DeepNotebooks;

/// <summary>The numbers that a tensor and its views share, in an array or on a device.</summary>
internal sealed class Storage(Array? numbers, DeviceMemory? memory = null)
{
    private static long s_clock = 1; // counts changes in place

    private Array? _numbers = numbers;
    private DeviceMemory? _memory = memory;
    private long _changed; // when the numbers were last changed in place; 0 for never

    /// <summary>The time by the clock of changes, later at each.</summary>
    public static long Now => s_clock;

    public Array Numbers => Unchanged._numbers ?? throw (_memory is null ? Ended() : new NotSupportedException(
        $"This operation has no kernel for {_memory.Owner.Device.Name}. Move the tensor by To(Device.Cpu) first."));

    /// <summary>The numbers on a device.</summary>
    public DeviceMemory Memory => Unchanged._memory ?? throw Ended();

    public Accelerator? Accelerator => _memory?.Owner;

    public bool IsReleased => _numbers is null && _memory is null;

    /// <summary>Gives up the array or the memory.</summary>
    public object Release()
    {
        object content = _memory is null ? Numbers : _memory;
        (_numbers, _memory) = (null, null);
        return content;
    }

    /// <summary>Notes that the numbers were changed in place, for backward passes that count on the old ones. What backward passes change
    /// themselves are gradients of their own.</summary>
    public void NoteChange()
    {
        if (Engine.Running is null)
            _changed = Interlocked.Increment(ref s_clock);
    }

    /// <summary>This, unless a backward pass is about to read what was changed after its operation was recorded.</summary>
    private Storage Unchanged => _changed == 0 || Engine.Running is not { } node || _changed <= node.Recorded
        ? this
        : throw new InvalidOperationException($"Backward: {node.Name} kept a tensor that was changed in place since the forward pass, by Assign, "
            + "Fill, an index or an optimizer's step. Compute the loss again after the change, or change a Clone().");

    private static InvalidOperationException Ended() => new(
        "This tensor was made in a training step that has ended, and its memory is used again. Keep a Clone() of what is to outlive its step.");
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
    private readonly Dictionary<(Accelerator, int, DType), Stack<DeviceMemory>> _devices = [];
    private readonly List<Storage> _lent = [];

    /// <summary>Begins a step on this thread: takes back the memory of the last one, and lends it until the result is disposed.</summary>
    public WorkspaceScope Step()
    {
        foreach (Storage storage in _lent)
        {
            object content = storage.Release();
            if (content is DeviceMemory memory)
                Shelf(_devices, (memory.Owner, memory.Length, memory.DType)).Push(memory);
            else
                Shelf(content is float[]? _singles : _doubles, ((Array)content).Length).Push((Array)content);
        }
        _lent.Clear();
        return Enter(this);
    }

    /// <summary>Until the result is disposed, tensors on this thread have memory of their own.</summary>
    internal static WorkspaceScope Leave() => Enter(null);

    internal static void Restore(Workspace? before) => s_active = before;

    /// <summary>Room for a tensor, with any numbers in it.</summary>
    internal static Storage Rent(int size, DType dtype, Accelerator? accelerator)
    {
        if (s_active is not { } workspace)
            return accelerator is null ? new(Allocate(size, dtype)) : new(null, accelerator.Allocate(size, dtype));
        var storage = accelerator is null
            ? new Storage(Shelf(dtype == DType.Float32 ? workspace._singles : workspace._doubles, size).TryPop(out Array? numbers)
                ? numbers
                : Allocate(size, dtype))
            : new Storage(null, Shelf(workspace._devices, (accelerator, size, dtype)).TryPop(out DeviceMemory? memory)
                ? memory
                : accelerator.Allocate(size, dtype));
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

    private static Stack<TContent> Shelf<TKey, TContent>(Dictionary<TKey, Stack<TContent>> shelves, TKey key) where TKey : notnull
    {
        if (!shelves.TryGetValue(key, out Stack<TContent>? shelf))
            shelves[key] = shelf = [];
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
