using DeepNotebooks.Models;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Tests.Models;

public class MaskedLanguageModelTests
{
    private static Tensor Texts(int count, Rng rng) => // the third token is the sum of the first two, the rest padding
        Tensor.From([.. Enumerable.Range(0, count).SelectMany(_ =>
        {
            int a = 1 + rng.Next(3), b = 1 + rng.Next(3);
            return (double[])[a, b, a + b, 0];
        })], [count, 4]);

    [Fact]
    public void MaskingHidesTheShareAndNeverPadding()
    {
        var model = new MaskedLanguageModel(50, 40, 4, 1, 1, new Rng(1));
        Tensor x = Tensor.Concat([Tensor.Full([200, 30], 7), Tensor.Zeros([200, 10])], axis: 1);
        (Tensor inputs, Tensor targets) = model.Mask(x, new Rng(2), share: 0.2);
        double hidden = (targets >= 0).Sum().Item();
        Assert.Equal(200 * 6, hidden);
        Assert.Equal(0, (targets.Slice(1, 30, 10) + 1).Abs().Max().Item());
        Assert.InRange(inputs.EqualTo(model.MaskToken).Sum().Item() / hidden, 0.75, 0.85);
        Assert.Equal(0, ((inputs - x) * (targets < 0)).Abs().Max().Item()); // what is not hidden stays
    }

    [Fact]
    public void NothingLooksAtPadding()
    {
        var model = new MaskedLanguageModel(9, 6, 8, 2, 2, new Rng(1));
        (Tensor whole, IReadOnlyList<Tensor> attention) = model.Encode(Tensor.From(new double[,] { { 3, 4, 5, 0, 0 } }));
        Tensor cut = model.Encode(Tensor.From(new double[,] { { 3, 4, 5 } })).States;
        Assert.True((whole.Slice(1, 0, 3) - cut).Abs().Max().Item() < 1e-5);
        Assert.Equal([2, 1], [attention.Count, attention[1].Shape[0]]);
        Assert.True((attention[1].Sum(-1) - 1).Abs().Max().Item() < 1e-5);
        Assert.Equal(0, attention[0].Slice(3, 3, 2).Max().Item());
    }

    [Fact]
    public void LearnsWhatTheOtherTokensTell()
    {
        var rng = new Rng(3);
        var model = new MaskedLanguageModel(8, 4, 16, 2, 1, rng);
        var adam = new Adam(model.Parameters, learningRate: 0.01);
        for (int step = 0; step < 250; step++)
        {
            (Tensor inputs, Tensor targets) = model.Mask(Texts(32, rng), rng);
            adam.ZeroGrad();
            MaskedLanguageModel.Loss(model.Forward(inputs), targets).Backward();
            adam.Step();
        }
        Tensor sums = Tensor.From(new double[,] { { 1, 2, model.MaskToken, 0 }, { 3, 2, model.MaskToken, 0 }, { 3, 3, model.MaskToken, 0 } });
        Assert.Equal([3, 5, 6], model.Predict(sums)[.., 2, ..].ArgMax());
    }
}
