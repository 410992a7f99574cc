using System.Security.Cryptography;
using System.Text;
using DeepNotebooks.Jupyter.Documents;

namespace Course.Execution;

/// <summary>
/// Executed copies of the notebooks, each with a stamp of what it was made from: the notebook's cells, the library and the engine.
/// The reader's own files are left alone.
/// </summary>
internal sealed class ExecutedNotebooks(string folder, string library)
{
    private readonly Lazy<byte[]> _programs = new(() => HashOfPrograms(library));

    /// <summary>The executed copy if it is up to date; else null.</summary>
    public Notebook? Find(string path, Notebook notebook)
    {
        try
        {
            return File.Exists(Stamp(path)) && File.ReadAllText(Stamp(path)) == Key(notebook) ? Notebook.Read(Copy(path)) : null;
        }
        catch (Exception e) when (e is IOException or NotebookFormatException)
        {
            return null;
        }
    }

    /// <summary>Keeps an executed copy.</summary>
    public void Keep(string path, Notebook notebook, Notebook executed)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(Stamp(path));
            executed.Save(Copy(path));
            File.WriteAllText(Stamp(path), Key(notebook));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Environment, $"The executed copy of {Path.GetFileName(path)} cannot be kept in {folder}: {e.Message}", e);
        }
    }

    /// <summary>A hash of all that the outputs depend on; outputs and execution counts do not enter it.</summary>
    public string Key(Notebook notebook)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_programs.Value);
        foreach (var cell in notebook.Cells)
        {
            var text = $"{cell.Kind}\0{cell.Metadata.ToJsonString()}\0{cell.Source}";
            hash.AppendData(Encoding.UTF8.GetBytes($"{text.Length}\0{text}"));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private string Copy(string path) => Path.Combine(folder, Path.GetFileName(path));

    private string Stamp(string path) => Path.Combine(folder, Path.GetFileNameWithoutExtension(path) + ".stamp");

    private static byte[] HashOfPrograms(string library)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] files =
        [
            typeof(Notebook).Assembly.Location,
            .. (Directory.Exists(library) ? Directory.GetFiles(library, "*.dll") : []).Order(StringComparer.Ordinal),
        ];
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file)));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return hash.GetHashAndReset();
    }
}
