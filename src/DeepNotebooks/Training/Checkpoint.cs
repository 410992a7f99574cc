using System.Globalization;
using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Training;

/// <summary>
/// Saves model and optimizer after an epoch, to a safetensors file that <see cref="Load"/> reads: after each that improved the
/// validation loss (without validation data: the training loss), or after every one.
/// </summary>
/// <param name="path">The file; replaced as a whole.</param>
/// <param name="bestOnly">Whether only epochs that improved the loss are saved.</param>
public sealed class Checkpoint(string path, bool bestOnly = true) : Callback
{
    internal const string OptimizerPrefix = "optimizer/";
    private double _best = double.PositiveInfinity;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run) => _best = double.PositiveInfinity;

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        if (!bestOnly || run.LastLoss < _best)
        {
            _best = Math.Min(_best, run.LastLoss);
            Save(path, run.Model, run.Optimizer);
        }
    }

    /// <summary>Saves weights and buffers of a model under their names, and with an optimizer its state and learning rate.</summary>
    public static void Save(string path, Layer model, Optimizer? optimizer = null) => Safetensors.Save(
        path,
        Snapshot.State(model, optimizer),
        optimizer is null ? null : new Dictionary<string, string>
        {
            ["optimizer"] = optimizer.GetType().Name,
            ["learning_rate"] = optimizer.LearningRate.ToString("R", CultureInfo.InvariantCulture),
        });

    /// <summary>
    /// Loads a model, and an optimizer if given: all of it, or on any error nothing. Groups and penalties are not part of the file.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged, or does not fit the model or optimizer.</exception>
    public static void Load(string path, Layer model, Optimizer? optimizer = null)
    {
        Safetensors file = Safetensors.Load(path);
        (string Name, Tensor Value)[] wanted = [.. Snapshot.State(model, optimizer)];
        string[] problems =
        [
            .. wanted.Select(w => !file.Tensors.TryGetValue(w.Name, out Tensor? found) ? $"{w.Name} is missing"
                : found.Shape != w.Value.Shape || found.DType != w.Value.DType
                    ? $"{w.Name} is {found.Shape} {found.DType} in the file, {w.Value.Shape} {w.Value.DType} in the model" : "")
                .Where(problem => problem != ""),
            .. file.Tensors.Keys.Except(wanted.Select(w => w.Name))
                .Where(name => optimizer is not null || !name.StartsWith(OptimizerPrefix))
                .Select(name => $"{name} is not in the model"),
        ];
        if (problems.Length > 0)
        {
            throw new InvalidDataException($"Checkpoint.Load: {path} does not fit: {string.Join("; ", problems.Take(5))}"
                + $"{(problems.Length > 5 ? $"; and {problems.Length - 5} more" : "")}. Build the model as it was when it was saved.");
        }
        if (optimizer is not null)
        {
            string saved = file.Metadata.GetValueOrDefault("optimizer", "none");
            string rate = file.Metadata.GetValueOrDefault("learning_rate", "");
            if (saved != optimizer.GetType().Name || !double.TryParse(rate, CultureInfo.InvariantCulture, out double value)
                || !(value >= 0 && double.IsFinite(value)))
            {
                throw new InvalidDataException(
                    $"Checkpoint.Load: {path} holds the optimizer {saved} at rate \"{rate}\", not a {optimizer.GetType().Name}.");
            }
            optimizer.LearningRate = value;
        }
        foreach ((string name, Tensor value) in wanted)
            value.Assign(file.Tensors[name]);
    }
}
