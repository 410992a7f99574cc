using DeepNotebooks.Layers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Tuning;

/// <summary>
/// Keeps the weights of a run every so many epochs: one training gives an ensemble of models (Huang and others, 2017; best with a learning
/// rate that restarts after each snapshot), or one model with the mean of the weights (Izmailov and others, 2018).
/// </summary>
/// <param name="every">Epochs between snapshots; at least 1.</param>
public sealed class Snapshots(int every) : Callback
{
    private readonly int _every = every >= 1 ? every
        : throw new ArgumentOutOfRangeException(nameof(every), every, "Snapshots: there is at least 1 epoch between snapshots.");

    private readonly List<Tensor[]> _taken = [];
    private Layer? _model;

    /// <summary>The number of snapshots taken.</summary>
    public int Count => _taken.Count;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        _taken.Clear();
        _model = run.Model;
    }

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        if (run.Epoch % _every == 0)
            _taken.Add([.. State(run.Model).Select(tensor => tensor.Clone())]);
    }

    /// <summary>The mean of the snapshots' outputs, in evaluation; afterwards the model has the weights that it had.</summary>
    /// <exception cref="InvalidOperationException">There are no snapshots.</exception>
    public Tensor Predict(Tensor x) => Restoring(model => Ensemble.Averaging(_taken.Select(state => (Func<Tensor, Tensor>)(input =>
    {
        Load(model, state);
        return model.Predict(input);
    }))).Predict(x));

    /// <summary>The output of one snapshot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such snapshot.</exception>
    public Tensor Predict(Tensor x, int snapshot)
    {
        if (snapshot < 0 || snapshot >= Count)
            throw new ArgumentOutOfRangeException(
                nameof(snapshot), snapshot, $"Snapshots: there are {Count}. Train for at least {_every} epochs.");
        return Restoring(model =>
        {
            Load(model, _taken[snapshot]);
            return model.Predict(x);
        });
    }

    /// <summary>Gives the model the mean of all snapshots' weights and running averages.</summary>
    /// <exception cref="InvalidOperationException">There are no snapshots.</exception>
    public void AverageWeights() => Load(Model(), [.. Enumerable.Range(0, _taken[0].Length).Select(i =>
        _taken.Select(state => state[i]).Aggregate((sum, next) => sum + next) * (1.0 / Count))]);

    private T Restoring<T>(Func<Layer, T> use)
    {
        Layer model = Model();
        Tensor[] before = [.. State(model).Select(tensor => tensor.Clone())];
        try
        {
            return use(model);
        }
        finally
        {
            Load(model, before);
        }
    }

    private Layer Model() => Count > 0 ? _model!
        : throw new InvalidOperationException($"Snapshots: none were taken. Pass this to a Trainer and fit for at least {_every} epochs.");

    private static IEnumerable<Tensor> State(Layer model) => model.NamedParameters.Concat(model.NamedBuffers).Select(entry => entry.Value);

    private static void Load(Layer model, Tensor[] state)
    {
        foreach ((Tensor current, Tensor kept) in State(model).Zip(state))
            current.Assign(kept);
    }
}
