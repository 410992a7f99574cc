using DeepNotebooks.Layers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Monitoring;

/// <summary>
/// How the numbers of a tensor spread: counts of as many bins of equal width from the least to the largest, their mean and standard
/// deviation, and how many are NaN or infinite and counted nowhere else.
/// </summary>
public sealed record Histogram(double Low, double High, IReadOnlyList<int> Counts, double Mean, double Deviation, int NotFinite)
{
    /// <summary>The histogram of a tensor's numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one bin asked for.</exception>
    public static Histogram Of(Tensor values, int bins = 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        double[] finite = [.. values.ToArray().Where(double.IsFinite)];
        var counts = new int[bins];
        if (finite.Length == 0)
            return new Histogram(0, 0, counts, double.NaN, double.NaN, values.Size);
        double low = finite.Min(), high = finite.Max(), mean = finite.Average(), width = Math.Max((high - low) / bins, double.Epsilon);
        foreach (double value in finite)
            counts[(int)Math.Min((value - low) / width, bins - 1)]++;
        double deviation = Math.Sqrt(finite.Average(value => (value - mean) * (value - mean)));
        return new Histogram(low, high, counts, mean, deviation, values.Size - finite.Length);
    }
}

/// <summary>
/// Records after every epoch how the weights and their gradients spread, under their names, and with a probe the outputs of each layer
/// of a <see cref="Sequential"/>, under its place.
/// </summary>
/// <param name="probe">Inputs to send through the model in evaluation; none, no activations.</param>
/// <param name="bins">How many bins.</param>
public sealed class Histograms(Tensor? probe = null, int bins = 30) : Callback
{
    private readonly Dictionary<string, List<Histogram>> _weights = [], _gradients = [], _activations = [];

    /// <summary>By the weight's name, one for each epoch.</summary>
    public IReadOnlyDictionary<string, List<Histogram>> Weights => _weights;

    /// <summary>By the weight's name, one for each epoch: of its last gradient.</summary>
    public IReadOnlyDictionary<string, List<Histogram>> Gradients => _gradients;

    /// <summary>By the layer's place and type, such as <c>1 Tanh</c>, one for each epoch.</summary>
    public IReadOnlyDictionary<string, List<Histogram>> Activations => _activations;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        _weights.Clear();
        _gradients.Clear();
        _activations.Clear();
    }

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        foreach ((string name, Tensor weight) in run.Model.NamedParameters)
        {
            Add(_weights, name, weight);
            if (weight.Grad is { } gradient)
                Add(_gradients, name, gradient);
        }
        if (probe is not null && run.Model is Sequential model)
        {
            Tensor x = probe;
            for (int i = 0; i < model.Count; i++)
                Add(_activations, $"{i} {model[i].GetType().Name}", x = model[i].Predict(x));
        }
    }

    private void Add(Dictionary<string, List<Histogram>> to, string name, Tensor values)
    {
        if (!to.TryGetValue(name, out List<Histogram>? list))
            to[name] = list = [];
        list.Add(Histogram.Of(values, bins));
    }
}
