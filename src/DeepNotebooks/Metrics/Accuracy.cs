namespace DeepNotebooks.Metrics;

/// <summary>Figures that judge predictions.</summary>
public static partial class Metric
{
    /// <summary>
    /// The share of right classes: of logits or probabilities [batch, classes] the largest counts; of logits [batch, 1] the sign.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double Accuracy(Tensor logits, Tensor labels)
    {
        int[] predicted = Predicted(logits, labels, "Accuracy");
        return predicted.Zip(labels.ToArray(), (p, t) => p == t ? 1.0 : 0.0).Average();
    }

    internal static int[] Predicted(Tensor logits, Tensor labels, string operation)
    {
        if (logits.Rank != 2 || labels.Size != logits.Shape[0] || logits.Size == 0)
            throw new ArgumentException(
                $"{operation}: logits {logits.Shape} and labels {labels.Shape} do not fit. Pass [batch, classes] and [batch].");
        return logits.Shape[1] == 1 ? [.. logits.ToArray().Select(z => z > 0 ? 1 : 0)] : logits.ArgMax();
    }

    /// <summary>Labels as class numbers, below a number of classes if that is given.</summary>
    internal static int[] ClassNumbers(Tensor labels, string operation, int classes = int.MaxValue) =>
        [.. labels.ToArray().Select((label, i) =>
        label >= 0 && label < classes && label == Math.Floor(label)
            ? (int)label
            : throw new ArgumentException($"{operation}: label {label} of example {i} is no class number"
                + $"{(classes < int.MaxValue ? $" from 0 to {classes - 1}" : "")}.", nameof(labels)))];
}
