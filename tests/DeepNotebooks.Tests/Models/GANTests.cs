using DeepNotebooks.Layers;
using DeepNotebooks.Models;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Tests.Models;

public class GANTests
{
    private static Layer Identity => new Sequential();

    private static SGD None => new([Tensor.Zeros([1]).WithGrad()], 0);

    [Fact]
    public void LossesAreTheirFormulas()
    {
        Tensor real = Tensor.From([2.0, -1], DType.Float64), made = Tensor.From([0.5, -3], DType.Float64);
        double LogSigmoid(double z) => -Math.Log(1 + Math.Exp(-z));
        double Mean(Func<double, double> f, Tensor x) => x.ToArray().Average(f);
        double judging = -Mean(LogSigmoid, real) - Mean(z => LogSigmoid(-z), made);
        AssertLoss(AdversarialLoss.Minimax, judging, Mean(z => LogSigmoid(-z), made));
        AssertLoss(AdversarialLoss.NonSaturating, judging, -Mean(LogSigmoid, made));
        double ToOne(Tensor x) => Mean(z => (z - 1) * (z - 1), x) / 2;
        AssertLoss(AdversarialLoss.LeastSquares, ToOne(real) + (Mean(z => z * z, made) / 2), ToOne(made));
        AssertLoss(AdversarialLoss.Wasserstein, Mean(z => z, made) - Mean(z => z, real), -Mean(z => z, made));

        void AssertLoss(AdversarialLoss loss, double discriminator, double generator)
        {
            Assert.Equal(discriminator, loss.Discriminator(real, made).Item(), 1e-12);
            Assert.Equal(generator, loss.Generator(made).Item(), 1e-12);
        }
    }

    [Fact]
    public void TheDiscriminatorTendsToItsOptimum()
    {
        // three places, real in shares p = (5, 3, 2)/10, made in q = (1, 3, 6)/10
        Tensor places = Tensor.Eye(3);
        Tensor real = places.Rows(0, 0, 0, 0, 0, 1, 1, 1, 2, 2), made = places.Rows(0, 1, 1, 1, 2, 2, 2, 2, 2, 2);
        var judge = new Linear(3, 1, new Rng(1), bias: false);
        var gan = new GAN(Identity, None, judge, new SGD(judge.Parameters, 5), AdversarialLoss.Minimax);
        for (int i = 0; i < 300; i++)
            gan.Step(() => new(made, real));
        double[] optimum = judge.Predict(places).Sigmoid().ToArray();
        foreach ((double expected, double actual) in new[] { 5.0 / 6, 3.0 / 6, 2.0 / 8 }.Zip(optimum))
            Assert.Equal(expected, actual, 1e-4);
    }

    [Fact]
    public void ClippingHoldsWeightsAndThePenaltyTheSlope()
    {
        Tensor real = Tensor.Full([4, 1], 3), made = Tensor.Zeros([4, 1]);
        double Slope(double clip, double penalty)
        {
            var critic = new Linear(1, 1, new Rng(1));
            var gan = new GAN(Identity, None, critic, new SGD(critic.Parameters, 0.04), AdversarialLoss.Wasserstein)
            {
                Clip = clip,
                Penalty = penalty,
            };
            for (int i = 0; i < 60; i++)
                gan.Step(() => new(made, real));
            return critic.Weight.Item();
        }
        Assert.Equal(0.3, Slope(0.3, 0), 1e-6);
        Assert.Equal(1.15, Slope(double.PositiveInfinity, 10), 1e-4); // the minimum of −3w + 10 (w − 1)²
    }

    [Fact]
    public void GradientNormsDifferentiateByTheWeights()
    {
        var rng = new Rng(2);
        var critic = new Sequential(
            new Linear(3, 8, rng, dtype: DType.Float64), new DeepNotebooks.Layers.Tanh(),
            new Linear(8, 8, rng, dtype: DType.Float64), new DeepNotebooks.Layers.Softplus(), new Linear(8, 1, rng, dtype: DType.Float64));
        Tensor x = rng.Normal([5, 3], dtype: DType.Float64);
        Tensor Norms()
        {
            Tensor leaf = x.Clone().WithGrad();
            critic.Forward(leaf).Sum().Backward();
            critic.ZeroGrad();
            return leaf.Grad!.Norm([1]);
        }
        double Penalty() => (Norms() - 1).Square().Mean().Item();
        Tensor first = critic.Parameters[0];
        first.Grad = Tensor.Ones(first.Shape, DType.Float64);
        Tensor norms = Derivatives.GradientNorms(critic.Forward, x, critic.Parameters, step: 1e-3);
        Assert.All(first.Grad.ToArray(), g => Assert.Equal(1, g));
        Assert.All(norms.ToArray().Zip(Norms().ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        (norms - 1).Square().Mean().Backward();
        Tensor[] gradients = [.. critic.Parameters.Select(w => w.Grad?.Clone() ?? Tensor.Zeros(w.Shape, w.DType))];
        Assert.Contains(gradients[0].ToArray(), g => Math.Abs(g) > 0.01);
        foreach ((Tensor weight, Tensor gradient) in critic.Parameters.Zip(gradients))
        {
            Tensor flat = weight.Detach().Reshape(-1);
            for (int i = 0; i < flat.Size; i++)
            {
                double kept = flat[i];
                flat[i] = kept + 1e-5;
                double above = Penalty();
                flat[i] = kept - 1e-5;
                double below = Penalty();
                flat[i] = kept;
                Assert.Equal((above - below) / 2e-5, gradient.Reshape(-1)[i], 1e-5);
            }
        }
        Assert.Throws<ArgumentException>(() => Derivatives.GradientNorms(critic.Forward, x, critic.Parameters, step: 0));
        Assert.Throws<ArgumentException>(() => Derivatives.GradientNorms(y => y, x, critic.Parameters));
    }

    [Fact]
    public void AStepOfTheGeneratorSendsNoGradientsIntoTheDiscriminator()
    {
        var rng = new Rng(5);
        Layer make = new Linear(2, 2, rng), judge = new Linear(2, 1, rng), shared = new Linear(2, 2, rng);
        var body = new Sequential(shared, judge);
        var gan = new GAN(make, new Adam([.. make.Parameters, .. shared.Parameters]), body, new Adam(body.Parameters), AdversarialLoss.NonSaturating)
        {
            DiscriminatorSteps = 0,
        };
        gan.Step(() => new(rng.Normal([4, 2]), rng.Normal([4, 2])));
        Assert.All(judge.Parameters, weight => Assert.Null(weight.Grad));
        Assert.All(body.Parameters, weight => Assert.True(weight.RequiresGrad));
        Assert.All([.. make.Parameters, .. shared.Parameters], weight => Assert.NotNull(weight.Grad)); // what G trains too gets its own
        Assert.Throws<ArgumentException>(() => gan.Step(() => new(rng.Normal([4, 3]), rng.Normal([4, 2]))));
        Assert.All(body.Parameters, weight => Assert.True(weight.RequiresGrad));
    }

    [Fact]
    public void ConditionsAreJoinedAsColumnsAndAsMaps()
    {
        var gan = new GAN(Identity, None, Identity, None, AdversarialLoss.Wasserstein);
        Tensor condition = Tensor.From(new double[,] { { 5, 6 }, { 7, 8 } });
        Assert.Equal([1, 5, 6, 2, 7, 8], gan.Generate(Tensor.From(new double[,] { { 1 }, { 2 } }), condition).ToArray());
        Tensor images = gan.Generate(Tensor.Zeros([2, 1, 2, 3]), condition);
        Assert.Equal([2, 3, 2, 3], images.Shape);
        Assert.Equal([0, 5, 6, 0, 7, 8], images[.., .., 1, 2].ToArray());
    }

    [Fact]
    public void AGeneratorFindsTheMeanOfTheDataUnderEachLoss()
    {
        foreach (AdversarialLoss loss in new[] { AdversarialLoss.NonSaturating, AdversarialLoss.LeastSquares, AdversarialLoss.Wasserstein })
        {
            var rng = new Rng(3);
            var shift = new Linear(1, 1, rng);
            var judge = new Sequential(new Linear(1, 16, rng), new DeepNotebooks.Layers.LeakyReLU(0.2), new Linear(16, 1, rng));
            Adam Optimize(Layer net) => new(net.Parameters, 0.01, beta1: 0.5);
            var gan = new GAN(shift, Optimize(shift), judge, Optimize(judge), loss)
            {
                Clip = loss == AdversarialLoss.Wasserstein ? 0.2 : double.PositiveInfinity,
                DiscriminatorSteps = 2,
            };
            for (int i = 0; i < 400; i++)
                gan.Step(() => new(rng.Normal([64, 1]), rng.Normal([64, 1], mean: 3)));
            Assert.InRange(gan.Generate(rng.Normal([1000, 1])).Mean().Item(), 2, 4);
        }
    }

    [Fact]
    public void DCGANsHavePaperShapes()
    {
        var rng = new Rng(1);
        Sequential generator = DCGAN.Generator(latent: 5, size: 16, maps: 4, rng, channels: 3);
        Sequential judge = DCGAN.Discriminator(16, 4, rng, channels: 3);
        Tensor images = generator.Forward(rng.Normal([2, 5]));
        Assert.Equal([2, 3, 16, 16], images.Shape);
        Assert.Equal([2, 1], judge.Forward(images).Shape);
        Assert.Equal([8, 4], generator.Children.OfType<BatchNorm2d>().Select(norm => norm.Parameters[0].Size));
        Assert.Single(judge.Children.OfType<BatchNorm2d>());
        Assert.InRange(generator.Parameters[0].Variance().Item(), 0.0003, 0.0005);
        Assert.Throws<ArgumentOutOfRangeException>(() => DCGAN.Generator(5, 4, 4, rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => DCGAN.Discriminator(20, 4, rng));
    }

    [Fact]
    public void InfoGANReadsItsCodeBack()
    {
        var rng = new Rng(1);
        Tensor inputs = InfoGAN.Inputs(50, noise: 2, categories: 3, continuous: 1, rng);
        Assert.Equal([50, 6], inputs.Shape);
        Assert.All(inputs[.., 2..5].Sum(1).ToArray(), sum => Assert.Equal(1, sum));
        Assert.All(inputs[.., 5].ToArray(), c => Assert.InRange(c, -1, 1));
        Tensor told = inputs[.., 2..] * Tensor.From([50.0, 50, 50, 1]); // what a generator would show that gives the whole code away
        Assert.Equal(0, InfoGAN.Information(Identity, 3, 1)(inputs, told).Item(), 1e-6);
        Tensor silent = Tensor.Zeros([50, 4]);
        double guess = Math.Log(3) + (inputs[.., 5].Square().Mean().Item() / 2);
        Assert.Equal(2 * guess, InfoGAN.Information(Identity, 3, 1, weight: 2)(inputs, silent).Item(), 1e-5);
        Assert.Equal(0, InfoGAN.Information(Identity, 0, 2)(inputs, inputs[.., 4..]).Item());
    }

    [Fact]
    public void CycleConsistencyTiesTheGenerators()
    {
        double Error(double cycle)
        {
            var rng = new Rng(4);
            Layer Map() => new Linear(2, 2, rng);
            Layer Judge() => new Sequential(new Linear(2, 8, rng), new DeepNotebooks.Layers.LeakyReLU(0.2), new Linear(8, 1, rng));
            var gan = new CycleGAN(Map(), Map(), Judge(), Judge(), cycle, learningRate: 0.01);
            for (int i = 0; i < 200; i++)
                gan.Step(() => rng.Normal([32, 2]), () => rng.Normal([32, 2]));
            Tensor x = rng.Normal([200, 2]);
            return (gan.ToX(gan.ToY(x)) - x).Abs().Mean().Item();
        }
        double tied = Error(10), free = Error(0);
        Assert.True(tied < free / 3, $"{tied} with the tie, {free} without");
    }

    [Fact]
    public void StackGANTrainsOneStageAtATime()
    {
        var rng = new Rng(1);
        Layer Make(Layer layer) => new Sequential(layer, new DeepNotebooks.Layers.Tanh());
        Layer first = Make(new Sequential(new Linear(3, 16, rng), new Unflatten(1, 4, 4)));
        Layer second = Make(new ConvTranspose2d(2, 1, 2, rng, stride: 2));
        Layer Judge(int size) => new Sequential(new Flatten(), new Linear(2 * size * size, 1, rng));
        GAN Game(Layer generator, int size)
        {
            Layer judge = Judge(size);
            return new(generator, new Adam(generator.Parameters), judge, new Adam(judge.Parameters), AdversarialLoss.NonSaturating);
        }
        var stack = new StackGAN(Game(first, 4), Game(second, 8));
        AdversarialBatch Draw() => new(rng.Normal([6, 2]), rng.Uniform([6, 1, 8, 8]), Tensor.Ones([6, 1]));
        double[] Weights(Layer layer) => layer.Parameters[0].ToArray();
        (double[] One, double[] Two) start = (Weights(first), Weights(second));
        stack.StepRough(Draw);
        Assert.NotEqual(start.One, Weights(first));
        Assert.Equal(start.Two, Weights(second));
        double[] trained = Weights(first);
        stack.StepFine(Draw);
        Assert.Equal(trained, Weights(first));
        Assert.NotEqual(start.Two, Weights(second));
        Assert.Equal([6, 1, 4, 4], stack.Rough(Draw().Input, Tensor.Ones([6, 1])).Shape);
        Assert.Equal([6, 1, 8, 8], stack.Fine(Draw().Input, Tensor.Ones([6, 1])).Shape);
    }
}
