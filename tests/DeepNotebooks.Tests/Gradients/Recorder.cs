using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Gradients;

/// <summary>Notes which kinds of nodes and layers an entry meets.</summary>
internal sealed class Recorder : IDisposable
{
    [ThreadStatic]
    private static Recorder? _current;

    private readonly HashSet<Type> _reached = [];

    public Recorder() => _current = this;

    public IReadOnlySet<Type> Reached => _reached;

    public void Dispose() => _current = null;

    /// <summary>Notes every node behind a result.</summary>
    public static void Visit(Tensor result)
    {
        var seen = new HashSet<Node>();
        var open = new Stack<Node?>([result.Node]);
        while (_current is { } recorder && open.TryPop(out Node? node))
        {
            if (node is null || !seen.Add(node))
            {
                continue;
            }
            recorder.Note(node.GetType());
            open.Push(node.First);
            open.Push(node.Second);
            foreach (Node? input in node.Rest)
            {
                open.Push(input);
            }
        }
    }

    /// <summary>Notes a layer and all its parts.</summary>
    public static void Visit(Layer layer)
    {
        _current?._reached.Add(layer.GetType());
        foreach (Layer child in layer.Children)
        {
            Visit(child);
        }
    }

    /// <summary>Notes a type, and of a generic one its definition and its arguments: FunctionNode&lt;Exp&gt; stands for Exp too.</summary>
    private void Note(Type type)
    {
        _reached.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
        _reached.UnionWith(type.GetGenericArguments());
        if (type.DeclaringType is { } outer)
        {
            _reached.Add(outer);
        }
    }
}
