using DeepNotebooks.Data;
using DeepNotebooks.Metrics;

namespace DeepNotebooks.Tuning;

/// <summary>
/// Anything that learns: trains on data, with this randomness, and returns what predicts from inputs [count, …] outputs [count, n].
/// </summary>
public delegate Func<Tensor, Tensor> Learner(Dataset train, Rng rng);

/// <summary>
/// Several predictors that answer as one. None at all, and numbers out of range, throw an <see cref="ArgumentException"/>.
/// </summary>
public sealed class Ensemble
{
    private readonly Func<Tensor[], Tensor> _combine;

    private Ensemble(IReadOnlyList<Func<Tensor, Tensor>> members, Func<Tensor[], Tensor> combine, string operation)
    {
        if (members.Count == 0)
            throw new ArgumentException($"Ensemble.{operation}: there are no members. Give at least one.");
        (Members, _combine) = (members, combine);
    }

    /// <summary>The predictors.</summary>
    public IReadOnlyList<Func<Tensor, Tensor>> Members { get; }

    /// <summary>What the members say together.</summary>
    public Tensor Predict(Tensor x) => _combine([.. Members.Select(member => member(x))]);

    /// <summary>The mean of the members' outputs.</summary>
    public static Ensemble Averaging(params IEnumerable<Func<Tensor, Tensor>> members) => new([.. members], Mean, "Averaging");

    /// <summary>
    /// Bagging: each member learns from as many examples as there are, drawn with repetition; the mean of all. Breiman, 1996.
    /// </summary>
    public static Ensemble Bagging(Learner learner, Dataset data, int members, Rng rng) => new(
        [.. Enumerable.Range(0, members).Select(_ => learner(Drawn(data, [.. Enumerable.Repeat(1.0, data.Count)], rng), rng.Split()))],
        Mean, "Bagging");

    /// <summary>
    /// Gradient boosting for the squared error: from the mean of the targets on, each member learns what the ones before leave over, and a
    /// share of its output is added. Friedman, 2001.
    /// </summary>
    public static Ensemble GradientBoosting(Learner learner, Dataset data, int rounds, Rng rng, double rate = 0.3)
    {
        if (!(rate is > 0 and <= 1))
            throw new ArgumentException($"Ensemble.GradientBoosting: the rate {rate} must lie in (0, 1].", nameof(rate));
        var members = new List<Func<Tensor, Tensor>>();
        Tensor mean = data.Targets.Mean(0, keepDims: true), rest = data.Targets - mean;
        for (int round = 0; round < rounds; round++)
        {
            members.Add(learner(new Dataset(data.Inputs, rest), rng.Split()));
            Tensor output = members[^1](data.Inputs);
            if (output.Shape != rest.Shape) // the difference would broadcast
                throw new ArgumentException($"Ensemble.GradientBoosting: the learner gives {output.Shape} for targets {rest.Shape}. "
                    + "Reshape the targets to [count, 1], or what it gives.", nameof(learner));
            rest -= output * rate;
        }
        return new(members, outputs => (Sum(outputs) * rate) + mean, "GradientBoosting");
    }

    /// <summary>
    /// AdaBoost for classes: each member learns from examples drawn by weights that grow where the ones before were wrong, and votes with
    /// ln((1 − e)/e) + ln(classes − 1), e its weighted error; the outputs are the votes [count, classes]. A member no better than guessing
    /// ends it, as does one without error. Freund and Schapire, 1997; Zhu and others (SAMME), 2009.
    /// </summary>
    /// <param name="learner">Gives logits [count, classes], or [count, 1] whose sign decides between two.</param>
    /// <param name="data">Targets are class numbers.</param>
    /// <param name="rounds">The most members.</param>
    /// <param name="rng">Draws the examples.</param>
    public static Ensemble AdaBoost(Learner learner, Dataset data, int rounds, Rng rng)
    {
        int[] truth = Metric.ClassNumbers(data.Targets, "Ensemble.AdaBoost");
        int classes = Math.Max(2, truth.Max() + 1);
        double[] weights = [.. truth.Select(_ => 1.0 / truth.Length)];
        List<Func<Tensor, Tensor>> members = [];
        List<double> votes = [];
        for (int round = 0; round < rounds; round++)
        {
            Func<Tensor, Tensor> member = learner(Drawn(data, weights, rng), rng.Split());
            bool[] wrong = [.. Metric.Predicted(member(data.Inputs), data.Targets, "Ensemble.AdaBoost").Zip(truth, (p, t) => p != t)];
            double error = Math.Max(weights.Where((_, i) => wrong[i]).Sum(), 1e-10);
            double vote = Math.Log((1 - error) / error) + Math.Log(classes - 1);
            if (vote <= 1e-10)
            {
                if (members.Count == 0)
                    throw new ArgumentException(
                        $"Ensemble.AdaBoost: the first member errs on {error:0.0%}, no better than guessing. "
                        + "Train it longer.", nameof(learner));
                break;
            }
            members.Add(member);
            votes.Add(vote);
            if (error <= 1e-10)
                break;
            weights = [.. weights.Select((w, i) => wrong[i] ? w * Math.Exp(vote) : w)];
            double sum = weights.Sum();
            weights = [.. weights.Select(w => w / sum)];
        }
        return new(members, outputs => Sum([.. outputs.Zip(votes, (output, vote) => OneHot(output, classes) * vote)]), "AdaBoost");
    }

    /// <summary>
    /// Stacking: a final learner is given the members' outputs side by side as its inputs, in training those from folds that each member
    /// did not learn from; then the members learn from all data. Wolpert, 1992.
    /// </summary>
    public static Ensemble Stacking(IReadOnlyList<Learner> learners, Learner final, Dataset data, Rng rng, int folds = 5)
    {
        if (learners.Count == 0)
            throw new ArgumentException("Ensemble.Stacking: there are no learners. Give at least one.", nameof(learners));
        Tensor Outputs(Dataset train, Tensor x) => Tensor.Concat([.. learners.Select(learner => learner(train, rng.Split())(x))], 1);
        Dataset[] judged = [.. data.KFold(folds, rng)
            .Select(fold => new Dataset(Outputs(fold.Train, fold.Validation.Inputs), fold.Validation.Targets))];
        Func<Tensor, Tensor> combine = final(new Dataset(
            Tensor.Concat([.. judged.Select(d => d.Inputs)]), Tensor.Concat([.. judged.Select(d => d.Targets)])), rng.Split());
        return new([.. learners.Select(learner => learner(data, rng.Split()))], outputs => combine(Tensor.Concat(outputs, 1)), "Stacking");
    }

    private static Tensor Sum(Tensor[] outputs) => outputs.Aggregate((sum, next) => sum.Shape == next.Shape ? sum + next
        : throw new ArgumentException($"Ensemble: members give {sum.Shape} and {next.Shape}. They must give one shape to be averaged."));

    private static Tensor Mean(Tensor[] outputs) => Sum(outputs) * (1.0 / outputs.Length);

    private static Tensor OneHot(Tensor logits, int classes)
    {
        Tensor votes = Tensor.Zeros([logits.Shape[0], classes], logits.DType);
        foreach ((int row, int predicted) in Metric.Predicted(logits, Tensor.Zeros([logits.Shape[0]]), "Ensemble.AdaBoost").Index())
            votes[row, predicted] = 1;
        return votes;
    }

    /// <summary>As many examples as there are, drawn with repetition, each with a chance in proportion to its weight.</summary>
    private static Dataset Drawn(Dataset data, double[] weights, Rng rng)
    {
        double total = 0;
        double[] upTo = [.. weights.Select(w => total += w)];
        return data.Rows([.. upTo.Select(_ => rng.NextDouble() * total).Select(at => Array.FindIndex(upTo, sum => at < sum || sum == total))]);
    }
}
