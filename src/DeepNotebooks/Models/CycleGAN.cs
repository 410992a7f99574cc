using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Models;

/// <summary>
/// CycleGAN: two generators G: X → Y and F: Y → X between two sets of examples of which no pairs are known. Each is judged by a
/// discriminator of its target set, with least squares, and both are tied by cycle consistency, λ (|F(G(x)) − x| + |G(F(y)) − y|).
/// Zhu, Park, Isola and Efros, 2017.
/// </summary>
public sealed class CycleGAN
{
    private readonly GAN _toY, _toX;

    /// <summary>Sets up both games; one Adam with β₁ = ½ trains both generators.</summary>
    /// <param name="toY">G.</param>
    /// <param name="toX">F.</param>
    /// <param name="judgeY">The discriminator of Y.</param>
    /// <param name="judgeX">The discriminator of X.</param>
    /// <param name="cycle">λ; 0 leaves the tie out.</param>
    /// <param name="learningRate">The rate of all optimizers.</param>
    public CycleGAN(Layer toY, Layer toX, Layer judgeY, Layer judgeX, double cycle = 10, double learningRate = 2e-4)
    {
        Adam Optimize(params IEnumerable<Tensor> weights) => new(weights, learningRate, beta1: 0.5);
        Adam generating = Optimize([.. toY.Parameters, .. toX.Parameters]);
        GAN Game(Layer there, Layer back, Layer judge) =>
            new(there, generating, judge, Optimize(judge.Parameters), AdversarialLoss.LeastSquares)
            {
                Tie = cycle == 0 ? null : (x, y) => cycle * Loss.MeanAbsoluteError(back.Forward(y), x),
            };
        (_toY, _toX) = (Game(toY, toX, judgeY), Game(toX, toY, judgeX));
    }

    /// <summary>One step in each direction, with batches drawn from either set.</summary>
    public void Step(Func<Tensor> x, Func<Tensor> y)
    {
        _toY.Step(() => new(x(), y()));
        _toX.Step(() => new(y(), x()));
    }

    /// <summary>G(x).</summary>
    public Tensor ToY(Tensor x) => _toY.Generate(x);

    /// <summary>F(y).</summary>
    public Tensor ToX(Tensor y) => _toX.Generate(y);
}
