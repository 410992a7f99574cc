namespace DeepNotebooks;

public sealed partial class Tensor
{
    /// <summary>
    /// Stops at the first recorded operation, forward or backward, that gives NaN or infinity:
    /// <c>using (Tensor.CheckFinite()) { model.Forward(x)… }</c> throws a <see cref="NotFiniteNumberException"/> that names it. Reads
    /// every result, so it is for the hunt only. Works on the thread that it is called on, until disposed.
    /// </summary>
    public static IDisposable CheckFinite() => new FiniteCheck();

    /// <summary>Whether no element is NaN or infinite.</summary>
    public bool IsFinite() => DType == DType.Float32
        ? System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(Read<float>())
        : System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<double>(Read<double>());
}

/// <summary>Looks at every result and every gradient.</summary>
internal sealed class FiniteCheck : Observer, IDisposable
{
    private readonly Observer? _before = Engine.Observer;

    public FiniteCheck() => Engine.Observer = this;

    public override void Made(Node node, Tensor result)
    {
        _before?.Made(node, result);
        if (result.IsFinite())
            return;
        foreach (Node? input in node.Inputs())
        {
            if (input is Leaf { Keeper: { } leaf } && !leaf.IsFinite())
            {
                throw new NotFiniteNumberException($"{node.Name}: an input {leaf.Shape} already {Text(leaf)} before this operation. "
                    + "Look at the step that wrote it: the last update, or its initial values.");
            }
        }
        throw new NotFiniteNumberException($"{node.Name}: the result {result.Shape} {Text(result)}; no recorded operation before it did. "
            + "Look at the numbers that go into it.");
    }

    public override void Sent(Node node)
    {
        _before?.Sent(node);
        foreach (Node? input in node.Inputs())
        {
            if (input?.Received is { } gradient && !gradient.IsFinite())
            {
                throw new NotFiniteNumberException($"{node.Name}: backward, the gradient {gradient.Shape} of its input {Text(gradient)}; "
                    + "no gradient before it did. Look at the numbers that went into the operation.");
            }
        }
    }

    public void Dispose() => Engine.Observer = _before;

    private static string Text(Tensor x)
    {
        double[] values = x.ToArray();
        return $"holds {values.Count(double.IsNaN)} NaN and {values.Count(double.IsInfinity)} infinities among {values.Length} elements";
    }
}
