namespace DeepNotebooks.Data;

public static partial class Augment
{
    /// <summary>
    /// Replaces words that have synonyms by one of them, each with the given probability. Words are what blanks set apart.
    /// </summary>
    public static string Synonyms(string text, IReadOnlyDictionary<string, string[]> synonyms, double probability, Rng rng)
    {
        RequireShare(probability, "Synonyms");
        return Join(Words(text).Select(word => synonyms.GetValueOrDefault(word) is { Length: > 0 } others && rng.NextDouble() < probability
            ? others[rng.Next(others.Length)]
            : word));
    }

    /// <summary>Leaves words out, each with the given probability; one at least stays.</summary>
    public static string Delete(string text, double probability, Rng rng)
    {
        RequireShare(probability, "Delete");
        string[] words = Words(text), left = [.. words.Where(_ => rng.NextDouble() >= probability)];
        return left.Length > 0 || words.Length == 0 ? Join(left) : words[rng.Next(words.Length)];
    }

    /// <summary>
    /// Puts synonyms of random words of the text at random places, the given number of times; a text without such words stays.
    /// </summary>
    public static string Insert(string text, IReadOnlyDictionary<string, string[]> synonyms, int times, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        List<string> words = [.. Words(text)];
        string[][] known = [.. words.Select(word => synonyms.GetValueOrDefault(word, [])).Where(others => others.Length > 0)];
        for (int i = 0; i < times && known.Length > 0; i++)
        {
            string[] others = known[rng.Next(known.Length)];
            words.Insert(rng.Next(words.Count + 1), others[rng.Next(others.Length)]);
        }
        return Join(words);
    }

    /// <summary>Exchanges two random words, the given number of times.</summary>
    public static string Swap(string text, int times, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        string[] words = Words(text);
        for (int i = 0; i < times && words.Length > 1; i++)
        {
            int first = rng.Next(words.Length), second = (first + 1 + rng.Next(words.Length - 1)) % words.Length;
            (words[first], words[second]) = (words[second], words[first]);
        }
        return Join(words);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string Join(IEnumerable<string> words) => string.Join(' ', words);
}
