using System.Text.RegularExpressions;

namespace DeepNotebooks.Data;

/// <summary>
/// Turns texts into numbers and back: each token (a character, or a word or punctuation mark) has a number, 0 is padding and 1 stands
/// for every token that the training text does not have.
/// </summary>
public sealed partial class Tokenizer
{
    /// <summary>The number that fills short sequences up.</summary>
    public const int Padding = 0;

    /// <summary>The number of all unknown tokens.</summary>
    public const int Unknown = 1;

    private readonly Dictionary<string, int> _numbers;
    private readonly bool _words;

    private Tokenizer(IEnumerable<string> texts, bool words, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        _words = words;
        Tokens = ["·", "?", .. texts.SelectMany(Split).GroupBy(token => token).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal).Take(limit).Select(group => group.Key)];
        if (Tokens.Count == 2)
            throw new ArgumentException("Tokenizer: the texts are empty. Fit it on the training texts.", nameof(texts));
        _numbers = Tokens.Select((token, number) => (token, number)).Skip(2).ToDictionary();
    }

    /// <summary>A tokenizer of the characters of these texts.</summary>
    /// <exception cref="ArgumentException">The texts are empty.</exception>
    public static Tokenizer Characters(params IEnumerable<string> texts) => new(texts, words: false, int.MaxValue);

    /// <summary>A tokenizer of the words (in lower case) and punctuation marks of these texts, the most frequent ones only.</summary>
    /// <exception cref="ArgumentException">The texts are empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public static Tokenizer Words(IEnumerable<string> texts, int limit = int.MaxValue) => new(texts, words: true, limit);

    /// <summary>The tokens by their numbers, the frequent ones first after padding and unknown.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The number of tokens, padding and unknown included.</summary>
    public int Count => Tokens.Count;

    /// <summary>The numbers of a text's tokens.</summary>
    public int[] Encode(string text) => [.. Split(text).Select(token => _numbers.GetValueOrDefault(token, Unknown))];

    /// <summary>The text of these numbers, padding left out; words are set apart by blanks.</summary>
    /// <exception cref="ArgumentException">A number is no token's.</exception>
    public string Decode(IEnumerable<int> numbers) =>
        string.Join(_words ? " " : "", numbers.Where(n => n != Padding).Select(n => n >= 0 && n < Count
        ? Tokens[n]
        : throw new ArgumentException($"Tokenizer: {n} is no token; there are 0 to {Count - 1}.", nameof(numbers))));

    /// <summary>
    /// The numbers of texts in rows [texts, length]: short ones are filled up with padding at the end, long ones cut. Without a length that
    /// of the longest.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public Tensor Batch(IEnumerable<string> texts, int? length = null)
    {
        int[][] rows = [.. texts.Select(Encode)];
        int width = length ?? rows.Select(row => row.Length).DefaultIfEmpty().Max();
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(length));
        double[] padded = [.. rows.SelectMany(row => Enumerable.Range(0, width).Select(i => i < row.Length ? (double)row[i] : Padding))];
        return Tensor.From(padded, [rows.Length, width]);
    }

    private IEnumerable<string> Split(string text) => _words
        ? Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)
        : text.EnumerateRunes().Select(rune => rune.ToString());

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]")]
    private static partial Regex Word();
}
