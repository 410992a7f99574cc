namespace DeepNotebooks.Training;

/// <summary>
/// Lets a host stop long loops of the library: a notebook engine leaves a function in the application's data that throws when the
/// cell that runs is to stop.
/// </summary>
internal static class Interruption
{
    /// <summary>Throws if the host wants this loop to stop; elsewhere it does nothing.</summary>
    public static void Check() => (AppContext.GetData("notebook.checkpoint") as Action)?.Invoke();
}
