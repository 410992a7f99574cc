using DeepNotebooks.Losses;
using DeepNotebooks.Models;

namespace DeepNotebooks.Tests.Models;

public class WordVectorTests
{
    private static readonly string[][] Groups = [["red", "blue", "green", "pink"], ["one", "two", "three", "four"]];

    /// <summary>Texts of words of one group each, in turn.</summary>
    private static string[] Texts(int count, int words = 6)
    {
        var rng = new Rng(5);
        return [.. Enumerable.Range(0, count).Select(i =>
            string.Join(' ', Enumerable.Range(0, words).Select(_ => Groups[i % 2][rng.Next(4)])))];
    }

    [Fact]
    public void AStepIsGradientDescentOnTheFormula()
    {
        var corpus = new Corpus([.. Enumerable.Repeat("common", 1000), "rare other"]); // noise is nearly always the common word
        (int word, int noise) = (Array.IndexOf(corpus.Words, "rare"), Array.IndexOf(corpus.Words, "common"));
        var model = new NegativeSampling(corpus, inputs: 3, size: 4, negatives: 1, new Rng(1));
        model.Outputs.Assign(new Rng(2).Normal([3, 4]));
        Tensor inputs = (model.Inputs * 10).Clone().WithGrad(), outputs = model.Outputs.Clone().WithGrad();
        model.Inputs.Assign(inputs);
        double measured = model.Step(model.Inputs, [0, 2], word, rate: 0.1);

        Tensor scores = outputs.Rows(word, noise).MatMul(inputs.Rows(0, 2).Mean(0).Unsqueeze(1)).Reshape(-1);
        Tensor loss = Loss.BinaryCrossEntropyWithLogits(scores, Tensor.From([1.0, 0.0]), Reduce.Sum);
        loss.Backward();
        Assert.Equal(loss.Item(), measured, 1e-5);
        Assert.True((inputs - (inputs.Grad! * 0.1) - model.Inputs).Abs().Max().Item() < 1e-6);
        Assert.True((outputs - (outputs.Grad! * 0.1) - model.Outputs).Abs().Max().Item() < 1e-6);
        Assert.True(outputs.Grad!.Abs().Max().Item() > 0.1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WordsOfOneGroupGetNearAndTheLossFalls(bool skipGram)
    {
        var losses = new List<double>();
        WordVectors Learn() => skipGram
            ? Word2Vec.SkipGram(Texts(400), new Rng(1), size: 8, window: 3, epochs: 5, rate: 0.05, watch: (loss, _) => losses.Add(loss))
            : Word2Vec.Cbow(Texts(400), new Rng(1), size: 8, window: 3, epochs: 15, rate: 0.1, watch: (loss, _) => losses.Add(loss));
        WordVectors words = Learn();
        Assert.All(Groups, group => Assert.All(group, word =>
            Assert.All(words.Nearest(word, 3), near => Assert.Contains(near.Word, group))));
        Assert.True(losses[^1] < losses[0] - 0.1, $"{losses[0]} to {losses[^1]}");
        Assert.Equal(words.Vectors.ToArray(), Learn().Vectors.ToArray());
    }

    [Fact]
    public void SubsamplingPassesOverFrequentWords()
    {
        string[] texts = [.. Texts(50).Select(text => $"the {text.Replace(" ", " the ")}")];
        double Frequent(double subsample) =>
            Word2Vec.SkipGram(texts, new Rng(1), size: 4, epochs: 1, subsample: subsample)["the"].Norm().Item();
        Assert.True(Frequent(1e-5) < 0.9 * Frequent(0)); // it hardly learns
    }

    [Fact]
    public void NearestAndAnalogyGoByTheAngle()
    {
        var words = new WordVectors(["king", "man", "woman", "queen", "far"],
            Tensor.From(new double[,] { { 5, 0, 5 }, { 1, 0, 0 }, { 0, 1, 0 }, { 0, 2, 2 }, { -1, -1, -1 } }));
        Assert.Equal(0.5, words.Similarity("king", "queen"), 1e-6);
        Assert.Equal("queen", words.Nearest("woman")[0].Word);
        Assert.Equal(["queen", "woman", "man", "far"], words.Nearest(Tensor.From([0.1, 1.0, 0.9]), 4, "king").Select(near => near.Word));
        Assert.Equal("queen", words.Analogy("man", "king", "woman")[0].Word);
        Assert.Equal([0, 2, 2], words["queen"].ToArray());
        Assert.Contains("\"duke\" is none of the 5 words", Assert.Throws<KeyNotFoundException>(() => words["duke"]).Message);
        Assert.Throws<ArgumentException>(() => new WordVectors(["a"], Tensor.Zeros([2, 3])));
    }

    [Fact]
    public void TextsOfOneGroupGetNearAndSoDoesANewOne()
    {
        var texts = new ParagraphVectors(Texts(20, words: 12), new Rng(1), size: 8, epochs: 60);
        Tensor units = texts.Vectors / texts.Vectors.Norm([1], keepDims: true), before = texts.Vectors.Clone();
        Tensor similar = units.MatMul(units.Transpose()) - (2 * Tensor.Eye(20));
        Assert.All(similar.ArgMax().Select((near, text) => (near - text) % 2), off => Assert.Equal(0, off));
        Tensor inferred = texts.Infer("blue unheard red pink blue green");
        Assert.Equal(0, units.MatMul(inferred.Unsqueeze(1)).Reshape(-1).ArgMax()[0] % 2);
        Assert.Equal(before.ToArray(), texts.Vectors.ToArray());
    }

    [Fact]
    public void BadNumbersAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Word2Vec.SkipGram([""], new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Word2Vec.Cbow(["a b"], new Rng(1), window: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Word2Vec.Cbow(["a b"], new Rng(1), negatives: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParagraphVectors(["a b"], new Rng(1), epochs: 0));
    }
}
