using DeepNotebooks.Losses;

namespace DeepNotebooks.Tests.Losses;

public class LossTests
{
    private static Tensor T(params double[] values) => Tensor.From(values, DType.Float64);

    [Fact]
    public void HuberIsContinuousInValueAndSlopeAtDelta()
    {
        const double Step = 1e-9;
        Tensor inside = T(0.7 - Step).WithGrad(), outside = T(0.7 + Step).WithGrad();
        Tensor low = Loss.Huber(inside, T(0), 0.7), high = Loss.Huber(outside, T(0), 0.7);
        low.Backward();
        high.Backward();
        Assert.Equal(low.Item(), high.Item(), 1e-8);
        Assert.Equal(inside.Grad!.Item(), outside.Grad!.Item(), 1e-8);
        Assert.Equal(0.7 * (3 - 0.35), Loss.Huber(T(3), T(0), 0.7).Item(), 1e-12);
    }

    [Fact]
    public void RootMeanSquaredErrorOfAPerfectFitHasNoGradient()
    {
        Tensor p = T(1, 2).WithGrad();
        Loss.RootMeanSquaredError(p, T(1, 2)).Backward();
        Assert.Equal([0, 0], p.Grad!.ToArray());
    }

    [Fact]
    public void WorkedExamplesOfTheCourse()
    {
        Assert.Equal(-Math.Log(0.8), Loss.BinaryCrossEntropy(T(0.8), T(1)).Item(), 1e-12);
        Tensor p = T(0.1, 0.8, 0.1).Reshape(1, 3);
        Assert.Equal(-Math.Log(0.8), Loss.CategoricalCrossEntropy(p, T(0, 1, 0).Reshape(1, 3)).Item(), 1e-12);
        Assert.Equal(-Math.Log(0.8), Loss.CategoricalCrossEntropy(p, T(1)).Item(), 1e-12);
    }

    [Fact]
    public void CrossEntropyIsEntropyPlusDivergence()
    {
        Tensor logits = new Rng(1).Normal([5, 4], dtype: DType.Float64), target = new Rng(2).Normal([5, 4], dtype: DType.Float64).Softmax();
        double entropy = -(target * target.Log()).Sum(1).Mean().Item();
        Assert.Equal(
            Loss.CrossEntropy(logits, target).Item(), entropy + Loss.KLDivergence(logits.LogSoftmax(), target).Item(), 1e-12);
    }

    [Fact]
    public void CrossEntropyTakesSequences()
    {
        Tensor logits = new Rng(1).Normal([2, 3, 4]), labels = T(0, 3, 1, 2, 2, 0).To(DType.Float32);
        Tensor flat = Loss.CrossEntropy(logits.Reshape(6, 4), labels, Reduce.None);
        Tensor losses = Loss.CrossEntropy(logits, labels.Reshape(2, 3), Reduce.None);
        Assert.Equal([2, 3], losses.Shape);
        Assert.Equal(flat.ToArray(), losses.ToArray());
    }

    [Fact]
    public void IgnoredLabelsGetNoGradientWhateverTheirNumber()
    {
        Tensor logits = new Rng(1).Normal([3, 4]).WithGrad();
        Loss.CrossEntropy(logits, T(2, -100, 1).To(DType.Float32), Reduce.Mean, ignoreLabel: -100).Backward();
        Assert.Equal([0, 0, 0, 0], logits.Grad![1..2].ToArray());
        Assert.NotEqual(0, logits.Grad[0, 2]);
    }

    [Fact]
    public void FocalWithoutFocusIsCrossEntropy()
    {
        Tensor logits = new Rng(1).Normal([5, 3], std: 3, dtype: DType.Float64), labels = T(0, 2, 1, 1, 0);
        Assert.Equal(Loss.CrossEntropy(logits, labels).Item(), Loss.Focal(logits, labels, 0).Item(), 1e-12);
        Tensor bits = T(0, 1, 1);
        Assert.Equal(Loss.BinaryCrossEntropyWithLogits(logits[..1].Reshape(3), bits).Item(),
            Loss.BinaryFocal(logits[..1].Reshape(3), bits, 0, alpha: null).Item(), 1e-12);
    }

    [Fact]
    public void LossesOnLogitsStayFiniteFarOut()
    {
        Tensor far = T(1e4, -1e4).WithGrad(), rows = T(1e4, 0, -1e4, -1e4, 0, 1e4).Reshape(2, 3).WithGrad();
        Tensor[] losses =
        [
            Loss.BinaryCrossEntropyWithLogits(far, T(0, 1)), Loss.BinaryFocal(far, T(0, 1)), Loss.BinaryFocal(far, T(1, 0)),
            Loss.CrossEntropy(rows, T(2, 2)), Loss.Focal(rows, T(2, 2)), Loss.Focal(rows, T(2, 2), 0.5),
        ];
        foreach (Tensor loss in losses)
        {
            (far.Grad, rows.Grad) = (null, null);
            loss.Backward();
            Assert.True(double.IsFinite(loss.Item()));
            Assert.All((far.Grad ?? rows.Grad)!.ToArray(), g => Assert.True(double.IsFinite(g)));
        }
    }

    [Fact]
    public void MixtureOfFarGaussiansStaysFinite() => Assert.Equal(5e5 + (0.5 * Math.Log(Math.Tau)),
        Loss.MixtureDensity(T(0, 0, 0, 0, 0, 0).Reshape(1, 6), T(1000).Reshape(1, 1)).Item(), 1e-6);

    [Fact]
    public void ImpossibleProbabilityCostsAHundredAndItsGradientIsFinite()
    {
        Tensor p = T(0, 1).WithGrad();
        Tensor loss = Loss.BinaryCrossEntropy(p, T(1, 0));
        loss.Backward();
        Assert.Equal(100, loss.Item());
        Assert.Equal([-5e11, 5e11], p.Grad!.ToArray());
    }

    public static TheoryData<string, Func<Tensor>> Refused => new()
    {
        { "agree", () => Loss.MeanAbsoluteError(T(1, 2), T(1)) },
        { "agree", () => Loss.RootMeanSquaredError(T(1, 2), T(1)) },
        { "agree", () => Loss.Huber(T(1, 2), T(1)) },
        { "delta", () => Loss.Huber(T(1), T(1), 0) },
        { "delta", () => Loss.Huber(T(1), T(1), double.NaN) },
        { "quantile", () => Loss.Quantile(T(1), T(1), 1) },
        { "quantile", () => Loss.Quantile(T(1), T(1), double.NaN) },
        { "agree", () => Loss.Quantile(T(1, 2), T(1), 0.5) },
        { "targets must lie", () => Loss.MeanSquaredLogarithmicError(T(1), T(-1)) },
        { "targets must lie", () => Loss.MeanSquaredLogarithmicError(T(1), T(double.NaN)) },
        { "agree", () => Loss.CosineEmbedding(T(1, 2), T(1)) },
        { "neither 1 nor", () => Loss.CosineEmbedding(T(1, 2).Reshape(1, 2), T(1, 2).Reshape(1, 2), T(0)) },
        { "margin", () => Loss.CosineEmbedding(T(1, 2), T(1, 2), T(1), 2) },
        { "neither 1 nor", () => Loss.Hinge(T(1, 2), T(1, 0)) },
        { "agree", () => Loss.Hinge(T(1, 2), T(1)) },
        { "margin", () => Loss.Hinge(T(1), T(1), -1) },
        { "no class number from 0 to 1", () => Loss.MultiClassHinge(T(1, 2).Reshape(1, 2), T(2)) },
        { "margin", () => Loss.MultiClassHinge(T(1, 2).Reshape(1, 2), T(0), 0) },
        { "probabilities must lie", () => Loss.BinaryCrossEntropy(T(1.1), T(1)) },
        { "probabilities must lie", () => Loss.BinaryCrossEntropy(T(double.NaN), T(1)) },
        { "targets must lie", () => Loss.BinaryCrossEntropy(T(0.5), T(-1)) },
        { "targets must lie", () => Loss.BinaryCrossEntropyWithLogits(T(3), T(double.NaN)) },
        { "positive weights", () => Loss.BinaryCrossEntropyWithLogits(T(3), T(1), Reduce.Mean, T(-1)) },
        { "do not fit", () => Loss.CrossEntropy(T(1, 2), T(1, 2)) },
        { "do not fit", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(1, 1)) },
        { "label -1", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(-1)) },
        { "label 0.5", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(0.5)) },
        { "label NaN", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(double.NaN)) },
        { "sums to 2", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(1, 1).Reshape(1, 2)) },
        { "class weights", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(1), Reduce.Mean, T(1)) },
        { "class weights", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(1), Reduce.Mean, T(1, -1)) },
        { "labelSmoothing", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(1), Reduce.Mean, labelSmoothing: 1.5) },
        { "no example counts", () => Loss.CrossEntropy(T(1, 2).Reshape(1, 2), T(1), Reduce.Mean, ignoreLabel: 1) },
        { "probabilities must lie", () => Loss.CategoricalCrossEntropy(T(1, 2).Reshape(1, 2), T(1)) },
        { "sums to 0.5", () => Loss.KLDivergence(T(-1, -1), T(0, 0.5)) },
        { "agree", () => Loss.KLDivergence(T(-1, -1), T(1)) },
        { "gamma", () => Loss.Focal(T(1, 2).Reshape(1, 2), T(1), -1) },
        { "gamma", () => Loss.BinaryFocal(T(1), T(1), double.NaN) },
        { "alpha", () => Loss.BinaryFocal(T(1), T(1), 2, 1.5) },
        { "k (d + 2)", () => Loss.MixtureDensity(T(1, 2).Reshape(1, 2), T(1).Reshape(1, 1)) },
        { "reduce is", () => Loss.MeanAbsoluteError(T(1), T(1), (Reduce)9) },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void WrongInputsAreRefusedWithTheirReason(string reason, Func<Tensor> loss) =>
        Assert.Contains(reason, Assert.ThrowsAny<ArgumentException>(() => loss()).Message);

    [Fact]
    public void NaNPredictionsAreNotHidden()
    {
        Tensor nan = T(double.NaN, 1).Reshape(1, 2);
        Assert.All(
            new[]
            {
                Loss.MeanSquaredError(nan, T(1, 1).Reshape(1, 2)), Loss.MeanAbsoluteError(nan, T(1, 1).Reshape(1, 2)),
                Loss.Huber(nan, T(1, 1).Reshape(1, 2)), Loss.CrossEntropy(nan, T(1)), Loss.Focal(nan, T(1)), Loss.MultiClassHinge(nan, T(1)),
            },
            loss => Assert.True(double.IsNaN(loss.Item())));
    }
}
