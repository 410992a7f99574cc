namespace DeepNotebooks;

/// <summary>
/// Reverse-mode differentiation: from the loss towards the leaves, every operation once, after all that use its result.
/// </summary>
internal static class Engine
{
    [ThreadStatic]
    private static bool _paused;

    /// <summary>Who on this thread is told of every recorded operation and every gradient; null for nobody.</summary>
    [field: ThreadStatic]
    public static Observer? Observer { get; set; }

    /// <summary>The operation whose backward pass runs on this thread; null for none.</summary>
    [field: ThreadStatic]
    public static Node? Running { get; private set; }

    /// <summary>Whether operations are recorded on this thread.</summary>
    public static bool Recording => !_paused;

    /// <summary>Stops recording on this thread until the result is disposed.</summary>
    public static NoGradScope Pause()
    {
        bool before = _paused;
        _paused = true;
        return new NoGradScope(before);
    }

    internal static void Resume(bool paused) => _paused = paused;

    /// <summary>Sends a gradient from one node back to all leaves that it depends on.</summary>
    public static void Backward(Node root, Tensor gradient)
    {
        using NoGradScope scope = Pause();
        Node? outer = Running;
        List<(Node Keeper, Tensor Gradient, bool Owned)> arrived;
        try
        {
            CountConsumers(root);
            root.Accumulate(gradient);
            arrived = Propagate(root);
        }
        catch
        {
            Forget(root);
            throw;
        }
        finally
        {
            Running = outer;
        }
        foreach ((Node keeper, Tensor sum, bool owned) in arrived)
        {
            keeper.Store(sum, owned); // last, so that a failure on the way leaves every Grad as it was
        }
    }

    private static List<(Node Keeper, Tensor Gradient, bool Owned)> Propagate(Node root)
    {
        var arrived = new List<(Node Keeper, Tensor Gradient, bool Owned)>();
        var ready = new Stack<Node>();
        ready.Push(root);
        while (ready.TryPop(out Node? node))
        {
            Tensor? received = node.Take(out bool owned);
            if (received is not null && node.Keeper is not null)
                arrived.Add((node, received, owned && node is Leaf));
            if (received is not null && node is not Leaf)
            {
                Running = node;
                node.Backward(received);
                Observer?.Sent(node);
            }
            Release(node.First, ready);
            Release(node.Second, ready);
            foreach (Node? input in node.Rest)
                Release(input, ready);
        }
        return arrived;
    }

    /// <summary>Sets <see cref="Node.Pending"/> of all nodes below the root, with a stack of our own: graphs are deep.</summary>
    private static void CountConsumers(Node root)
    {
        var open = new Stack<Node>();
        open.Push(root);
        while (open.TryPop(out Node? node))
        {
            Count(node.First, open);
            Count(node.Second, open);
            foreach (Node? input in node.Rest)
                Count(input, open);
        }
    }

    /// <summary>After a failure: leaves no counts or gradients behind in the graph.</summary>
    private static void Forget(Node root)
    {
        var seen = new HashSet<Node>();
        var open = new Stack<Node?>([root]);
        while (open.TryPop(out Node? node))
        {
            if (node is null || !seen.Add(node))
                continue;
            node.Pending = 0;
            node.Take(out _);
            open.Push(node.First);
            open.Push(node.Second);
            foreach (Node? input in node.Rest)
                open.Push(input);
        }
    }

    private static void Count(Node? input, Stack<Node> open)
    {
        if (input is Spent)
            throw Spent.Error();
        if (input is not null && ++input.Pending == 1)
            open.Push(input);
    }

    private static void Release(Node? input, Stack<Node> ready)
    {
        if (input is not null && --input.Pending == 0)
            ready.Push(input);
    }
}

/// <summary>Sees what the engine does, for those who debug or draw it.</summary>
internal abstract class Observer
{
    /// <summary>An operation was recorded, with this result.</summary>
    public abstract void Made(Node node, Tensor result);

    /// <summary>An operation sent gradients to its inputs.</summary>
    public virtual void Sent(Node node)
    {
    }
}

/// <summary>A stretch of code in which operations are not recorded; ends when disposed.</summary>
public readonly ref struct NoGradScope
{
    private readonly bool _before;

    internal NoGradScope(bool before) => _before = before;

    /// <summary>Records again, if operations were recorded before.</summary>
    public void Dispose() => Engine.Resume(_before);
}
