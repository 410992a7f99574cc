namespace DeepNotebooks.Models;

/// <summary>
/// Vectors of whole texts by PV-DBOW, the distributed bag of words: skip-gram with the text in place of the word. The vector h of a text
/// predicts each of its words o, at the loss
/// <code>−ln σ(uₒ · h) − Σₖ ln σ(−uₖ · h)</code>
/// with noise words k. Le and Mikolov, 2014.
/// </summary>
public sealed class ParagraphVectors
{
    private readonly NegativeSampling _model;
    private readonly Corpus _corpus;
    private readonly int _epochs;
    private readonly double _rate;

    /// <summary>Learns a vector for each text.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="rng">Start and noise.</param>
    /// <param name="size">The length of a vector.</param>
    /// <param name="negatives">Noise words for each predicted word.</param>
    /// <param name="epochs">How often to go through the texts.</param>
    /// <param name="rate">The rate of gradient descent at the start; it falls to 0.</param>
    /// <exception cref="ArgumentException">The texts are empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public ParagraphVectors(IEnumerable<string> texts, Rng rng, int size = 50, int negatives = 5, int epochs = 20, double rate = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        (_corpus, _epochs, _rate) = (new Corpus(texts), epochs, rate);
        _model = new NegativeSampling(_corpus, _corpus.Texts.Length, size, negatives, rng);
        Fit(_model.Inputs, _corpus.Texts, frozen: false);
    }

    /// <summary>The texts' vectors [texts, size].</summary>
    public Tensor Vectors => _model.Inputs;

    /// <summary>The vector [size] of a new text: fitted alone, what was learned of the words stays. Unknown words do not count.</summary>
    public Tensor Infer(string text)
    {
        Tensor vector = _model.Start(1);
        Fit(vector, [_corpus.Encode(text)], frozen: true);
        return vector[0, ..];
    }

    private void Fit(Tensor vectors, int[][] texts, bool frozen)
    {
        for (int epoch = 0; epoch < _epochs; epoch++)
        {
            Training.Interruption.Check();
            double now = _rate * (1 - (epoch / (double)_epochs));
            for (int i = 0; i < texts.Length; i++)
                foreach (int word in texts[i])
                    _model.Step(vectors, [i], word, now, frozen);
        }
    }
}
