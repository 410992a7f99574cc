using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// A loss of tensors as MathNet's minimizers (BFGS, L-BFGS, conjugate gradients …) want it, a function of one vector:
/// <c>new BfgsMinimizer(1e-8, 1e-8, 1e-8).FindMinimum(Objective.Of(loss, weights), Objective.Point(weights))</c>.
/// </summary>
public static class Objective
{
    /// <summary>The loss and its gradient by backpropagation; an evaluation moves the parameters to its point.</summary>
    public static IObjectiveFunction Of(Func<Tensor> loss, IReadOnlyList<Tensor> parameters) => ObjectiveFunction.Gradient(point =>
    {
        Move(parameters, point);
        foreach (Tensor parameter in parameters)
            parameter.Grad = null;
        Tensor value = loss();
        value.Backward();
        return (value.Item(), Flat(parameters.Select(p => p.Grad ?? Tensor.Zeros(p.Shape, p.DType))));
    });

    /// <summary>Where the parameters are: all their elements, one after the other.</summary>
    public static Vector<double> Point(IReadOnlyList<Tensor> parameters) => Flat(parameters);

    /// <summary>Moves the parameters to a point.</summary>
    /// <exception cref="ArgumentException">The point has another number of elements.</exception>
    public static void Move(IReadOnlyList<Tensor> parameters, Vector<double> point)
    {
        int size = parameters.Sum(p => p.Size), at = 0;
        if (point.Count != size)
            throw new ArgumentException($"Objective.Move: a point of {point.Count} numbers for parameters of {size}.", nameof(point));
        double[] values = point.ToArray();
        foreach (Tensor parameter in parameters)
        {
            parameter.Assign(Tensor.From(values.AsSpan(at, parameter.Size), parameter.Shape, parameter.DType));
            at += parameter.Size;
        }
    }

    private static Vector<double> Flat(IEnumerable<Tensor> tensors) =>
        Vector<double>.Build.Dense([.. tensors.SelectMany(t => t.ToArray())]);
}
