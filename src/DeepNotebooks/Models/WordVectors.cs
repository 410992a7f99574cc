namespace DeepNotebooks.Models;

/// <summary>Words and a vector for each, compared by the cosine of the angle between vectors.</summary>
public sealed class WordVectors
{
    private readonly Dictionary<string, int> _places;
    private readonly Tensor _units;

    /// <summary>Pairs words with the rows of a matrix.</summary>
    /// <exception cref="ArgumentException">The rows are not as many as the words, or a word comes twice.</exception>
    public WordVectors(IReadOnlyList<string> words, Tensor vectors)
    {
        if (vectors.Rank != 2 || vectors.Shape[0] != words.Count)
            throw new ArgumentException($"WordVectors: {words.Count} words need vectors [{words.Count}, size], not {vectors.Shape}.");
        (Words, Vectors) = (words, vectors.Detach());
        _units = Unit(Vectors);
        _places = words.Select((word, place) => (word, place)).ToDictionary();
    }

    /// <summary>The words, in the order of the rows of <see cref="Vectors"/>.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The vectors [words, size].</summary>
    public Tensor Vectors { get; }

    /// <summary>The vector of a word [size].</summary>
    /// <exception cref="KeyNotFoundException">The word has none.</exception>
    public Tensor this[string word] => Vectors[Place(word), ..];

    /// <summary>The cosine of the angle between two words' vectors, from −1 to 1.</summary>
    /// <exception cref="KeyNotFoundException">A word has no vector.</exception>
    public double Similarity(string first, string second) => (_units[Place(first), ..] * _units[Place(second), ..]).Sum().Item();

    /// <summary>The words most similar to a word, the nearest first.</summary>
    /// <exception cref="KeyNotFoundException">The word has no vector.</exception>
    public IReadOnlyList<(string Word, double Similarity)> Nearest(string word, int count = 10) => Nearest(this[word], count, word);

    /// <summary>The words most similar to a vector [size], the nearest first, some words left out.</summary>
    public IReadOnlyList<(string Word, double Similarity)> Nearest(Tensor vector, int count = 10, params IEnumerable<string> without)
    {
        double[] similarities = _units.MatMul(Unit(vector.Reshape(1, -1)).Transpose()).ToArray();
        return [.. Words.Zip(similarities).ExceptBy(without, pair => pair.First).OrderByDescending(pair => pair.Second).Take(count)];
    }

    /// <summary>
    /// What is to <paramref name="c"/> as <paramref name="b"/> is to <paramref name="a"/>: the words nearest to b − a + c, of vectors of
    /// length 1, the three themselves left out. Mikolov, Yih and Zweig, 2013.
    /// </summary>
    /// <exception cref="KeyNotFoundException">A word has no vector.</exception>
    public IReadOnlyList<(string Word, double Similarity)> Analogy(string a, string b, string c, int count = 10) =>
        Nearest(_units[Place(b), ..] - _units[Place(a), ..] + _units[Place(c), ..], count, a, b, c);

    private static Tensor Unit(Tensor rows) => rows / rows.Norm([-1], keepDims: true).Clamp(1e-30, double.PositiveInfinity);

    private int Place(string word) => _places.TryGetValue(word, out int place) ? place
        : throw new KeyNotFoundException($"WordVectors: \"{word}\" is none of the {Words.Count} words.");
}
