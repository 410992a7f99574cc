using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace DeepNotebooks.Optimizers;

/// <summary>
/// L-BFGS: a quasi-Newton method that models the curvature from its last steps, with a line search in place of a learning rate; for
/// losses without noise (full batches). Liu and Nocedal, 1989; MathNet's implementation. A step makes several iterations from scratch
/// and ends at the best point met.
/// </summary>
public sealed class LBFGS : Optimizer
{
    private const double Tolerance = 1e-9; // of gradient, parameters and progress: below it an iteration gains nothing
    private readonly LimitedMemoryBfgsMinimizer _minimizer;

    /// <summary>L-BFGS with at most so many iterations a step, and so many past steps to model the curvature.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public LBFGS(IEnumerable<Tensor> parameters, int iterations = 20, int memory = 10) : base(parameters, learningRate: 1)
    {
        Require(iterations >= 1, "iterations must be at least 1", iterations);
        Require(memory >= 1, "the memory must be at least 1", memory);
        _minimizer = new LimitedMemoryBfgsMinimizer(Tolerance, Tolerance, Tolerance, memory, iterations);
    }

    /// <inheritdoc/>
    public override bool NeedsLoss => true;

    /// <inheritdoc/>
    public override double Step(Func<Tensor> loss)
    {
        ForbidPenalty();
        Vector<double> start = Objective.Point(Parameters), best = start;
        double before = double.NaN, least = double.PositiveInfinity;
        Tensor Watched()
        {
            Tensor value = loss();
            before = double.IsNaN(before) ? value.Item() : before;
            if (value.Item() < least)
                (least, best) = (value.Item(), Objective.Point(Parameters));
            return value;
        }
        try
        {
            _minimizer.FindMinimum(Objective.Of(Watched, Parameters), start);
        }
        catch (OptimizationException)
        {
            // The line search found nothing better, or met a loss that is no number: the best point stands.
        }
        finally
        {
            Objective.Move(Parameters, best);
        }
        CountStep();
        return before;
    }

    /// <inheritdoc/>
    protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate) =>
        throw new NotSupportedException("LBFGS changes all parameters together.");
}
