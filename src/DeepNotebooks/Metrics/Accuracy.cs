namespace DeepNotebooks.Metrics;

/// <summary>Figures that judge predictions.</summary>
public static class Metric
{
    /// <summary>
    /// The share of right classes: of logits or probabilities [batch, classes] the largest counts; of logits [batch, 1] the sign.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double Accuracy(Tensor logits, Tensor labels)
    {
        if (logits.Rank != 2 || labels.Size != logits.Shape[0] || labels.Size == 0)
        {
            throw new ArgumentException($"Accuracy: logits {logits.Shape} and labels {labels.Shape} do not fit. Pass [batch, classes] and [batch].");
        }
        double[] truth = labels.ToArray();
        double[] predicted = logits.Shape[1] == 1
            ? [.. logits.ToArray().Select(z => z > 0 ? 1.0 : 0.0)]
            : [.. logits.ArgMax().Select(k => (double)k)];
        return predicted.Zip(truth, (p, t) => p == t ? 1.0 : 0.0).Average();
    }
}
