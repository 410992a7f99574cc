using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DeepNotebooks.Data;

namespace DeepNotebooks.Tests.Data;

public sealed class ReadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deepnotebooks-read-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, params byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private static byte[] Idx(int[] sizes, params byte[] elements) =>
        [0, 0, 8, (byte)sizes.Length, .. sizes.SelectMany(size => new[] { (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size }), .. elements];

    private string Fault<T>(Action action, string word) where T : Exception
    {
        string message = Assert.Throws<T>(action).Message;
        Assert.Contains(word, message);
        return message;
    }

    [Fact]
    public void MnistIsReadPlainAndZipped()
    {
        Write("train-images-idx3-ubyte", Idx([2, 2, 3], [0, 255, 51, 0, 0, 0, 1, 2, 3, 4, 5, 6]));
        using (var zipped = new GZipStream(File.Create(Path.Combine(_folder, "train-labels-idx1-ubyte.gz")), CompressionLevel.Fastest))
            zipped.Write(Idx([2], 7, 9));
        Dataset train = Read.Mnist(_folder);
        Assert.Equal([2, 1, 2, 3], train.Inputs.Shape);
        Assert.Equal([7, 9], train.Targets.ToArray());
        Assert.Equal([0, 1, 0.2f], train.Inputs.ToArray<float>()[..3]);
        Fault<FileNotFoundException>(() => Read.Mnist(_folder, train: false), "t10k-images-idx3-ubyte");
    }

    [Fact]
    public void DamagedIdxFilesAreNamed()
    {
        Fault<InvalidDataException>(() => Read.Idx(Write("a")), "begins with");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", 0, 0, 8)), "begins with");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", 1, 0, 8, 1, 0, 0, 0, 0)), "01000801");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", 0, 0, 13, 1, 0, 0, 0, 0)), "0x0D");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", 0, 0, 8, 3, 0, 0)), "truncated");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", Idx([2, 3], 1, 2, 3, 4, 5))), "17 bytes instead of the 18");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", Idx([2, 3], 1, 2, 3, 4, 5, 6, 7))), "too long");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", Idx([-1, -1, -1, -1], 1))), "truncated"); // 4 Gi in each axis
        Fault<FileNotFoundException>(() => Read.Idx(Path.Combine(_folder, "none")), "none");
        Assert.Equal([2, 3], Read.Idx(Write("a", Idx([2, 3], 1, 2, 3, 4, 5, 6))).Shape);
    }

    [Fact]
    public void MnistFilesMustFitEachOther()
    {
        Write("t10k-images-idx3-ubyte", Idx([1, 1, 1], 5));
        Write("t10k-labels-idx1-ubyte", Idx([2], 5, 6));
        Fault<InvalidDataException>(() => Read.Mnist(_folder, train: false), "(1, 1, 1)");
        Write("t10k-labels-idx1-ubyte", Idx([1], 10));
        Fault<InvalidDataException>(() => Read.Mnist(_folder, train: false), "above 9");
        Write("t10k-labels-idx1-ubyte", Idx([1, 1, 1], 1));
        Fault<InvalidDataException>(() => Read.Mnist(_folder, train: false), "[count]");
    }

    [Fact]
    public void CifarIsReadAndChecked()
    {
        byte[] Record(byte label, byte first) => [label, first, .. new byte[3070], 255];
        for (int i = 1; i <= 5; i++)
            Write($"data_batch_{i}.bin", [.. Record((byte)i, 51), .. Record(9, 102)]);
        Dataset train = Read.Cifar10(_folder, train: true, perFile: 2);
        Assert.Equal([10, 3, 32, 32], train.Inputs.Shape);
        Assert.Equal([1, 9, 2, 9, 3, 9, 4, 9, 5, 9], train.Targets.ToArray());
        Assert.Equal(0.4, train.Inputs[1, 0, 0, 0], 6);
        Assert.Equal(1, train.Inputs[9, 2, 31, 31]);
        Fault<FileNotFoundException>(() => Read.Cifar10(_folder, train: false), "test_batch.bin");
        Write("test_batch.bin", Record(3, 1));
        Fault<InvalidDataException>(() => Read.Cifar10(_folder, train: false), "30730000");
        Write("test_batch.bin", [.. Record(3, 1), 0]);
        Fault<InvalidDataException>(() => Read.Cifar10(_folder, false, 1), "too long");
        Write("test_batch.bin", Record(10, 1));
        Fault<InvalidDataException>(() => Read.Cifar10(_folder, false, 1), "label 10");
    }

    [Fact]
    public void CsvFollowsItsRules()
    {
        Table table = Read.Csv(Write("a.csv", "\uFEFFname, age ,note\r\nAnn,31,\"a \"\"b\"\", c\"\r\n\r\nBob,NA,\"two\nlines\"\nCy,-1.5e2,\"\""));
        Assert.Equal(["name", "age", "note"], table.Columns);
        Assert.Equal(["a \"b\", c", "two\nlines", ""], table["note"]);
        Assert.Equal([31, double.NaN, -150], table.Numbers("age"));
        Assert.Equal([3, 1], table.ToTensor("age").Shape);
        Assert.Contains("Bob", table.ToString());
        Assert.Equal(["1", "2"], Read.Csv(Write("b.csv", "x;y\n1;3\n2;4"), ';')["x"]);
        Assert.Equal([1, 3, 2, 4], Read.Csv(Write("b.csv", "x;y\n1;3\n2;4"), ';').ToTensor().ToArray());
    }

    [Theory]
    [InlineData("a,b\n1,2\n\n\"x\ny\",2\n1,2,3\n", "line 6 has 3 values, the first line 2")]
    [InlineData("a,b\n1\n", "line 2 has 1 values")]
    [InlineData("a,b\n1,\"2\n", "quote opened in line 2")]
    [InlineData("a,b\n1,\"2\"x\n", "line 2 goes on")]
    [InlineData("a,a\n1,2\n", "two columns")]
    [InlineData("a,b\n", "no line of values")]
    [InlineData("", "empty")]
    public void DamagedCsvIsNamedWithItsLine(string text, string fault) =>
        Fault<InvalidDataException>(() => Read.Csv(Write("a.csv", text)), fault);

    [Fact]
    public void DamagedArchivesAndImpossibleSizesAreNamed()
    {
        Fault<InvalidDataException>(() => Read.Idx(Write("a.gz", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)), "a.gz cannot be unpacked");
        Fault<InvalidDataException>(() => Read.Idx(Write("a", 0, 0, 8, 2, 0, 0, 0, 0, 255, 255, 255, 255)), "(0, 4294967295)");
    }

    [Fact]
    public void TableNamesWhatItLacks()
    {
        Table table = Read.Csv(Write("a.csv", "a,b\n1,\"x\ny\"\n2,z"));
        Assert.Contains("a, b", Assert.Throws<ArgumentException>(() => table["c"]).Message);
        Fault<InvalidDataException>(() => table.ToTensor("a", "b"), "line 2");
    }

    [Fact]
    public void TextsAreReadInOrderAndMustBeUtf8()
    {
        Write("b.txt", "two\r\nlines");
        Write("a.txt", "one");
        Assert.Equal([("a", "one"), ("b", "two\nlines")], Read.Texts(_folder));
        Fault<InvalidDataException>(() => Read.Text(Write("c.txt", 65, 66, 0xFF)), "byte 2 is not UTF-8");
        Fault<InvalidDataException>(() => Read.Text(Write("c.txt")), "empty");
        Fault<FileNotFoundException>(() => Read.Texts(Path.Combine(_folder, "none")), ".txt");
        Fault<FileNotFoundException>(() => Read.Text(Path.Combine(_folder, "none")), "none");
    }

    [Fact]
    public void ShippedDataHaveTheirChecksums()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "DeepNotebooks.sln")))
            root = root.Parent;
        string data = Path.Combine(root.FullName, "data"), note = File.ReadAllText(Path.Combine(data, "README.md"));
        var listed = Regex.Matches(note, @"^\| `([^`]+)` .*`([0-9a-f]{64})` \|\r?$", RegexOptions.Multiline).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        string[] shipped = [.. Directory.GetFiles(data).Select(path => Path.GetFileName(path)!).Where(name => name != "README.md")];
        Assert.Equal(shipped.Order(), listed.Keys.Order());
        Assert.All(shipped, name =>
            Assert.Equal(listed[name], Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(data, name))))));
        Assert.InRange(Read.Text(Path.Combine(data, "the-keeper.txt")).Length, 4000, 20_000);
    }
}
