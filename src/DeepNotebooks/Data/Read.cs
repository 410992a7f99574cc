using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;
using System.Text;

namespace DeepNotebooks.Data;

/// <summary>
/// Readers for files that one has. Each checks sizes and contents: a file that is missing throws a <see cref="FileNotFoundException"/>, one
/// that is damaged an <see cref="InvalidDataException"/> that says how.
/// </summary>
public static class Read
{
    /// <summary>
    /// MNIST, or a set of the same form such as Fashion-MNIST, from a folder with its IDX files (<c>train-images-idx3-ubyte</c> and so on,
    /// plain or <c>.gz</c>). Inputs [count, 1, rows, columns] in [0, 1], targets 0 to 9.
    /// </summary>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="train">The training set; else the test set (<c>t10k</c>).</param>
    public static Dataset Mnist(string folder, bool train = true)
    {
        string part = train ? "train" : "t10k";
        Tensor images = Idx(Find(folder, $"{part}-images-idx3-ubyte")), labels = Idx(Find(folder, $"{part}-labels-idx1-ubyte"));
        if (images.Rank != 3 || labels.Rank != 1 || images.Shape[0] != labels.Shape[0] || images.Size == 0)
            throw new InvalidDataException(
                $"Read.Mnist: images {images.Shape} and labels {labels.Shape} are not [count, rows, columns] and "
                + "[count]. Take both files from one set.");
        double highest = labels.Max().Item();
        return highest <= 9
            ? new Dataset(images.Reshape(images.Shape[0], 1, images.Shape[1], images.Shape[2]) / 255, labels)
            : throw new InvalidDataException($"Read.Mnist: a label is {highest}, above 9. Read sets of more classes with Read.Idx.");
    }

    /// <summary>
    /// An IDX file of bytes, plain or <c>.gz</c>: two zeros, the type 8, the number of axes, their sizes as big-endian 32-bit numbers, the
    /// elements. Returns the elements 0 to 255 in the file's shape.
    /// </summary>
    public static Tensor Idx(string path)
    {
        byte[] bytes = Bytes(path);
        if (bytes.Length < 4 || bytes[0] != 0 || bytes[1] != 0)
            throw Wrong("Idx", path, $"it begins with {Convert.ToHexString(bytes[..Math.Min(4, bytes.Length)])}, an IDX file with 0000");
        int rank = bytes[3], start = 4 + (4 * rank);
        if (bytes[2] != 8)
            throw Wrong("Idx", path, $"its element type is 0x{bytes[2]:X2}; only unsigned bytes (0x08) are read. Convert it");
        if (bytes.Length < start)
            throw Wrong("Idx", path, $"it ends after {bytes.Length} bytes, within the header of {rank} axes. "
                + "It is truncated; get it again");
        uint[] sizes = [.. Enumerable.Range(0, rank).Select(axis => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4 + (4 * axis))))];
        double size = sizes.Aggregate(1.0, (product, next) => product * next);
        RequireLength("Idx", path, bytes.Length, start + size, $"its header, for ({string.Join(", ", sizes)}) bytes");
        if (sizes.Aggregate(1.0, (product, next) => product * Math.Max(next, 1)) > int.MaxValue)
            throw Wrong("Idx", path, $"its header gives the sizes ({string.Join(", ", sizes)}), more than a tensor holds. It is damaged");
        Tensor result = Tensor.Empty([.. sizes.Select(s => (int)s)], DType.Float32);
        TensorPrimitives.ConvertTruncating(bytes.AsSpan(start), result.Span<float>());
        return result;
    }

    /// <summary>
    /// CIFAR-10's binary version from a folder with <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>. Inputs
    /// [count, 3, 32, 32] in [0, 1], targets 0 to 9.
    /// </summary>
    public static Dataset Cifar10(string folder, bool train = true) => Cifar10(folder, train, 10_000);

    internal static Dataset Cifar10(string folder, bool train, int perFile)
    {
        const int Pixels = 3 * 32 * 32;
        string[] names = train ? [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")] : ["test_batch.bin"];
        Tensor images = Tensor.Empty([names.Length * perFile, 3, 32, 32], DType.Float32);
        var labels = new List<int>();
        foreach (string path in names.Select(name => Find(folder, name)))
        {
            byte[] bytes = Bytes(path);
            RequireLength("Cifar10", path, bytes.Length, (double)perFile * (1 + Pixels), $"the format, for {perFile} images");
            for (int i = 0; i < perFile; i++)
            {
                ReadOnlySpan<byte> record = bytes.AsSpan(i * (1 + Pixels), 1 + Pixels);
                if (record[0] > 9)
                    throw Wrong("Cifar10", path, $"image {i} has the label {record[0]}, above 9. It is damaged or CIFAR-100");
                TensorPrimitives.ConvertTruncating(record[1..], images.Span<float>().Slice(labels.Count * Pixels, Pixels));
                labels.Add(record[0]);
            }
        }
        return new Dataset(images / 255, Tensor.From(labels));
    }

    /// <summary>
    /// A table of comma-separated values: the first line names the columns; a value in double quotes may hold separators, line breaks and,
    /// doubled, quotes (RFC 4180). Blank lines are passed over.
    /// </summary>
    public static Table Csv(string path, char separator = ',')
    {
        string text = Text(path);
        var rows = new List<(int Line, List<string> Values)>();
        var row = new List<string>();
        var value = new StringBuilder();
        int line = 1, start = 1;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : '\n';
            if (c == '"' && value.Length == 0)
            {
                int opened = line;
                for (i++; i < text.Length && (text[i] != '"' || (i + 1 < text.Length && text[i + 1] == '"' && ++i > 0)); i++)
                {
                    value.Append(text[i]);
                    line += text[i] == '\n' ? 1 : 0;
                }
                if (i >= text.Length)
                    throw Wrong("Csv", path, $"the quote opened in line {opened} is not closed");
                if (i + 1 < text.Length && text[i + 1] != separator && text[i + 1] != '\n')
                    throw Wrong("Csv", path, $"line {line} goes on after a closing quote. Double the quotes within a quoted value");
            }
            else if (c != separator && c != '\n')
                value.Append(c);
            else
            {
                row.Add(value.ToString());
                value.Clear();
                if (c == '\n')
                {
                    if (row.Count > 1 || row[0].Length > 0)
                        rows.Add((start, row));
                    (row, start) = ([], ++line);
                }
            }
        }
        if (rows.Count < 2)
            throw Wrong("Csv", path, "it has no line of values below a line of names");
        List<string> names = [.. rows[0].Values.Select(name => name.Trim())];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice)
            throw Wrong("Csv", path, $"two columns are named \"{twice}\". Rename one");
        if (rows.FirstOrDefault(r => r.Values.Count != names.Count) is { Values: { } ragged } odd)
            throw Wrong("Csv", path, $"line {odd.Line} has {ragged.Count} values, the first line {names.Count}");
        return new Table(names, [.. rows.Skip(1).Select(r => r.Values.ToArray())], [.. rows.Skip(1).Select(r => r.Line)]);
    }

    /// <summary>The text of a UTF-8 file, its line ends as <c>\n</c>.</summary>
    public static string Text(string path)
    {
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes(path)).TrimStart('\uFEFF');
            return text.Length > 0 ? text.ReplaceLineEndings("\n") : throw Wrong("Text", path, "it is empty");
        }
        catch (DecoderFallbackException e)
        {
            throw Wrong("Text", path, $"byte {e.Index} is not UTF-8. Save it as UTF-8");
        }
    }

    /// <summary>All texts of a folder (its <c>.txt</c> files) by name, in the order of their names.</summary>
    public static IReadOnlyList<(string Name, string Text)> Texts(string folder)
    {
        string[] paths = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)] : [];
        return paths.Length > 0
            ? [.. paths.Select(path => (Path.GetFileNameWithoutExtension(path), Text(path)))]
            : throw new FileNotFoundException(
                $"Read.Texts: there is no .txt file in {Path.GetFullPath(folder)}. Name the folder that holds them.");
    }

    private static string Find(string folder, string name) =>
        new[] { name, name + ".gz", name.Replace("-idx", ".idx") }.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException(
            $"Read: {name} is not in {Path.GetFullPath(folder)}. Download the set and name the folder it lies in.", name);

    private static byte[] Bytes(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"Read: there is no file {Path.GetFullPath(path)}.", path);
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
            return File.ReadAllBytes(path);
        using var unzipped = new MemoryStream();
        using var zipped = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        try
        {
            zipped.CopyTo(unzipped);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"Read: {Path.GetFileName(path)} cannot be unpacked: {e.Message} Get it again.", e);
        }
        return unzipped.ToArray();
    }

    private static void RequireLength(string operation, string path, long length, double expected, string source)
    {
        if (length != expected)
            throw Wrong(operation, path, $"it has {length} bytes instead of the {expected:F0} that {source} tell of. "
                + (length < expected ? "It is truncated; get it again" : "It is too long; get it again"));
    }

    private static InvalidDataException Wrong(string operation, string path, string what) =>
        new($"Read.{operation}: {Path.GetFileName(path)}: {what}.");
}
