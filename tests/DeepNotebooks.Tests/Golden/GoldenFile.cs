using System.Text.Json.Nodes;

namespace DeepNotebooks.Tests.Golden;

/// <summary>Expected values that a script in this folder made; they are committed, so no test needs the script's language.</summary>
internal static class GoldenFile
{
    public static JsonNode Read(string name)
    {
        using Stream stream = typeof(GoldenFile).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"There is no golden file {name}. Run the script in Golden that makes it.");
        return JsonNode.Parse(stream)!;
    }

    /// <summary>The numbers of nested arrays, row by row.</summary>
    public static double[] Numbers(this JsonNode node) =>
        node is JsonArray array ? [.. array.SelectMany(item => item!.Numbers())] : [node.GetValue<double>()];

    /// <summary>A vector or matrix.</summary>
    public static Tensor ToTensor(this JsonNode node, DType dtype = DType.Float64)
    {
        var sizes = new List<int>();
        for (JsonNode? at = node; at is JsonArray array; at = array.Count > 0 ? array[0] : null)
            sizes.Add(array.Count);
        return Tensor.From(node.Numbers(), [.. sizes], dtype);
    }
}
