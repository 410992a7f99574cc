namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Cross-entropy of softmax probabilities p = softmax(logits), from logits [batch, …, classes]. Targets are class numbers
    /// [batch, …], the sparse form, loss −ln pᵧ; or distributions [batch, …, classes], one-hot rows for example, loss −Σ tⱼ ln pⱼ.
    /// Computed on logits, so it stays finite; its gradient is (p − onehot) / batch.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, a label is no class number, or a row is no distribution.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor target) => CrossEntropy(logits, target, Reduce.Mean);

    /// <inheritdoc cref="CrossEntropy(Tensor, Tensor)"/>
    /// <param name="logits">[batch, …, classes].</param>
    /// <param name="target">Class numbers or distributions.</param>
    /// <param name="reduce">What becomes of the losses; with weights the mean of class numbers' losses is a weighted one.</param>
    /// <param name="classWeights">A weight for each class [classes], against rare ones for example.</param>
    /// <param name="labelSmoothing">The share s of the target that is spread over all classes alike: (1 − s) t + s / classes.</param>
    /// <param name="ignoreLabel">A class number whose examples do not count, such as that of padding; it may lie outside the classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside [0, 1].</exception>
    public static Tensor CrossEntropy(
        Tensor logits, Tensor target, Reduce reduce, Tensor? classWeights = null, double labelSmoothing = 0, int? ignoreLabel = null)
    {
        const string Name = nameof(CrossEntropy);
        RequireNumber(labelSmoothing is >= 0 and <= 1, labelSmoothing, nameof(labelSmoothing), Name, "lie in [0, 1]");
        return Categorical(Name, logits, target, null, reduce, classWeights, labelSmoothing, ignoreLabel);
    }

    /// <summary>
    /// Cross-entropy −ln pᵧ or −Σ tⱼ ln pⱼ of probabilities [batch, …, classes] that are given as such; targets as in
    /// <see cref="CrossEntropy(Tensor, Tensor)"/>, which is the better choice where there are logits. A probability below 1e-30 counts
    /// as 1e-30 and gets no gradient.
    /// </summary>
    /// <exception cref="ArgumentException">As for logits; or a probability lies outside [0, 1].</exception>
    public static Tensor CategoricalCrossEntropy(Tensor probabilities, Tensor target) =>
        CategoricalCrossEntropy(probabilities, target, Reduce.Mean);

    /// <inheritdoc cref="CategoricalCrossEntropy(Tensor, Tensor)"/>
    public static Tensor CategoricalCrossEntropy(Tensor probabilities, Tensor target, Reduce reduce, Tensor? classWeights = null)
    {
        const string Name = nameof(CategoricalCrossEntropy);
        RequireRange(probabilities, 0, 1, Name, "probabilities");
        return Categorical(Name, probabilities, target, () => probabilities.Clamp(1e-30, 1).Log(), reduce, classWeights, 0, null);
    }

    private static Tensor Categorical(string operation, Tensor scores, Tensor target, Func<Tensor>? logarithms, Reduce reduce,
        Tensor? classWeights, double smoothing, int? ignore)
    {
        int classes = scores.Rank < 2 ? 0 : scores.Shape[-1];
        if (classes > 0 && target.Shape == scores.Shape)
        {
            RequireDistributions(target, operation);
            Tensor wanted = (target * (1 - smoothing)) + (smoothing / classes);
            if (classWeights is not null)
            {
                RequireClassWeights(classWeights, scores, operation);
                wanted *= classWeights;
            }
            return Reduced(-((logarithms?.Invoke() ?? scores.LogSoftmax()) * wanted).Sum(-1), reduce);
        }
        bool plain = classWeights is null && smoothing == 0 && ignore is null;
        if (plain && logarithms is null)
        {
            Places places = Classes(scores, target, operation);
            return Reduced(scores.Reshape(-1, classes).CrossEntropy(places).Reshape(target.Shape), reduce);
        }
        int[] labels = Labels(scores, target, operation, ignore);
        int[] safe = ignore is null ? labels : [.. labels.Select(label => Math.Max(label, 0))];
        Tensor? log = logarithms is null && smoothing == 0 ? null : (logarithms?.Invoke() ?? scores.LogSoftmax()).Reshape(-1, classes);
        Tensor losses = log is null ? scores.Reshape(-1, classes).CrossEntropy(new Places(safe, scores.Device)) : -log.Pick(safe);
        if (plain)
            return Reduced(losses.Reshape(target.Shape), reduce);
        Tensor counts = Tensor.From(labels.Select(label => label < 0 ? 0 : 1), scores.DType).To(scores.Device);
        Tensor weights = classWeights is null ? counts : Weights(labels, classWeights, scores, operation);
        losses *= weights;
        if (smoothing > 0)
        {
            Tensor uniform = (classWeights is null ? log! : log! * classWeights).Sum(-1) * counts;
            losses = (losses * (1 - smoothing)) - (uniform * (smoothing / classes));
        }
        if (reduce != Reduce.Mean)
            return Reduced(losses.Reshape(target.Shape), reduce);
        double total = weights.Sum().Item();
        return total > 0 ? losses.Sum() / total : throw new ArgumentException(
            $"{operation}: no example counts: all {labels.Length} labels are ignored or have weight 0. Leave this batch out.");
    }

    private static void RequireLabels(Tensor scores, Tensor labels, string operation)
    {
        if (scores.Rank < 2 || !((ReadOnlySpan<int>)labels.Shape).SequenceEqual(((ReadOnlySpan<int>)scores.Shape)[..^1]))
        {
            throw new ArgumentException(
                $"{operation}: predictions {scores.Shape} and targets {labels.Shape} do not fit. Pass [batch, classes] and [batch].");
        }
    }

    /// <summary>Labels as places among the classes; where both are on a device they stay there, and its kernel checks them.</summary>
    private static Places Classes(Tensor scores, Tensor labels, string operation)
    {
        if (scores.Accelerator is null || labels.Accelerator is null)
            return new(Labels(scores, labels, operation), scores.Device);
        RequireLabels(scores, labels, operation);
        return new(labels);
    }

    /// <summary>Labels [batch, …] of scores [batch, …, classes] as whole numbers; −1 for those to be ignored.</summary>
    private static int[] Labels(Tensor scores, Tensor labels, string operation, int? ignore = null)
    {
        RequireLabels(scores, labels, operation);
        double[] values = labels.ToArray();
        var classes = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            classes[i] = values[i] == ignore ? -1
                : values[i] >= 0 && values[i] < scores.Shape[-1] && values[i] == Math.Floor(values[i]) ? (int)values[i]
                : throw new ArgumentException(
                    $"{operation}: label {values[i]} of example {i} is no class number from 0 to {scores.Shape[-1] - 1}.", nameof(labels));
        }
        return classes;
    }

    /// <summary>The weight of each example: that of its class, 0 for those to be ignored.</summary>
    private static Tensor Weights(int[] labels, Tensor classWeights, Tensor scores, string operation)
    {
        RequireClassWeights(classWeights, scores, operation);
        return Tensor.From(labels.Select(label => label < 0 ? 0 : classWeights[label]), scores.DType).To(scores.Device);
    }

    private static void RequireClassWeights(Tensor weights, Tensor scores, string operation)
    {
        if (weights.Shape != [scores.Shape[-1]])
            throw new ArgumentException($"{operation}: class weights {weights.Shape} for {scores.Shape[-1]} classes. Pass one for each.");
        RequireRange(weights, 0, double.MaxValue, operation, "class weights");
    }

    private static void RequireDistributions(Tensor target, string operation)
    {
        using NoGradScope scope = Tensor.NoGrad();
        RequireRange(target, 0, 1, operation, "targets that are distributions");
        double[] sums = target.Sum(-1).ToArray();
        int wrong = Array.FindIndex(sums, sum => Math.Abs(sum - 1) > 1e-3);
        if (wrong >= 0)
        {
            throw new ArgumentException($"{operation}: the target of example {wrong} sums to {sums[wrong]}, not to 1. "
                + "For examples with several labels use BinaryCrossEntropyWithLogits, or divide each row by its sum.");
        }
    }
}
