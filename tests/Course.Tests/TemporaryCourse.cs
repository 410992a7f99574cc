using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>A repository of its own for a test, with a curriculum of one chapter, 07, and notebooks that need no library.</summary>
internal sealed class TemporaryCourse : IDisposable
{
    /// <summary>A cell that lets later ones show the course's own forms by the formatter convention.</summary>
    public const string Forms = """
        using System.IO;
        public class TypeFormatterSourceAttribute : System.Attribute
        {
            public TypeFormatterSourceAttribute(System.Type source) { FormatterSourceType = source; }
            public System.Type FormatterSourceType { get; }
            public string[] PreferredMimeTypes { get; set; } = [];
        }
        public class Formatter(string mime)
        {
            public string MimeType => mime;
            public bool Format(object value, TextWriter to)
            {
                if (((Shown)value).Forms.TryGetValue(mime, out var text)) { to.Write(text); return true; }
                return false;
            }
        }
        public class Formatters
        {
            public object[] CreateTypeFormatters() =>
            [
                new Formatter("application/vnd.deepnotebooks.claim+json"), new Formatter("application/vnd.deepnotebooks.exercise+json"),
                new Formatter("application/vnd.plotly.v1+json"), new Formatter("image/svg+xml"), new Formatter("text/plain"),
            ];
        }
        [TypeFormatterSource(typeof(Formatters))]
        public class Shown { public System.Collections.Generic.Dictionary<string, string> Forms = new() { ["text/plain"] = "shown" }; }
        string Word(bool b) => b ? "true" : "false";
        Shown Claim(bool holds, bool breaks) => new() { Forms = { ["application/vnd.deepnotebooks.claim+json"] =
            $"{{\"statement\":\"it is so\",\"holds\":{Word(holds)},\"measured\":\"1\",\"controls\":[{{\"without\":\"it\",\"measured\":\"2\",\"breaks\":{Word(breaks)}}}],\"passed\":true}}" } };
        Shown Check(bool solved) => new() { Forms = { ["application/vnd.deepnotebooks.exercise+json"] =
            $"{{\"exercise\":\"07-1\",\"solved\":{Word(solved)},\"message\":\"seen\"}}" } };
        Shown Chart() => new() { Forms = { ["application/vnd.plotly.v1+json"] = "{\"data\":[]}", ["image/svg+xml"] = "<svg/>" } };
        """;

    public TemporaryCourse()
    {
        Root = Directory.CreateTempSubdirectory("course-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, "notebooks"));
        File.WriteAllText(Path.Combine(Root, "notebooks", "curriculum.json"), """
            { "chapters": [
              { "number": "07", "title": "Gradients", "summary": "What happens to them.",
                "concepts": [{ "id": "a.one", "question": "One?" }, { "id": "a.two", "question": "Two?", "myth": true }] },
              { "number": "08", "title": "Later", "summary": "Not yet.", "concepts": [{ "id": "b.one", "question": "Three?" }] }
            ] }
            """);
    }

    public string Root { get; }
    public StringWriter Output { get; } = new();
    public StringWriter Error { get; } = new();

    /// <summary>Writes a notebook and returns its path.</summary>
    public string Write(string name, params JsonObject[] cells)
    {
        var path = Path.Combine(Root, "notebooks", name);
        File.WriteAllText(path, Json(cells));
        return path;
    }

    public static string Json(params JsonObject[] cells) => new JsonObject
    {
        ["cells"] = new JsonArray([.. cells]),
        ["metadata"] = new JsonObject(),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    public static JsonObject Text(string source, string? concept = null, string? exercise = null, string? role = null) =>
        Cell("markdown", source, concept, exercise, role);

    public static JsonObject Code(string source, string? exercise = null, string? role = null, params JsonObject[] outputs)
    {
        var cell = Cell("code", source, null, exercise, role);
        cell["execution_count"] = null;
        cell["outputs"] = new JsonArray([.. outputs]);
        return cell;
    }

    public static JsonObject Shows(params (string Mime, string Json)[] forms) => new()
    {
        ["output_type"] = "display_data",
        ["metadata"] = new JsonObject(),
        ["data"] = new JsonObject([.. forms.Select(f => KeyValuePair.Create(f.Mime,
            f.Mime.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(f.Json) : JsonValue.Create(f.Json)))]),
    };

    public Task<int> Run(params string[] args) => Run(args, default);

    public async Task<int> Run(string[] args, CancellationToken cancel)
    {
        Output.GetStringBuilder().Clear();
        Error.GetStringBuilder().Clear();
        return await new CommandLine(Output, Error, Root).Run(args, cancel);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static JsonObject Cell(string type, string source, string? concept, string? exercise, string? role)
    {
        var ours = new JsonObject();
        foreach (var (key, value) in ((string, string?)[])[("concept", concept), ("exercise", exercise), ("role", role)])
        {
            if (value is not null)
            {
                ours[key] = value;
            }
        }

        return new JsonObject
        {
            ["cell_type"] = type,
            ["id"] = Guid.NewGuid().ToString("N")[..8],
            ["metadata"] = ours.Count == 0 ? new JsonObject() : new JsonObject { ["deepnotebooks"] = ours },
            ["source"] = source,
        };
    }
}
