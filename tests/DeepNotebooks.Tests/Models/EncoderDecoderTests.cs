using DeepNotebooks.Data;
using DeepNotebooks.Models;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tests.Models;

public class EncoderDecoderTests
{
    private static EncoderDecoder Make(bool attention) => new(6, 6, 4, 8, new Rng(3), attention);

    private static readonly Tensor Sources = Tensor.From(new double[,] { { 3, 1, 5, 2 }, { 4, 5, 0, 0 }, { 2, 2, 1, 0 } });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TeacherForcingOfWhatGreedyWroteChoosesItAgain(bool attention)
    {
        EncoderDecoder model = Make(attention);
        (Tensor tokens, Tensor? alignment) = model.Greedy(Sources, 4);
        tokens = tokens.Pad([(0, 4 - tokens.Shape[1])]);
        Tensor logits = model.Predict(Tensor.Stack([Sources, tokens], axis: 1));
        Assert.Equal([3, 4, 6], logits.Shape);
        int[] chosen = logits.ArgMax();
        for (int i = 0; i < 3; i++)
        {
            for (int t = 0; t < 4 && (t == 0 || tokens[i, t - 1] > 0); t++)
                Assert.Equal(tokens[i, t], chosen[(4 * i) + t]);
        }
        Assert.Equal(attention, alignment is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PaddingOfASourceChangesNothing(bool attention)
    {
        EncoderDecoder model = Make(attention);
        (Tensor padded, Tensor? over) = model.Greedy(Sources[1..2], 5);
        (Tensor exact, Tensor? along) = model.Greedy(Sources[1..2][.., ..2], 5);
        Assert.Equal(exact.ToArray(), padded.ToArray());
        if (over is not null)
        {
            Assert.Equal(0, over[.., .., 2..].Max().Item());
            Assert.True((over[.., .., ..2] - along!).Abs().Max().Item() < 1e-6);
        }
    }

    [Fact]
    public void WithoutScoresAllTokensGetTheSameAttention()
    {
        EncoderDecoder model = Make(attention: true);
        model.NamedParameters.Single(p => p.Name == "score.weight").Value.Detach().Fill(0);
        Tensor alignment = model.Greedy(Sources, 1).Alignment!;
        Assert.Equal([0.25, 0.25, 0.25, 0.25], alignment[0, 0, ..].ToArray());
        Assert.Equal([0.5, 0.5, 0, 0], alignment[1, 0, ..].ToArray());
    }

    [Fact]
    public void TheLossCountsATargetAndItsEnd()
    {
        Tensor targets = Tensor.From(new double[,] { { 2, 0, 0 }, { 1, 3, 1 } }), logits = new Rng(1).Normal([2, 3, 4]);
        Tensor log = logits.LogSoftmax();
        double expected = -(log[0, 0, 2] + log[0, 1, 0] + log[1, 0, 1] + log[1, 1, 3] + log[1, 2, 1]) / 5;
        Assert.Equal(expected, EncoderDecoder.Loss(logits, targets).Item(), 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItLearnsToReverse(bool attention)
    {
        var rng = new Rng(5);
        Tensor x = Tensor.Zeros([1600, 2, 4]);
        for (int i = 0; i < 1600; i++)
        {
            int length = 1 + rng.Next(3);
            for (int k = 0; k < length; k++)
                x[i, 0, k] = x[i, 1, length - 1 - k] = 1 + rng.Next(4);
        }
        var model = new EncoderDecoder(5, 5, 8, 24, rng, attention);
        new Trainer(model, EncoderDecoder.Loss, new Adam(model.Parameters, 0.02)).Fit(new DataLoader(new(x, x[.., 1].Clone()), 16), 2);
        (Tensor tokens, _) = model.Greedy(Tensor.From(new double[,] { { 1, 2, 3 }, { 4, 1, 0 }, { 2, 0, 0 } }), 6);
        Assert.Equal(Tensor.From(new double[,] { { 3, 2, 1, 0 }, { 1, 4, 0, 0 }, { 2, 0, 0, 0 } }).ToArray(), tokens.ToArray());
    }

    [Fact]
    public void BadInputIsRefused()
    {
        EncoderDecoder model = Make(attention: true);
        Assert.Throws<ArgumentException>(() => model.Forward(Sources));
        Assert.Throws<ArgumentException>(() => model.Greedy(Tensor.Zeros([2, 3]), 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Greedy(Sources, 0));
    }
}
