using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepNotebooks.Jupyter.Documents;

/// <summary>
/// A Jupyter notebook (nbformat 4). Reading and writing one that did not change gives its very bytes; of one that did, only the
/// changed cells differ. Fields this engine does not know stay where they are.
/// </summary>
public sealed class Notebook
{
    private const char ByteOrderMark = '\uFEFF';

    private readonly JsonObject _root;
    private readonly JsonText? _original;
    private readonly byte[] _text;
    private readonly bool _marked;

    /// <summary>An empty notebook of nbformat 4.5.</summary>
    public Notebook()
    {
        _text = [];
        _root = new JsonObject { ["metadata"] = new JsonObject(), ["nbformat"] = 4, ["nbformat_minor"] = 5 };
    }

    private Notebook(byte[] text, JsonText original, bool marked, string name)
    {
        (_text, _original, _marked) = (text, original, marked);
        _root = Check.Root(original, name);
        foreach (var (cell, i) in original.Members!.Last(m => m.Name == "cells").Value.Elements!.Select((c, i) => (c, i)))
        {
            Cells.Add(Check.Cell(_root["cells"]!.AsArray()[i], cell, $"{name}: cells[{i}]"));
        }

        _root.Remove("cells");
    }

    /// <summary>The cells, in order.</summary>
    public IList<Cell> Cells { get; } = [];

    /// <summary>The notebook's metadata: kernel, language and whatever else stands there.</summary>
    public JsonObject Metadata => _root["metadata"]!.AsObject();

    /// <summary>The minor version of the format: 5 is nbformat 4.5.</summary>
    public int FormatMinor => (int)_root["nbformat_minor"]!;

    /// <summary>Reads a notebook from a file.</summary>
    /// <exception cref="NotebookFormatException">The file is no notebook of nbformat 4.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Notebook Read(string path)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException e)
        {
            throw new NotebookFormatException($"{Path.GetFileName(path)} is not a notebook: it is not UTF-8 text.", e);
        }

        return Parse(text, Path.GetFileName(path));
    }

    /// <summary>Reads a notebook from its JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="NotebookFormatException">The text is no notebook of nbformat 4.</exception>
    public static Notebook Parse(string json, string name = "notebook")
    {
        bool marked = json.StartsWith(ByteOrderMark);
        byte[] text = Encoding.UTF8.GetBytes(marked ? json[1..] : json);
        try
        {
            return new Notebook(text, JsonText.Parse(text), marked, name);
        }
        catch (JsonException e)
        {
            int tail = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw new NotebookFormatException(
                $"{name} is not a notebook: it is not JSON at line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: "
                + (tail < 0 ? e.Message : e.Message[..tail]), e);
        }
        catch (InvalidOperationException e)
        {
            throw new NotebookFormatException($"{name} is not a notebook: a string in it is not valid Unicode.", e);
        }
    }

    /// <summary>The notebook's JSON text.</summary>
    public string ToJson()
    {
        var now = Tree();
        string mark = _marked ? ByteOrderMark.ToString() : "";
        if (_original is not null && JsonNode.DeepEquals(now, _original.ToNode()))
        {
            return mark + Encoding.UTF8.GetString(_text);
        }

        if (FormatMinor >= 5)
        {
            CompleteIds();
            now = Tree();
        }

        var patch = new JsonPatch(_text);
        if (_original is null)
        {
            patch.Fresh(now, 0);
            patch.Write("\n");
        }
        else
        {
            var old = _original.Members!.Last(m => m.Name == "cells").Value.Elements!;
            patch.Copy(0, _original.Start);
            patch.Value(now, _original, 0, [.. Cells.Select(c => c.Original is null ? -1 : old.IndexOf(c.Original))]);
            patch.Copy(_original.End, _text.Length);
        }

        return mark + Encoding.UTF8.GetString(patch.ToArray());
    }

    /// <summary>
    /// Writes the notebook to a file, whole or not at all: on failure (a full disk, a folder that cannot be written) the file that
    /// was there stays as it was.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        // Through a link the file is replaced, not the link.
        var file = new FileInfo(path);
        string target = (file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true)!).FullName;
        string beside = Path.Combine(Path.GetDirectoryName(target)!, $".{Guid.NewGuid():N}.tmp");
        byte[] bytes = Encoding.UTF8.GetBytes(ToJson());
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            }

            File.Move(beside, target, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    private JsonObject Tree()
    {
        var now = _root.DeepClone().AsObject();
        now["cells"] = new JsonArray([.. Cells.Select(c => c.ToJson())]);
        return now;
    }

    // nbformat 4.5: every cell has an id, unique in the notebook; a missing one is made, of two that are alike the first stays.
    // Made from the cell's place and text, not by chance, so that the same notebook gets the same ids.
    private void CompleteIds()
    {
        var taken = new HashSet<string>();
        foreach (var (cell, i) in Cells.Select((c, i) => (c, i)))
        {
            for (int salt = 0; !IsId(cell.Id) || !taken.Add(cell.Id!); salt++)
            {
                byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{i}:{salt}:{cell.Source}"));
                cell.Id = Convert.ToHexStringLower(hash)[..8];
            }
        }
    }

    private static bool IsId(string? id) =>
        id is { Length: >= 1 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>What nbformat demands of the fields that this engine uses.</summary>
    private static class Check
    {
        public static JsonObject Root(JsonText text, string name)
        {
            if (text.ToNode() is not JsonObject root || !root.ContainsKey("nbformat"))
            {
                throw new NotebookFormatException($"{name} is not a notebook: it is JSON, but has no \"nbformat\" field.");
            }

            int major = Integer(root, "nbformat", name);
            if (major is < 4)
            {
                throw new NotebookFormatException(
                    $"{name} is a notebook of nbformat {major}; this reads nbformat 4. Open it once in Jupyter and save it, or run "
                    + $"`jupyter nbconvert --to notebook --nbformat 4 {name}`.");
            }

            if (major > 4)
            {
                throw new NotebookFormatException(
                    $"{name} is a notebook of nbformat {major}; this reads nbformat 4 only. Save it as version 4 in the program that "
                    + "made it.");
            }

            if (Integer(root, "nbformat_minor", name) < 0)
            {
                throw Wrong(name, "nbformat_minor", "a version number", root["nbformat_minor"]);
            }

            Require<JsonObject>(root, "metadata", name, "an object");
            Require<JsonArray>(root, "cells", name, "an array");
            return root;
        }

        public static Cell Cell(JsonNode? node, JsonText text, string where)
        {
            if (node is not JsonObject cell)
            {
                throw new NotebookFormatException($"{where} is not an object.");
            }

            Require<JsonValue>(cell, "cell_type", where, "a string");
            if (!MultilineText.IsString(cell["cell_type"]) || Documents.Cell.KindOf((string?)cell["cell_type"]) is not { } kind)
            {
                throw Wrong(where, "cell_type", "\"code\", \"markdown\" or \"raw\"", cell["cell_type"]);
            }

            Require<JsonObject>(cell, "metadata", where, "an object");
            if (MultilineText.Join(Field(cell, "source", where)) is null)
            {
                throw Wrong(where, "source", "a string or an array of strings", cell["source"]);
            }

            if (cell.ContainsKey("id") && !MultilineText.IsString(cell["id"]))
            {
                throw Wrong(where, "id", "a string", cell["id"]);
            }

            if (kind != CellKind.Code)
            {
                return new Cell(Detach(cell), text, []);
            }

            if (Field(cell, "execution_count", where) is not null)
            {
                Integer(cell, "execution_count", where);
            }

            Require<JsonArray>(cell, "outputs", where, "an array");
            var outputs = cell["outputs"]!.AsArray().Select((o, i) => Output(o, $"{where}.outputs[{i}]")).ToList();
            cell.Remove("outputs");
            return new Cell(Detach(cell), text, outputs);
        }

        private static Output Output(JsonNode? node, string where)
        {
            if (node is not JsonObject output)
            {
                throw new NotebookFormatException($"{where} is not an object.");
            }

            var type = Field(output, "output_type", where);
            if (!MultilineText.IsString(type) || Documents.Output.KindOf((string?)type) is not { } kind)
            {
                throw Wrong(where, "output_type", "\"stream\", \"display_data\", \"execute_result\" or \"error\"", type);
            }

            string[] strings = kind switch { OutputKind.Stream => ["name"], OutputKind.Error => ["ename", "evalue"], _ => [] };
            foreach (string field in strings)
            {
                if (!MultilineText.IsString(Field(output, field, where)))
                {
                    throw Wrong(where, field, "a string", output[field]);
                }
            }

            if (kind == OutputKind.Stream && MultilineText.Join(Field(output, "text", where)) is null)
            {
                throw Wrong(where, "text", "a string or an array of strings", output["text"]);
            }

            if (kind == OutputKind.Error
                && (Field(output, "traceback", where) is not JsonArray lines || !lines.All(MultilineText.IsString)))
            {
                throw Wrong(where, "traceback", "an array of strings", output["traceback"]);
            }

            if (kind is OutputKind.DisplayData or OutputKind.ExecuteResult)
            {
                Require<JsonObject>(output, "data", where, "an object");
            }

            return new Output(Detach(output));
        }

        private static JsonObject Detach(JsonObject node) => node.DeepClone().AsObject();

        private static JsonNode? Field(JsonObject node, string field, string where) => node.TryGetPropertyValue(field, out var value)
            ? value
            : throw new NotebookFormatException($"{where} has no \"{field}\" field, which nbformat 4 requires.");

        private static void Require<T>(JsonObject node, string field, string where, string what) where T : JsonNode
        {
            if (Field(node, field, where) is not T)
            {
                throw Wrong(where, field, what, node[field]);
            }
        }

        private static int Integer(JsonObject node, string field, string where) =>
            Field(node, field, where) is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out int number)
                ? number
                : throw Wrong(where, field, "an integer", node[field]);

        private static NotebookFormatException Wrong(string where, string field, string what, JsonNode? found)
        {
            string text = found?.ToJsonString() ?? "null";
            return new($"{where}: \"{field}\" must be {what}, found {(text.Length > 60 ? text[..60] + "…" : text)}.");
        }
    }
}
