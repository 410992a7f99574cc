using System.Reflection;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Tests.Gradients;

/// <summary>
/// Every differentiable operation, layer and loss, at several shapes. To add entries, write a static method without parameters that
/// returns <c>IEnumerable&lt;GradientEntry&gt;</c> into any file of this partial class: all such methods together are the table.
/// Types that cannot be differentiated are named the same way, by a method that returns <c>IEnumerable&lt;Type&gt;</c>.
/// </summary>
internal static partial class GradientTable
{
    private static readonly Lazy<GradientEntry[]> Entries = new(() => [.. Collect<GradientEntry>()]);

    public static IReadOnlyList<GradientEntry> All => Entries.Value;

    public static IEnumerable<Type> NotDifferentiable => Collect<Type>();

    private static IEnumerable<T> Collect<T>() => typeof(GradientTable)
        .GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
        .Where(method => method.ReturnType == typeof(IEnumerable<T>) && method.GetParameters().Length == 0 && !method.IsGenericMethod)
        .OrderBy(method => method.Name, StringComparer.Ordinal)
        .SelectMany(method => (IEnumerable<T>)method.Invoke(null, null)!);

    /// <summary>Edge sizes: scalar, one, primes, several axes, empty.</summary>
    private static readonly Shape[] Shapes = [[], [1], [7], [13, 3], [2, 1, 5], [0], [2, 0, 3]];

    /// <summary>A function of one tensor at every edge shape.</summary>
    private static IEnumerable<GradientEntry> AtAllShapes(string name, Func<Tensor, Tensor> function, Func<Shape, Tensor> draw) =>
        Shapes.Select(shape => Of($"{name} {shape}", function, draw(shape)));

    /// <summary>A function of one tensor.</summary>
    private static GradientEntry Of(string name, Func<Tensor, Tensor> function, Tensor x) => new(name, inputs => function(inputs[0]), x);

    /// <summary>A function of two tensors.</summary>
    private static GradientEntry Of(string name, Func<Tensor, Tensor, Tensor> function, Tensor a, Tensor b) =>
        new(name, inputs => function(inputs[0], inputs[1]), a, b);

    /// <summary>A loss as a function of its predictions (and of whatever else in it has a gradient).</summary>
    private static GradientEntry OfLoss(string method, string name, Func<Tensor[], Tensor> function, params Tensor[] inputs) =>
        new($"Loss.{method} {name}", function, inputs) { Loss = method };

    /// <summary>
    /// A layer as a function of its input and all its parameters. It is built anew for each evaluation, so one that draws random
    /// numbers must make its own <see cref="Rng"/> in <paramref name="build"/>; its weights are moved off special values such as 0.
    /// </summary>
    private static GradientEntry OfLayer(string name, Func<DType, Layer> build, Tensor x, bool differentiateInput = true)
    {
        var rng = new Rng(11);
        Tensor[] parameters = [.. build(DType.Float64).Parameters.Select(p => p.Detach() + rng.Uniform(p.Shape, -0.2, 0.2, DType.Float64))];
        Tensor[] inputs = [.. differentiateInput ? new[] { x } : [], .. parameters];
        return new(name, values =>
        {
            DType dtype = values[0].DType;
            Layer layer = build(dtype);
            Recorder.Visit(layer);
            layer.To(values[0].Device);
            Tensor input = differentiateInput ? values[0].Clone().WithGrad() : x.To(dtype).To(values[0].Device);
            Tensor[] leaves = [.. differentiateInput ? new[] { input } : [], .. layer.Parameters];
            foreach ((Tensor leaf, Tensor value) in leaves.Zip(values))
            {
                leaf.Assign(value);
            }
            Tensor y = layer.Forward(input);
            Recorder.Visit(y);
            return Tensor.Custom(y, gradient =>
            {
                y.Backward(gradient);
                return [.. leaves.Select(leaf => leaf.Grad)];
            }, values);
        }, inputs);
    }

    /// <summary>Numbers from −2 to 2 in random order, all different and none near 0: away from every kink.</summary>
    private static Tensor Spread(Shape shape, int seed = 1)
    {
        double step = 4.0 / Math.Max(shape.Size, 1), shift = 0.25 + (0.07 * seed);
        return Tensor.From([.. new Rng(seed).Permutation(shape.Size).Select(rank => ((rank + shift) * step) - 2)], shape, DType.Float64);
    }

    private static Tensor Spread(Shape shape) => Spread(shape, 1);

    /// <summary>Numbers from 0.5 to 2.</summary>
    private static Tensor Positive(Shape shape) => new Rng(3).Uniform(shape, 0.5, 2, DType.Float64);

    /// <summary>Independent normal numbers.</summary>
    private static Tensor Normal(Shape shape, int seed = 5) => new Rng(seed).Normal(shape, dtype: DType.Float64);
}
