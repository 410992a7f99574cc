using DeepNotebooks.Losses;

namespace DeepNotebooks.Metrics;

public static partial class Metric
{
    /// <summary>
    /// Perplexity exp(mean −ln p(label)): among how many equally likely tokens a language model hesitates. Logits [batch, classes], labels
    /// [batch]; of sequences [batch, time, classes], labels [batch, time].
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is no class number.</exception>
    public static double Perplexity(Tensor logits, Tensor labels)
    {
        if (logits.Rank < 2 || logits.Size == 0 || labels.Size != logits.Size / logits.Shape[-1])
            throw new ArgumentException(
                $"Perplexity: logits {logits.Shape} and labels {labels.Shape} do not fit. Pass [batch, classes] and [batch].");
        return Math.Exp(Loss.CrossEntropy(logits.Detach().Reshape(-1, logits.Shape[-1]), labels.Reshape(-1)).Item());
    }
}
