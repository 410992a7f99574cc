using System.Text.Json.Nodes;
using DeepNotebooks.Jupyter.Documents;

namespace DeepNotebooks.Jupyter.Runner;

/// <summary>What an output loses when it is stored.</summary>
internal static class SavedForm
{
    /// <summary>
    /// Leaves out HTML where there is a picture (viewers would prefer the HTML and strip its scripts, which leaves a blank), and makes
    /// paths relative to the notebook's folder, so that the file is the same on every machine.
    /// </summary>
    public static void Apply(Output output, string folder)
    {
        if (output.Data is { } data && data.ContainsKey("image/svg+xml"))
        {
            data.Remove("text/html");
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        foreach (string field in (string[])["text", "evalue", "traceback"])
        {
            Replace(output.Json, field, folder, home);
        }

        foreach (string mime in output.MimeTypes.Where(m => m.StartsWith("text/", StringComparison.Ordinal)).ToList())
        {
            Replace(output.Data!, mime, folder, home);
        }
    }

    private static void Replace(JsonObject owner, string field, string folder, string home)
    {
        switch (owner[field])
        {
            case JsonValue value when value.TryGetValue(out string? text):
                owner[field] = Relative(text, folder, home);
                break;
            case JsonArray lines:
                for (int i = 0; i < lines.Count; i++)
                {
                    lines[i] = Relative((string)lines[i]!, folder, home);
                }

                break;
        }
    }

    private static string Relative(string text, string folder, string home)
    {
        string separator = Path.DirectorySeparatorChar.ToString();
        foreach (var (path, name) in ((string, string)[])[(folder, "."), (home, "~")])
        {
            if (path.Length > 1)
            {
                text = text.Replace(path + separator, name == "." ? "" : name + separator, StringComparison.Ordinal)
                    .Replace(path, name, StringComparison.Ordinal);
            }
        }

        return text;
    }
}
