using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepNotebooks;

/// <summary>
/// What is kept of a computation until its backward pass: <c>Tape.Of(loss).Bytes</c>. Nothing after <see cref="Tensor.Backward"/>,
/// unless that kept the graph, and nothing of what ran under <see cref="Tensor.NoGrad"/>.
/// </summary>
/// <param name="Operations">The recorded operations that the result depends on.</param>
/// <param name="Bytes">The memory of all numbers that their backward passes will read, each array once. Weights are not counted: leaves
/// have it anyway.</param>
public sealed record Tape(int Operations, long Bytes)
{
    /// <summary>The history of a tensor as it stands.</summary>
    public static Tape Of(Tensor result)
    {
        int operations = 0;
        var arrays = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var weights = new List<object>();
        var seen = new HashSet<Node>();
        var open = new Stack<Node?>([result.Node]);
        while (open.TryPop(out Node? node))
        {
            if (node is null or Spent || !seen.Add(node))
                continue;
            if (node is Leaf leaf)
            {
                weights.Add(leaf.Keeper!.Content);
                continue;
            }
            operations++;
            Array.ForEach(Kept(node), array => arrays.Add(array));
            Array.ForEach(node.Inputs(), open.Push);
        }
        arrays.ExceptWith(weights);
        return new(operations, arrays.Sum(Size));
    }

    private static long Size(object content) => content is Kernels.DeviceMemory memory
        ? (long)memory.Length * (memory.DType == DType.Float32 ? sizeof(float) : sizeof(double))
        : Buffer.ByteLength((Array)content);

    /// <summary>The arrays that a node's own fields hold, directly, in tensors, or through what its closure captured.</summary>
    private static object[] Kept(object holder) => [.. holder.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic)
        .SelectMany(field => field.GetValue(holder) switch
        {
            Tensor tensor => [tensor.Content],
            IEnumerable<Tensor?> tensors => [.. tensors.OfType<Tensor>().Select(tensor => tensor.Content)],
            Places places => [places.Content],
            Array array when array.GetType().GetElementType()!.IsPrimitive => [array],
            Delegate { Target: { } closure } when closure.GetType().IsDefined(typeof(CompilerGeneratedAttribute)) => Kept(closure),
            _ => Array.Empty<object>(),
        })];
}
