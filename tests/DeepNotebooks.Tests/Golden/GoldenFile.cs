using System.Text.Json;

namespace DeepNotebooks.Tests.Golden;

/// <summary>Expected numbers that a script beside them made; the script's first lines say how.</summary>
internal static class GoldenFile
{
    /// <summary>The cases of a file that lists them.</summary>
    public static JsonElement[] Read(string name) => [.. Groups(name).EnumerateArray()];

    /// <summary>The whole of a file that names its groups.</summary>
    public static JsonElement Groups(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name)));
        return document.RootElement.Clone();
    }

    /// <summary>Nested lists of numbers as a tensor.</summary>
    public static Tensor ToTensor(this JsonElement numbers, DType dtype = DType.Float64)
    {
        var sizes = new List<int>();
        for (JsonElement at = numbers; at.ValueKind == JsonValueKind.Array; at = at.GetArrayLength() > 0 ? at[0] : default)
        {
            sizes.Add(at.GetArrayLength());
        }
        return Tensor.From(numbers.Numbers(), [.. sizes], dtype);
    }

    /// <summary>All numbers of nested lists, in order.</summary>
    public static double[] Numbers(this JsonElement numbers) => numbers.ValueKind == JsonValueKind.Array
        ? [.. numbers.EnumerateArray().SelectMany(Numbers)]
        : [numbers.GetDouble()];

    /// <summary>The largest difference, relative to the largest expected number.</summary>
    public static double Deviation(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        double[] wanted = [.. expected], found = [.. actual];
        Assert.Equal(wanted.Length, found.Length);
        double scale = Math.Max(wanted.Max(Math.Abs), 1e-30);
        return wanted.Zip(found, (w, f) => double.IsNaN(f) ? double.PositiveInfinity : Math.Abs(w - f) / scale).Max();
    }
}
