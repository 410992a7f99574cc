using System.Text.Json.Nodes;

namespace DeepNotebooks.Tests.Golden;

/// <summary>Expected values by name, that a script beside them made.</summary>
internal static class GoldenGroups
{
    public static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name)))!;

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
