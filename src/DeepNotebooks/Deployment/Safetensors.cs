using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DeepNotebooks.Deployment;

/// <summary>
/// Named tensors in a file of the safetensors format: the size of a header (8 bytes), the header in JSON with type, shape and place of
/// each tensor, then their numbers, little-endian. It holds numbers only, no code, so reading a stranger's file is safe.
/// </summary>
public sealed class Safetensors
{
    private const int HeaderLimit = 100_000_000; // the format's own
    private const string MetadataKey = "__metadata__";

    private Safetensors(Dictionary<string, Tensor> tensors, Dictionary<string, string> metadata) =>
        (Tensors, Metadata) = (tensors, metadata);

    /// <summary>The tensors by name: F64 as Float64, F32, F16 and BF16 as Float32.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Writes tensors to a file, which is replaced as a whole or, on an error, not at all.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name, or a name is reserved.</exception>
    public static void Save(
        string path, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (string Name, Tensor Value)[] all = [.. tensors];
        if (all.Select(t => t.Name).Append(MetadataKey).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Safetensors.Save: the name \"{twice.Key}\" is given twice or reserved.", nameof(tensors));
        var entries = new Dictionary<string, object>();
        if (metadata is { Count: > 0 })
            entries[MetadataKey] = metadata;
        long at = 0;
        foreach ((string name, Tensor value) in all)
        {
            (string type, int bytes) = value.DType == DType.Float32 ? ("F32", 4) : ("F64", 8);
            long end = at + ((long)value.Size * bytes);
            entries[name] = new { dtype = type, shape = value.Shape.ToArray(), data_offsets = new[] { at, end } };
            at = end;
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(entries);
        byte[] header = new byte[8 + ((json.Length + 7) / 8 * 8)]; // padded by spaces, so that the numbers are aligned
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        json.CopyTo(header, 8);

        string temporary = path + ".part";
        try
        {
            using (FileStream file = File.Create(temporary))
            {
                file.Write(header);
                foreach ((_, Tensor value) in all)
                {
                    file.Write(value.DType == DType.Float32
                        ? MemoryMarshal.AsBytes(value.Read<float>())
                        : MemoryMarshal.AsBytes(value.Read<double>()));
                }
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a file. Sizes, types and places are checked against each other and the file before any number is read.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds a type that is not read.</exception>
    public static Safetensors Load(string path)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            (Entry[] entries, Dictionary<string, string> metadata) = ReadHeader(file);
            return new Safetensors(entries.ToDictionary(entry => entry.Name, entry => ReadTensor(file, entry)), metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or EndOfStreamException or ArgumentException)
        {
            string damage = e is JsonException ? "the header is damaged: " : "";
            throw new InvalidDataException($"Safetensors.Load: {path}: {damage}{e.Message}", e);
        }
    }

    private readonly record struct Entry(string Name, string Type, Shape Shape, long Start, long End);

    private static (Entry[], Dictionary<string, string>) ReadHeader(FileStream file)
    {
        Span<byte> prefix = stackalloc byte[8];
        Check(file.Length >= 8, $"{file.Length} bytes are too few for a safetensors file");
        file.ReadExactly(prefix);
        long size = BinaryPrimitives.ReadInt64LittleEndian(prefix), data = file.Length - 8 - size;
        Check(size is >= 2 and <= HeaderLimit && data >= 0,
            $"the header claims {size} bytes of a file of {file.Length}; is this a safetensors file?");
        byte[] header = new byte[size];
        file.ReadExactly(header);
        using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
        Check(json.RootElement.ValueKind == JsonValueKind.Object, "the header is no JSON object");
        var metadata = new Dictionary<string, string>();
        if (json.RootElement.TryGetProperty(MetadataKey, out JsonElement texts))
            metadata = texts.Deserialize<Dictionary<string, string>>() ?? metadata;
        Entry[] entries = [.. json.RootElement.EnumerateObject()
            .Where(p => p.Name != MetadataKey).Select(ReadEntry).OrderBy(e => e.Start).ThenBy(e => e.End)];
        long at = 0;
        foreach (Entry entry in entries)
        {
            Check(entry.Start == at && entry.End >= at,
                $"\"{entry.Name}\" lies at bytes {entry.Start} to {entry.End}, where {at} was to follow: tensors overlap or leave a gap");
            long needed = (long)entry.Shape.Size * BytesOf(entry);
            Check(entry.End - at == needed,
                $"\"{entry.Name}\" {entry.Shape} {entry.Type} takes {needed} bytes, the header gives {entry.End - at}");
            at = entry.End;
        }
        Check(at == data, $"the header describes {at} bytes of numbers, the file holds {data}: it is truncated or has something appended");
        return (entries, metadata);
    }

    private static Entry ReadEntry(JsonProperty property)
    {
        JsonElement value = property.Value;
        string type = "";
        int[] sizes = [];
        long[] range = [];
        try
        {
            type = value.GetProperty("dtype").GetString() ?? "";
            sizes = [.. value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            range = [.. value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"\"{property.Name}\" must have a dtype, a shape and data_offsets of whole numbers in range", e);
        }
        Check(range.Length == 2, $"\"{property.Name}\" has {range.Length} data_offsets, not 2");
        return new Entry(property.Name, type, Shape.Create(sizes), range[0], range[1]);
    }

    private static int BytesOf(Entry entry) => entry.Type switch
    {
        "F64" => 8,
        "F32" => 4,
        "F16" or "BF16" => 2,
        _ => throw new InvalidDataException($"\"{entry.Name}\" is of type {entry.Type}; F64, F32, F16 and BF16 are read"),
    };

    private static Tensor ReadTensor(FileStream file, Entry entry)
    {
        Tensor tensor = Tensor.Empty(entry.Shape, entry.Type == "F64" ? DType.Float64 : DType.Float32);
        switch (entry.Type)
        {
            case "F64":
                file.ReadExactly(MemoryMarshal.AsBytes(tensor.Span<double>()));
                break;
            case "F32":
                file.ReadExactly(MemoryMarshal.AsBytes(tensor.Span<float>()));
                break;
            default:
                var halves = new ushort[tensor.Size];
                file.ReadExactly(MemoryMarshal.AsBytes(halves.AsSpan()));
                Span<float> values = tensor.Span<float>();
                for (int i = 0; i < halves.Length; i++)
                {
                    values[i] = entry.Type == "F16"
                        ? (float)BitConverter.UInt16BitsToHalf(halves[i])
                        : BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                }
                break;
        }
        return tensor;
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidDataException(otherwise);
    }
}
