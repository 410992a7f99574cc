namespace DeepNotebooks.Models;

/// <summary>
/// word2vec: vectors of words that predict which words stand near each other. With h the vector of a word (skip-gram), or the mean of
/// the vectors around a word (CBOW, continuous bag of words), each predicted word o adds the loss
/// <code>−ln σ(uₒ · h) − Σₖ ln σ(−uₖ · h)</code>
/// with noise words k and output vectors u, which are dropped in the end. Mikolov, Chen, Corrado and Dean, 2013; negative sampling and
/// subsampling: Mikolov, Sutskever and others, 2013.
/// </summary>
public static class Word2Vec
{
    /// <summary>Skip-gram: each word's vector predicts each word around it.</summary>
    /// <param name="texts">The sentences; no window reaches from one into another.</param>
    /// <param name="rng">Start, windows and noise.</param>
    /// <param name="size">The length of a vector.</param>
    /// <param name="window">How far a window reaches at most; each is drawn from 1 to this, so that near words count more.</param>
    /// <param name="negatives">Noise words for each predicted word.</param>
    /// <param name="epochs">How often to go through the texts.</param>
    /// <param name="rate">The rate of gradient descent at the start; it falls to 0.</param>
    /// <param name="subsample">If t is above 0, a word of frequency f is passed over with probability 1 − √(t / f).</param>
    /// <param name="watch">Is told after every epoch the mean loss of a prediction, and the vectors as they are.</param>
    /// <exception cref="ArgumentException">The texts are empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public static WordVectors SkipGram(IEnumerable<string> texts, Rng rng, int size = 50, int window = 5, int negatives = 5, int epochs = 5,
        double rate = 0.025, double subsample = 0, Action<double, WordVectors>? watch = null) =>
        Train(true, texts, rng, size, window, negatives, epochs, rate, subsample, watch);

    /// <summary>CBOW: the mean of the vectors around a word predicts it.</summary>
    /// <inheritdoc cref="SkipGram"/>
    public static WordVectors Cbow(IEnumerable<string> texts, Rng rng, int size = 50, int window = 5, int negatives = 5, int epochs = 5,
        double rate = 0.05, double subsample = 0, Action<double, WordVectors>? watch = null) =>
        Train(false, texts, rng, size, window, negatives, epochs, rate, subsample, watch);

    private static WordVectors Train(bool skipGram, IEnumerable<string> texts, Rng rng, int size, int window, int negatives, int epochs,
        double rate, double subsample, Action<double, WordVectors>? watch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var corpus = new Corpus(texts);
        var model = new NegativeSampling(corpus, corpus.Words.Length, size, negatives, rng);
        double total = corpus.Counts.Sum(count => (double)count), done = 0;
        double[] keep = [.. corpus.Counts.Select(count => subsample > 0 ? Math.Sqrt(subsample * total / count) : 1)];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double loss = 0, predictions = 0;
            foreach (int[] whole in corpus.Texts)
            {
                Training.Interruption.Check();
                int[] text = subsample > 0 ? [.. whole.Where(word => rng.NextDouble() < keep[word])] : whole;
                double now = rate * (1 - (done / (epochs * total)));
                done += whole.Length;
                for (int i = 0; i < text.Length; i++)
                {
                    int reach = 1 + rng.Next(window), from = Math.Max(0, i - reach);
                    int[] around = [.. text[from..i], .. text[(i + 1)..Math.Min(text.Length, i + reach + 1)]];
                    if (!skipGram && around.Length > 0)
                        loss += model.Step(model.Inputs, around, text[i], now);
                    foreach (int word in skipGram ? around : [])
                        loss += model.Step(model.Inputs, [text[i]], word, now);
                    predictions += skipGram ? around.Length : Math.Sign(around.Length);
                }
            }
            watch?.Invoke(loss / Math.Max(predictions, 1), new WordVectors(corpus.Words, model.Inputs.Clone()));
        }
        return new WordVectors(corpus.Words, model.Inputs);
    }
}
