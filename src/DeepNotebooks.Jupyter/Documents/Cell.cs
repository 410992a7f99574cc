using System.Text.Json.Nodes;

namespace DeepNotebooks.Jupyter.Documents;

/// <summary>What a cell holds.</summary>
public enum CellKind
{
    /// <summary>Code that is executed.</summary>
    Code,

    /// <summary>Text to read.</summary>
    Markdown,

    /// <summary>Text for converters only.</summary>
    Raw,
}

/// <summary>One cell of a notebook.</summary>
public sealed class Cell
{
    /// <summary>A new cell; it gets an id when the notebook is written.</summary>
    public Cell(CellKind kind, string source)
    {
        Json = new JsonObject
        {
            ["cell_type"] = kind.ToString().ToLowerInvariant(),
            ["metadata"] = new JsonObject(),
            ["source"] = MultilineText.Split(source),
        };
        if (kind == CellKind.Code)
        {
            Json["execution_count"] = null;
        }
    }

    internal Cell(JsonObject json, JsonText original, IEnumerable<Output> outputs)
    {
        (Json, Original) = (json, original);
        Outputs = [.. outputs];
    }

    /// <summary>What the cell holds.</summary>
    public CellKind Kind => KindOf((string?)Json["cell_type"])!.Value;

    /// <summary>The cell's text; its lines end as they were typed.</summary>
    public string Source
    {
        get => MultilineText.Join(Json["source"])!;
        set
        {
            if (value != Source)
            {
                Json["source"] = MultilineText.Split(value);
            }
        }
    }

    /// <summary>The cell's metadata, fields this engine does not know included.</summary>
    public JsonObject Metadata => Json["metadata"]!.AsObject();

    /// <summary>The cell's id; null in notebooks older than nbformat 4.5 and in new cells not yet written.</summary>
    public string? Id
    {
        get => (string?)Json["id"];
        set
        {
            if (value is null)
            {
                Json.Remove("id");
            }
            else
            {
                Json["id"] = value;
            }
        }
    }

    /// <summary>Of a code cell: as which of its session's cells it was last executed; null when it was not.</summary>
    public int? ExecutionCount
    {
        get => (int?)Json["execution_count"];
        set
        {
            if (Kind == CellKind.Code)
            {
                Json["execution_count"] = value;
            }
        }
    }

    /// <summary>Of a code cell: its outputs.</summary>
    public IList<Output> Outputs { get; } = [];

    /// <summary>All fields but the outputs.</summary>
    internal JsonObject Json { get; }

    internal JsonText? Original { get; }

    internal JsonObject ToJson()
    {
        var json = Json.DeepClone().AsObject();
        if (Kind == CellKind.Code)
        {
            json["outputs"] = new JsonArray([.. Outputs.Select(o => o.Json.DeepClone())]);
        }

        return json;
    }

    internal static CellKind? KindOf(string? cellType) => cellType switch
    {
        "code" => CellKind.Code,
        "markdown" => CellKind.Markdown,
        "raw" => CellKind.Raw,
        _ => null,
    };
}
