namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Cross-entropy of softmax probabilities: −ln pᵧ with p = softmax(logits), from logits [batch, classes] and labels [batch] that
    /// hold class numbers 0 … classes − 1. Computed on logits, so it stays finite; its gradient is (p − onehot) / batch.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is no class number.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels) => CrossEntropy(logits, labels, Reduce.Mean);

    /// <inheritdoc cref="CrossEntropy(Tensor, Tensor)"/>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels, Reduce reduce)
    {
        int[] classes = Labels(logits, labels);
        return Reduced(-logits.LogSoftmax().Pick(classes), reduce);
    }

    private static int[] Labels(Tensor logits, Tensor labels)
    {
        if (logits.Rank != 2 || labels.Rank != 1 || labels.Shape[0] != logits.Shape[0])
        {
            throw new ArgumentException(
                $"CrossEntropy: logits {logits.Shape} and labels {labels.Shape} do not fit. Pass [batch, classes] and [batch].");
        }
        double[] values = labels.ToArray();
        var classes = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            classes[i] = values[i] >= 0 && values[i] < logits.Shape[1] && values[i] == Math.Floor(values[i])
                ? (int)values[i]
                : throw new ArgumentException(
                    $"CrossEntropy: label {values[i]} of example {i} is no class number from 0 to {logits.Shape[1] - 1}.", nameof(labels));
        }
        return classes;
    }
}
