using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Kernels;

/// <summary>A folder by which Jupyter knows a kernel.</summary>
/// <param name="Folder">The folder; its name is the kernel's.</param>
/// <param name="Json">Its <c>kernel.json</c>.</param>
internal sealed record KernelSpec(string Folder, JsonObject Json)
{
    /// <summary>Under what key we mark our own.</summary>
    private const string Mark = "deepnotebooks";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public string Name => Path.GetFileName(Folder);

    /// <summary>Whether <c>course install</c> made it.</summary>
    public bool IsOurs => Json["metadata"]?[Mark] is JsonObject;

    /// <summary>Which build was installed.</summary>
    public string? Build => (string?)Json["metadata"]?[Mark]?["build"];

    /// <summary>The program that Jupyter starts, and what it runs.</summary>
    public IReadOnlyList<string> Arguments => Json["argv"] is JsonArray argv ? [.. argv.Select(a => a?.ToString() ?? "")] : [];

    /// <summary>The kernel in a folder; null when there is none.</summary>
    public static KernelSpec? In(string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json"))) is JsonObject json ? new(folder, json) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (JsonException)
        {
            return new KernelSpec(folder, []); // Somebody's, broken.
        }
    }

    /// <summary>Ours, to be written into a folder.</summary>
    public static KernelSpec Of(string folder, string displayName, IEnumerable<string> arguments, string build) => new(folder, new JsonObject
    {
        ["argv"] = new JsonArray([.. arguments.Select(a => JsonValue.Create(a))]),
        ["display_name"] = displayName,
        ["language"] = "C#",
        ["interrupt_mode"] = "message",
        ["metadata"] = new JsonObject { ["debugger"] = false, [Mark] = new JsonObject { ["build"] = build } },
    });

    /// <summary>Replaces the folder's <c>kernel.json</c>, whole or not at all.</summary>
    public void Write()
    {
        string file = Path.Combine(Folder, "kernel.json");
        File.WriteAllText(file + ".new", Json.ToJsonString(s_indented) + "\n");
        File.Move(file + ".new", file, overwrite: true);
    }
}
