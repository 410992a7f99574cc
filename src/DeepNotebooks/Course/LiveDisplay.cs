namespace DeepNotebooks.Course;

/// <summary>
/// A value shown while a cell runs that can be replaced. The host is found without being referenced: a notebook engine leaves a
/// function in the application's data under <see cref="HostKey"/>; .NET Interactive is reached by reflection; elsewhere the text goes
/// to the console.
/// </summary>
public sealed class LiveDisplay
{
    /// <summary>Where a host puts its <c>Func&lt;object, Action&lt;object&gt;&gt;</c>: show a value, get what replaces it.</summary>
    public const string HostKey = "notebook.display";

    private readonly Action<object> _update;

    private LiveDisplay(Action<object> update) => _update = update;

    /// <summary>Shows a value now.</summary>
    public static LiveDisplay Show(object value)
    {
        if (AppContext.GetData(HostKey) is Func<object, Action<object>> show)
            return new LiveDisplay(show(value));
        if (DotNetInteractive.Show(value) is { } update)
            return new LiveDisplay(update);
        Console.WriteLine(value);
        return new LiveDisplay(Console.WriteLine);
    }

    /// <summary>Replaces the shown value.</summary>
    public void Update(object value) => _update(value);
}
