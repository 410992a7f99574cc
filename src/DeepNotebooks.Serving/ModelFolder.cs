using System.Collections.Immutable;
using System.Globalization;

namespace DeepNotebooks.Serving;

/// <summary>A version of a model that is loaded and answers.</summary>
/// <param name="Number">The name of its folder.</param>
/// <param name="Servable">The model.</param>
/// <param name="Output">The sizes of an example's output.</param>
/// <param name="Batcher">Where its requests wait.</param>
internal sealed record ModelVersion(long Number, Servable Servable, int[] Output, Batcher Batcher);

/// <summary>A model: its loaded versions, the newest first, and those that could not be loaded, with the reason and the files' state.</summary>
internal sealed record ServedModel(ImmutableArray<ModelVersion> Loaded, ImmutableDictionary<long, (string Stamp, string Error)> Failed);

/// <summary>
/// A folder NAME/VERSION/ of models, looked at again and again. A new version is loaded and tried out while the old one answers, then new
/// requests go to it, and the old one answers what it has before it goes: no request is dropped. A version that cannot be loaded is
/// tried again when its files change, and the one before stays.
/// </summary>
internal sealed class ModelFolder(string folder, Func<string, Servable> load, ServingOptions options, Metrics metrics)
{
    private ImmutableSortedDictionary<string, ServedModel> _models = ImmutableSortedDictionary.Create<string, ServedModel>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, ServedModel> Models => Volatile.Read(ref _models);

    /// <summary>Loads what is new and lets go of what is gone; one call at a time.</summary>
    public void Scan()
    {
        var found = new DirectoryInfo(folder).GetDirectories().Where(model => model.Name[0] != '.').ToDictionary(model => model.Name);
        foreach ((string name, ServedModel gone) in Models.Where(model => !found.ContainsKey(model.Key)))
        {
            Volatile.Write(ref _models, _models.Remove(name));
            Retire(name, gone.Loaded);
        }
        foreach ((string name, DirectoryInfo model) in found)
            Update(name, model);
    }

    /// <summary>Lets go of everything once all requests are answered.</summary>
    public async Task Close()
    {
        ModelVersion[] all = [.. Models.Values.SelectMany(model => model.Loaded)];
        Array.ForEach(all, version => version.Batcher.Close());
        await Task.WhenAll(all.Select(version => version.Batcher.Ended));
    }

    private void Update(string name, DirectoryInfo model)
    {
        ServedModel before = Models.GetValueOrDefault(name) ?? new([], ImmutableDictionary<long, (string, string)>.Empty);
        var failed = before.Failed.ToBuilder();
        var loaded = new List<ModelVersion>();
        var numbers = model.GetDirectories()
            .Select(version => long.TryParse(version.Name, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1)
            .Where(number => number >= 0).OrderDescending().ToArray();
        failed.RemoveRange(failed.Keys.Except(numbers).ToArray());
        foreach (long number in numbers.TakeWhile(_ => loaded.Count < options.Versions))
        {
            if (before.Loaded.FirstOrDefault(version => version.Number == number) is { } known)
                loaded.Add(known);
            else if (TryLoad(name, new(Path.Combine(model.FullName, number.ToString(CultureInfo.InvariantCulture))), number, failed) is { } version)
                loaded.Add(version);
        }
        Volatile.Write(ref _models, _models.SetItem(name, new([.. loaded], failed.ToImmutable())));
        Retire(name, before.Loaded.Except(loaded));
    }

    private ModelVersion? TryLoad(
        string name, DirectoryInfo place, long number, ImmutableDictionary<long, (string Stamp, string Error)>.Builder failed)
    {
        string stamp = "";
        try
        {
            stamp = string.Join(' ', place.EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc:O}"));
            if (failed.TryGetValue(number, out var last) && last.Stamp == stamp)
                return null;
            Servable servable = load(place.FullName);
            int[] one = [.. servable.Input.Select(size => Math.Max(size, 1))];
            Examples tried = Batcher.Compute(servable.Predict, new Workspace(), new(new float[one.Aggregate(1, (a, b) => a * b)], 1, one));
            failed.Remove(number);
            options.Log($"{name} version {number}: loaded");
            return new(number, servable, tried.Shape, new Batcher(servable.Predict, options, metrics));
        }
        catch (Exception e)
        {
            failed[number] = (stamp, e.Message);
            metrics.LoadFailed();
            options.Log($"{name} version {number}: cannot be loaded: {e.Message}");
            return null;
        }
    }

    private void Retire(string name, IEnumerable<ModelVersion> versions)
    {
        foreach (ModelVersion version in versions)
        {
            version.Batcher.Close();
            options.Log($"{name} version {version.Number}: unloaded");
        }
    }
}
