using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DeepNotebooks.Jupyter.Protocol;

/// <summary>
/// The cells of this run and of former ones, a line of JSON each in a file that several kernels may share. It is read when somebody asks,
/// and cut to its newest half when it has grown too large.
/// </summary>
internal sealed class History(string path)
{
    private const long MaxBytes = 8 << 20;
    private const int MaxOutput = 10_000;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private int _run;

    /// <summary>A cell: in which run of a kernel, which of its cells, its text, and its value as text if it had one.</summary>
    private sealed record Entry(int Run, int Cell, string Input, string? Output);

    /// <summary>Keeps a cell.</summary>
    public void Add(int cell, string input, string? output)
    {
        try
        {
            using var file = Open();
            if (_run == 0)
            {
                _run = Read(file).LastOrDefault()?.Run + 1 ?? 1;
            }

            if (file.Length > MaxBytes)
            {
                Shorten(file);
            }

            file.Seek(0, SeekOrigin.End);
            Write(file, new Entry(_run, cell, input, output?[..Math.Min(output.Length, MaxOutput)]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A history that cannot be kept must not keep anybody from running cells.
        }
    }

    /// <summary>What a request asks for: the last cells, those of a run, or those that match a pattern.</summary>
    public JsonObject Answer(JsonElement request)
    {
        var entries = Entries(request).ToList();
        bool withOutput = request.Flag("output", false);
        return new JsonObject
        {
            ["history"] = new JsonArray([.. entries.Select(e => (JsonNode)new JsonArray(
                e.Run, e.Cell, withOutput ? new JsonArray(e.Input, e.Output) : JsonValue.Create(e.Input)))]),
        };
    }

    private IEnumerable<Entry> Entries(JsonElement request)
    {
        List<Entry> all;
        try
        {
            using var file = Open();
            all = Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        int? count = request.Number("n");
        switch (request.Text("hist_access_type"))
        {
            case "tail":
                return all.TakeLast(count ?? all.Count);
            case "range":
                // As elsewhere in Jupyter, 0 is this run and -1 the one before it; the last cell is not included.
                int run = request.Number("session") ?? 0;
                run = run > 0 ? run : (_run > 0 ? _run : (all.LastOrDefault()?.Run ?? 0) + 1) + run;
                int start = request.Number("start") ?? 0;
                int stop = request.Number("stop") ?? int.MaxValue;
                return all.Where(e => e.Run == run && e.Cell >= start && e.Cell < stop);
            default:
                var pattern = Glob(request.Text("pattern") ?? "*");
                var found = all.Where(e => pattern.IsMatch(e.Input));
                if (request.Flag("unique", false))
                {
                    found = found.Reverse().DistinctBy(e => e.Input).Reverse();
                }

                return count is { } n ? found.TakeLast(n) : found;
        }
    }

    private static Regex Glob(string pattern) => new(
        "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + "$",
        RegexOptions.Singleline | RegexOptions.NonBacktracking);

    // Kernels that share the file take turns, each for a moment.
    private FileStream Open()
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }

        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(10);
            }
        }
    }

    private static List<Entry> Read(FileStream file)
    {
        file.Position = 0;
        using var reader = new StreamReader(file, leaveOpen: true);
        var entries = new List<Entry>();
        while (reader.ReadLine() is { } line)
        {
            try
            {
                if (JsonSerializer.Deserialize<Entry>(line) is { Input: not null } entry)
                {
                    entries.Add(entry);
                }
            }
            catch (JsonException)
            {
                // Half a line, of a kernel that was killed.
            }
        }

        return entries;
    }

    private static void Write(FileStream file, Entry entry) =>
        file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, s_json), (byte)'\n']);

    private static void Shorten(FileStream file)
    {
        var entries = Read(file);
        file.SetLength(0);
        foreach (var entry in entries.Skip(entries.Count / 2))
        {
            Write(file, entry);
        }
    }
}
