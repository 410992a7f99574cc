using System.Numerics.Tensors;
using DeepNotebooks.Data;

namespace DeepNotebooks.Models;

/// <summary>
/// Vectors that learn to predict words: a hidden vector h, the mean of some input vectors, must tell the word o that occurred from a few
/// words k drawn by chance, which spares a softmax over all words. With output vectors u the loss is
/// <code>L = −ln σ(uₒ · h) − Σₖ ln σ(−uₖ · h)</code>
/// Noise words come from the counts to the power ¾. Mikolov, Sutskever, Chen, Corrado and Dean, 2013.
/// </summary>
internal sealed class NegativeSampling
{
    private readonly double[] _cumulative;
    private readonly int _negatives;
    private readonly Rng _rng;
    private readonly float[] _hidden, _gradient;

    /// <summary>Random input vectors, and output vectors of zeros for the words of a corpus.</summary>
    public NegativeSampling(Corpus corpus, int inputs, int size, int negatives, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(negatives, 1);
        double sum = 0;
        _cumulative = [.. corpus.Counts.Select(count => sum += Math.Pow(count, 0.75))];
        (_negatives, _rng, _hidden, _gradient) = (negatives, rng, new float[size], new float[size]);
        (Inputs, Outputs) = (Start(inputs), Tensor.Zeros([corpus.Counts.Length, size]));
    }

    /// <summary>The input vectors [inputs, size].</summary>
    public Tensor Inputs { get; }

    /// <summary>The output vectors u [words, size].</summary>
    public Tensor Outputs { get; }

    /// <summary>Random vectors as training starts from them.</summary>
    public Tensor Start(int count) => _rng.Uniform([count, _hidden.Length], -0.5 / _hidden.Length, 0.5 / _hidden.Length);

    /// <summary>
    /// One step of gradient descent, and the loss before it. With y 1 for the word and 0 for noise, ∂L/∂u = (σ(u · h) − y) h and
    /// ∂L/∂h = Σ (σ(u · h) − y) u, of which each of n inputs gets the nth part, h being their mean.
    /// </summary>
    public double Step(Tensor inputs, ReadOnlySpan<int> rows, int word, double rate, bool frozen = false)
    {
        Array.Clear(_hidden);
        Array.Clear(_gradient);
        float share = 1f / rows.Length;
        foreach (int row in rows)
            TensorPrimitives.MultiplyAdd(Vector(inputs, row), share, _hidden, _hidden);
        double loss = 0;
        for (int k = 0; k <= _negatives; k++)
        {
            int drawn = k == 0 ? word : Draw();
            if (k > 0 && drawn == word)
                continue; // noise must not contradict
            Span<float> u = Vector(Outputs, drawn);
            double sign = k == 0 ? -1 : 1, score = sign * TensorPrimitives.Dot<float>(u, _hidden), error = sign / (1 + Math.Exp(-score));
            loss += Math.Max(score, 0) + Math.Log(1 + Math.Exp(-Math.Abs(score)));
            TensorPrimitives.MultiplyAdd(u, (float)error, _gradient, _gradient);
            if (!frozen)
                TensorPrimitives.MultiplyAdd(_hidden, (float)(-rate * error), u, u);
        }
        foreach (int row in rows)
            TensorPrimitives.MultiplyAdd(_gradient, (float)-rate * share, Vector(inputs, row), Vector(inputs, row));
        return loss;
    }

    private static Span<float> Vector(Tensor rows, int row) => rows.Span<float>().Slice(row * rows.Shape[1], rows.Shape[1]);

    private int Draw()
    {
        int place = Array.BinarySearch(_cumulative, _rng.NextDouble() * _cumulative[^1]);
        return place < 0 ? ~place : Math.Min(place + 1, _cumulative.Length - 1);
    }
}

/// <summary>Texts as numbers of their words, with each word's count.</summary>
internal sealed class Corpus
{
    private readonly Tokenizer _tokenizer;

    public Corpus(IEnumerable<string> texts)
    {
        string[] all = [.. texts];
        _tokenizer = Tokenizer.Words(all);
        (Words, Texts) = ([.. _tokenizer.Tokens.Skip(2)], [.. all.Select(Encode)]);
        Counts = new int[Words.Length];
        foreach (int word in Texts.SelectMany(text => text))
            Counts[word]++;
    }

    public string[] Words { get; }

    public int[][] Texts { get; }

    public int[] Counts { get; }

    /// <summary>The numbers of a text's words; those that the corpus has not are passed over.</summary>
    public int[] Encode(string text) => [.. _tokenizer.Encode(text).Where(n => n != Tokenizer.Unknown).Select(n => n - 2)];
}
