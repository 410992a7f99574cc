using DeepNotebooks.Optimizers;
using MathNet.Numerics.Optimization;

namespace DeepNotebooks.Tests.Optimizers;

public class OptimizerTests
{
    private static Tensor T(params double[] values) => Tensor.From(values, DType.Float64);

    private static Tensor Leaf(params double[] values) => T(values).WithGrad();

    /// <summary>Runs steps on a loss and returns the weights.</summary>
    private static double[] Run(Func<Tensor, Optimizer> create, Func<Tensor, Tensor> loss, double[] start, int steps = 10)
    {
        Tensor w = Leaf(start);
        Optimizer optimizer = create(w);
        for (int i = 0; i < steps; i++)
        {
            optimizer.Step(() => loss(w));
        }
        return w.ToArray();
    }

    private static Tensor Bowl(Tensor w) => ((w - T(1, -2)).Square() * T(1, 5)).Sum();

    private static Tensor Rosenbrock(Tensor w)
    {
        Tensor x = w[..1], y = w[1..];
        return ((1 - x).Square() + (100 * (y - x.Square()).Square())).Sum();
    }

    [Fact]
    public void AveragedMomentumIsSummedMomentumAtAnotherRate()
    {
        double[] summed = Run(w => new SGD([w], 0.01, 0.9), Bowl, [3, 3]);
        double[] averaged = Run(w => new SGD([w], 0.1, 0.9, averaged: true), Bowl, [3, 3]);
        Assert.Equal(summed[0], averaged[0], 1e-12);
        Assert.Equal(summed[1], averaged[1], 1e-12);
    }

    [Fact]
    public void DecayAndL2AgreeForDescentButNotForAdam()
    {
        double[] decay = Run(w => new SGD([w], 0.05) { Penalty = Penalty.WeightDecay(0.3) }, Bowl, [3, 3]);
        double[] l2 = Run(w => new SGD([w], 0.05) { Penalty = Penalty.L2(0.3) }, Bowl, [3, 3]);
        Assert.Equal(l2[0], decay[0], 1e-12);
        Assert.NotEqual(
            Run(w => new Adam([w], 0.05, weightDecay: 0.3), Bowl, [3, 3])[0],
            Run(w => new AdamW([w], 0.05, weightDecay: 0.3), Bowl, [3, 3])[0], 1e-3);
    }

    [Fact]
    public void OneStepOfDecayShrinksTheWeightFirst()
    {
        double[] w = Run(w => new SGD([w], 0.1, weightDecay: 0.5), w => (w * 2).Sum(), [4], steps: 1);
        Assert.Equal((4 * (1 - (0.1 * 0.5))) - (0.1 * 2), w[0], 1e-12);
    }

    [Fact]
    public void OnlyTheProximalStepGivesExactZeros()
    {
        static Tensor Loss(Tensor w) => (w - T(0.05, 2)).Square().Sum();
        double[] subgradient = Run(w => new SGD([w], 0.05) { Penalty = Penalty.L1(0.3) }, Loss, [1, 1], 200);
        double[] proximal = Run(w => new SGD([w], 0.05) { Penalty = Penalty.ProximalL1(0.3) }, Loss, [1, 1], 200);
        Assert.NotEqual(0, subgradient[0]);
        Assert.Equal(0, subgradient[0], 0.02);
        Assert.Equal(0, proximal[0]);
        Assert.Equal(2 - 0.15, proximal[1], 1e-6);
    }

    [Fact]
    public void ElasticNetFindsItsMinimum()
    {
        // 2 (w − 2) + 0.3 sign(w) + 0.5 w = 0 at w = (4 − 0.3) / 2.5
        foreach (bool proximal in new[] { true, false })
        {
            Penalty net = Penalty.ElasticNet(0.3, 0.5, proximal);
            double[] w = Run(w => new SGD([w], 0.05) { Penalty = net }, w => (w - 2).Square().Sum(), [1], 300);
            Assert.Equal(3.7 / 2.5, w[0], 1e-9);
        }
    }

    [Fact]
    public void PenaltyOfNothingIsRefused() =>
        Assert.Contains("no weights", Assert.Throws<ArgumentException>(() => Penalty.L1(1).Of([])).Message);

    [Fact]
    public void PenaltyAsALossTermGivesTheSameStep()
    {
        Penalty penalty = Penalty.ElasticNet(0.3, 0.5, proximal: false);
        Assert.Equal(
            Run(w => new SGD([w], 0.05), w => Bowl(w) + penalty.Of([w]), [3, -3], 1),
            Run(w => new SGD([w], 0.05) { Penalty = penalty }, Bowl, [3, -3], 1));
        Assert.Equal((0.3 * 7) + (0.25 * 25), penalty.Of([T(3), T(-4)]).Item(), 1e-12);
    }

    [Fact]
    public void GroupsHaveTheirOwnRateAndPenalty()
    {
        Tensor a = Leaf(1), b = Leaf(1), c = Leaf(1);
        var optimizer = new SGD([a, b, c], 0.1, weightDecay: 1);
        optimizer.Group([b]).RateFactor = 0.5;
        optimizer.Group([c]).Penalty = Penalty.None;
        optimizer.Step(() => (a + b + c).Sum());
        Assert.Equal([0.8, 0.9, 0.9], [a.Item(), b.Item(), c.Item()], (x, y) => Math.Abs(x - y) < 1e-12);
        optimizer.Penalty = Penalty.None;
        optimizer.Step(() => (a + b + c).Sum());
        Assert.Equal([0.7, 0.85, 0.8], [a.Item(), b.Item(), c.Item()], (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Throws<ArgumentException>(() => optimizer.Group([Leaf(1)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Group([a]).RateFactor = -1);
    }

    [Fact]
    public void NewtonSolvesAnyQuadraticInOneStepAndIsDrawnToASaddle()
    {
        double[] w = Run(w => new Newton([w]), w => ((w - T(1, -2)).Square() * T(1, 1e6)).Sum(), [30, 40], 1);
        Assert.Equal(1, w[0], 1e-6);
        Assert.Equal(-2, w[1], 1e-6);
        double[] saddle = Run(w => new Newton([w]), w => (w.Square() * T(1, -1)).Sum(), [3, 3], 1);
        Assert.All(saddle, x => Assert.Equal(0, x, 1e-8));
    }

    [Fact]
    public void NewtonNamesASingularHessianAndDampingCuresIt()
    {
        Tensor w = Leaf(1, 2);
        Tensor Flat() => (w.Sum() - 1).Square();
        Assert.Contains("damping", Assert.Throws<InvalidOperationException>(() => new Newton([w]).Step(Flat)).Message);
        new Newton([w], damping: 1e-3).Step(Flat);
        Assert.Equal(1, w.Sum().Item(), 1e-2);
    }

    [Fact]
    public void LBFGSFindsTheEndOfTheValley()
    {
        double[] w = Run(w => new LBFGS([w], iterations: 100), Rosenbrock, [-1.2, 1], 1);
        Assert.All(w, x => Assert.Equal(1, x, 1e-6));
    }

    [Fact]
    public void LBFGSNeverEndsHigherAndStandsAtAMinimum()
    {
        Tensor w = Leaf(-1.2, 1);
        var optimizer = new LBFGS([w], iterations: 2);
        double last = double.PositiveInfinity;
        for (int i = 0; i < 20; i++)
        {
            double now = optimizer.Step(() => Rosenbrock(w));
            Assert.True(now <= last);
            last = now;
        }
        Assert.Equal(20, optimizer.Steps);
        w.Assign(T(1, 1));
        Assert.Equal(0, optimizer.Step(() => Rosenbrock(w)));
        Assert.Equal([1, 1], w.ToArray());
        Assert.True(double.IsNaN(optimizer.Step(() => (w * double.NaN).Sum())));
        Assert.Equal([1, 1], w.ToArray());
    }

    [Fact]
    public void MathNetMinimizesALossOfTensors()
    {
        Tensor x = Leaf(-1.2), y = Leaf(1);
        Tensor[] both = [x, y];
        MinimizationResult result = new BfgsMinimizer(1e-9, 1e-9, 1e-9)
            .FindMinimum(Objective.Of(() => ((1 - x).Square() + (100 * (y - x.Square()).Square())).Sum(), both), Objective.Point(both));
        Objective.Move(both, result.MinimizingPoint);
        Assert.Equal(1, x.Item(), 1e-6);
        Assert.Throws<ArgumentException>(() => Objective.Move([x], result.MinimizingPoint));
    }

    [Fact]
    public void HutchinsonFindsTheDiagonal()
    {
        Tensor w = Leaf(1, 2, 3);
        Tensor matrix = Tensor.From(new double[,] { { 4, 1, 0 }, { 1, 3, -1 }, { 0, -1, 2 } }, DType.Float64);
        Tensor Loss() => w.Reshape(1, 3).MatMul(matrix).MatMul(w.Reshape(3, 1)).Sum() / 2;
        double[] estimate = AdaHessian.Diagonal(Loss, [w], new Rng(1), 2000)[0].ToArray();
        Assert.Equal([4.0, 3, 2], estimate, (x, y) => Math.Abs(x - y) < 0.15);
        Assert.Equal([1, 2, 3], w.ToArray());
    }

    [Fact]
    public void AdaHessianScalesEachWeightByItsCurvature()
    {
        // On a separable quadratic the estimate is exact, and the first step is η g / |h|: as far along every axis.
        double[] w = Run(w => new AdaHessian([w], new Rng(1)), w => (w.Square() * T(0.5, 500)).Sum(), [1, 1], 1);
        Assert.Equal(0.9, w[0], 1e-4);
        Assert.Equal(0.9, w[1], 1e-4);
    }

    [Fact]
    public void AMSGradReachesTheRightEndWhereAdamWalksToTheWrongOne()
    {
        // Reddi, Kale and Kumar's example on [−1, 1]: the gradient is 10 once and then −1 twice, so the best point is −1.
        static double End(Func<Tensor, Optimizer> create)
        {
            Tensor w = Leaf(0);
            Optimizer optimizer = create(w);
            for (int t = 0; t < 3000; t++)
            {
                optimizer.Step(() => (w * (t % 3 == 0 ? 4 : -1.9)).Sum());
                w.Assign(w.Detach().Clamp(-1, 1));
            }
            return w.Item();
        }
        Assert.Equal(1, End(w => new Adam([w], 0.02, 0, 0.1)), 0.2);
        Assert.Equal(-1, End(w => new AMSGrad([w], 0.02, 0, 0.1)), 0.2);
    }

    [Fact]
    public void EpsilonInsideTheRootMattersForTinyGradientsOnly()
    {
        static double Step(double gradient, bool inside) =>
            1 - Run(w => new RMSProp([w], 0.1, 0.9, 1e-6, epsilonInsideRoot: inside), w => (w * gradient).Sum(), [1], 1)[0];
        Assert.Equal(Step(10, false), Step(10, true), 1e-6);
        Assert.True(Step(1e-6, false) > 100 * Step(1e-6, true));
    }

    [Fact]
    public void AnOptimizerOfOnesOwnUsesTensors()
    {
        double[] own = Run(w => new SignDescent([w], 0.1), Bowl, [3, 3], 3);
        Assert.Equal([2.7, 2.7], own, (x, y) => Math.Abs(x - y) < 1e-12);
    }

    private sealed class SignDescent(IEnumerable<Tensor> parameters, double learningRate) : Optimizer(parameters, learningRate)
    {
        protected override void Update<T>(int index, Tensor parameter, Tensor gradient, double rate) =>
            parameter.Assign(parameter - (gradient / gradient.Abs() * rate));
    }

    public static TheoryData<Func<Tensor, Optimizer>> All =>
    [
        w => new SGD([w]), w => new SGD([w], 0.1, 0.9, 0.1, nesterov: true), w => new Adagrad([w]), w => new Adadelta([w]),
        w => new RMSProp([w]), w => new Adam([w], weightDecay: 0.1), w => new AdamW([w]), w => new AMSGrad([w]), w => new AdaMax([w]),
        w => new Nadam([w]), w => new SGD([w]) { Penalty = Penalty.ElasticNet(0.1, 0.1) },
    ];

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void SteadyStepsDoNotAllocate(Func<Tensor, Optimizer> create)
    {
        Tensor w = new Rng(1).Normal([50, 20]).WithGrad();
        w.Grad = new Rng(2).Normal([50, 20]);
        Optimizer optimizer = create(w);
        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            optimizer.Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        // The runtime's first, unoptimized code may allocate; a step that allocates by itself would do so for ever.
        Assert.Contains(0, Enumerable.Range(0, 2000).Select(_ => Allocated()));
    }

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void NaNGradientsAreNotHidden(Func<Tensor, Optimizer> create)
    {
        Tensor w = Leaf(1, 1);
        w.Grad = T(double.NaN, 1);
        create(w).Step();
        Assert.True(double.IsNaN(w[0]));
        Assert.True(double.IsFinite(w[1]));
    }

    public static TheoryData<Func<Tensor, Optimizer>> Refused =>
    [
        w => new SGD([w], -1), w => new SGD([w], double.NaN), w => new SGD([w], momentum: 1), w => new SGD([w], nesterov: true),
        w => new SGD([w], weightDecay: -1), w => new SGD([w], weightDecay: double.NaN), w => new Adagrad([w], epsilon: 0),
        w => new Adadelta([w], rho: 1), w => new Adadelta([w], epsilon: 0), w => new RMSProp([w], alpha: 1),
        w => new RMSProp([w], epsilon: -1),
        w => new Adam([w], beta1: 1), w => new Adam([w], beta2: -0.1), w => new Adam([w], epsilon: 0), w => new AdamW([w], weightDecay: -1),
        w => new AMSGrad([w], double.PositiveInfinity), w => new AdaMax([w], beta2: double.NaN), w => new Nadam([w], beta1: 1),
        w => new AdaHessian([w], new Rng(1), epsilon: 0), w => new Newton([w], damping: -1), w => new LBFGS([w], 0),
        w => new LBFGS([w], memory: 0),
        w => new SGD([w]) { Penalty = Penalty.L1(-1) }, w => new SGD([w]) { Penalty = Penalty.ElasticNet(1, double.NaN) },
    ];

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void NumbersOutOfRangeAreRefused(Func<Tensor, Optimizer> create) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => create(Leaf(1)));

    [Fact]
    public void MethodsThatNeedTheLossSaySo()
    {
        Optimizer[] all = [new Newton([Leaf(1)]), new LBFGS([Leaf(1)]), new AdaHessian([Leaf(1)], new Rng(1))];
        foreach (Optimizer optimizer in all)
        {
            Assert.Contains("Step(() => loss)", Assert.Throws<InvalidOperationException>(optimizer.Step).Message);
        }
        Tensor w = Leaf(1);
        Assert.Contains("penalty", Assert.Throws<InvalidOperationException>(
            () => new Newton([w]) { Penalty = Penalty.L2(1) }.Step(() => w.Square().Sum())).Message);
    }

    [Fact]
    public void SchedulesRefuseWhatIsOutOfRange()
    {
        Assert.All<Action>(
        [
            () => Schedule.Steps(0), () => Schedule.Steps(2, -1), () => Schedule.Exponential(1.1), () => Schedule.Cosine(0),
            () => Schedule.Cosine(5, double.NaN), () => Schedule.WarmUp(0), () => Schedule.WarmUp(3, from: 2), () => Schedule.Cyclical(0),
            () => Schedule.Cyclical(3, -1), () => Schedule.Cyclical(3, shrink: 2), () => Schedule.OneCycle(1),
            () => Schedule.OneCycle(9, 1.5),
            () => Schedule.OneCycle(9, start: 0.5), () => Schedule.OneCycle(9, end: 0), () => Schedule.Constant.At(-1),
        ], wrong => Assert.Throws<ArgumentOutOfRangeException>(wrong));
        Assert.Equal([0.1, 1, 0.5], new[] { 0, 3, 5 }.Select(Schedule.WarmUp(3, Schedule.Steps(2, 0.5), 0.1).At));
        Assert.Equal(0.2, Schedule.Cosine(10, 0.2).At(50), 1e-12);
        Assert.Equal(0.5, new Schedule(step => 1.0 / step).At(2));
    }
}
