using System.Text.Json;
using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Tests.Golden;

namespace DeepNotebooks.Tests.Data;

public class PreprocessingTests
{
    private static readonly JsonElement s_golden = GoldenFile.Groups("metrics.json");

    private static void AssertNear(double[] expected, double[] actual, double tolerance = 1e-10)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    private static Dataset Labelled(params int[] labels) => new(Tensor.Range(labels.Length).Reshape(labels.Length, 1), Tensor.From(labels));

    private static double[] Ids(Dataset data) => data.Inputs.ToArray();

    [Theory]
    [InlineData(10, 3)]
    [InlineData(10, 10)]
    [InlineData(7, 2)]
    public void FoldsPartition(int count, int k)
    {
        Dataset data = Labelled([.. Enumerable.Range(0, count).Select(i => i % 2)]);
        var folds = data.KFold(k, new Rng(1));
        Assert.Equal(k, folds.Count);
        Assert.Equal(Ids(data), folds.SelectMany(fold => Ids(fold.Validation)).Order());
        Assert.All(folds, fold => Assert.Equal(Ids(data), Ids(fold.Train).Concat(Ids(fold.Validation)).Order()));
        Assert.InRange(folds.Max(fold => fold.Validation.Count) - folds.Min(fold => fold.Validation.Count), 0, 1);
        Assert.Equal(Ids(folds[0].Train), Ids(data.KFold(k, new Rng(1))[0].Train));
    }

    [Fact]
    public void StratifiedFoldsKeepTheShares()
    {
        Dataset data = Labelled([.. Enumerable.Range(0, 103).Select(i => i < 11 ? 5 : i < 40 ? 2 : 0)]);
        var folds = data.StratifiedKFold(5, new Rng(1));
        Assert.Equal(Ids(data), folds.SelectMany(fold => Ids(fold.Validation)).Order());
        foreach (int label in new[] { 0, 2, 5 })
        {
            int[] counts = [.. folds.Select(fold => fold.Validation.Targets.ToArray().Count(t => t == label))];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }
        Assert.InRange(folds.Max(fold => fold.Validation.Count) - folds.Min(fold => fold.Validation.Count), 0, 1);
    }

    [Fact]
    public void SplitsPartitionAndStratifiedOnesKeepTheShares()
    {
        Dataset data = Labelled([.. Enumerable.Range(0, 100).Select(i => i < 20 ? 1 : 0)]);
        var (train, validation, test) = data.Split(0.6, 0.3, new Rng(1));
        Assert.Equal((60, 30, 10), (train.Count, validation.Count, test.Count));
        Assert.Equal(Ids(data), Ids(train).Concat(Ids(validation)).Concat(Ids(test)).Order());
        var (first, second) = data.StratifiedSplit(0.75, new Rng(1));
        Assert.Equal((75, 15, 25, 5), (first.Count, (int)first.Targets.Sum().Item(), second.Count, (int)second.Targets.Sum().Item()));
        Assert.Equal(Ids(data), Ids(first).Concat(Ids(second)).Order());
        Assert.NotEqual(Ids(first).Order(), Ids(first)); // mixed, not class by class
    }

    [Fact]
    public void BadSplitsAreRefused()
    {
        Dataset data = Labelled(0, 0, 0, 1);
        var rng = new Rng(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.KFold(5, rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.KFold(1, rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.StratifiedKFold(5, rng));
        Assert.Contains("class 1 has 1", Assert.Throws<ArgumentException>(() => data.StratifiedKFold(2, rng)).Message);
        Assert.Throws<ArgumentException>(() => data.StratifiedSplit(0.5, rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.StratifiedSplit(double.NaN, rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(0.5, 0.5, rng));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(double.NaN, 0.5, rng));
        var noClasses = new Dataset(Tensor.Zeros([2, 1]), Tensor.From([0.5, 1]));
        Assert.Contains("label 0.5", Assert.Throws<ArgumentException>(() => noClasses.StratifiedKFold(2, rng)).Message);
    }

    [Fact]
    public void ScalersAgreeWithScikitLearnAndInvert()
    {
        JsonElement golden = s_golden.GetProperty("scalers");
        Tensor train = golden.GetProperty("train").ToTensor(), test = golden.GetProperty("test").ToTensor();
        foreach ((string name, Scaler scaler) in new[] { ("standard", Scaler.Standard(train)), ("minmax", Scaler.MinMax(train)), ("robust", Scaler.Robust(train)) })
        {
            AssertNear(golden.GetProperty(name).Numbers(), scaler.Forward(test).ToArray());
            AssertNear(test.ToArray(), scaler.Invert(scaler.Forward(test)).ToArray());
        }
        Assert.Equal(["center", "scale"], Scaler.Standard(train).NamedBuffers.Select(buffer => buffer.Name));
        Assert.Equal(["0.center", "0.scale"], new Sequential(Scaler.Standard(train)).NamedBuffers.Select(buffer => buffer.Name));
    }

    [Fact]
    public void ScalersTakeConstantFeaturesAndImages()
    {
        Assert.Equal([0, 0, 1], Scaler.Standard(Tensor.From([3, 3])).Forward(Tensor.From([3, 3, 4])).ToArray());
        Tensor images = new Rng(1).Normal([50, 2, 3], 4, 2, DType.Float64), scaled = Scaler.Standard(images).Forward(images);
        AssertNear(new double[6], scaled.Mean(0).ToArray());
        AssertNear([1, 1, 1, 1, 1, 1], scaled.Variance(0, 0).ToArray());
    }

    [Fact]
    public void BadTrainingDataForScalersAreRefused()
    {
        Assert.Contains("feature 1",
            Assert.Throws<ArgumentException>(() => Scaler.Standard(Tensor.From(new[,] { { 1, double.NaN } }))).Message);
        Assert.Throws<ArgumentException>(() => Scaler.Robust(Tensor.From(new[,] { { 1, double.PositiveInfinity } })));
        Assert.Throws<ArgumentException>(() => Scaler.MinMax(Tensor.Zeros([0, 3])));
        Assert.Throws<ArgumentException>(() => Scaler.MinMax(Tensor.Scalar(1)));
        Assert.Throws<ArgumentException>(() => new Scaler(Tensor.Zeros([2]), Tensor.Ones([3])));
        Assert.Throws<ArgumentException>(() => new Scaler(Tensor.Zeros([2]), Tensor.Zeros([2])));
        Assert.Throws<ArgumentException>(() => new Scaler(Tensor.From([double.NaN]), Tensor.Ones([1])));
        Assert.Throws<ArgumentException>(() => new Scaler(Tensor.Zeros([1]), Tensor.From([double.PositiveInfinity])));
    }

    [Theory]
    [InlineData(4, 1)] // would broadcast
    [InlineData(4, 2)]
    [InlineData(3)]
    public void ScalersRefuseWhatIsNoBatchOfTheirExamples(params int[] sizes)
    {
        var scaler = new Scaler(Tensor.Zeros([3]), Tensor.Ones([3]));
        Tensor x = Tensor.Zeros(Shape.Create(sizes));
        Assert.Contains("Scaler: the input (", Assert.Throws<ArgumentException>(() => scaler.Forward(x)).Message);
        Assert.Throws<ArgumentException>(() => scaler.Invert(x));
    }

    [Fact]
    public void ImputersAgreeWithScikitLearn()
    {
        JsonElement golden = s_golden.GetProperty("imputers");
        Tensor table = golden.GetProperty("table").ToTensor();
        double[] missing = golden.GetProperty("missing").Numbers(), values = [.. table.ToArray().Select((v, i) => missing[i] == 1 ? double.NaN : v)];
        Tensor holed = Tensor.From(values, table.Shape, DType.Float64);
        AssertNear(golden.GetProperty("mean").Numbers(), Imputer.Mean(holed).Forward(holed).ToArray());
        AssertNear(golden.GetProperty("median").Numbers(), Imputer.Median(holed).Forward(holed).ToArray());
        AssertNear(golden.GetProperty("mode").Numbers(), Imputer.Mode(holed).Forward(holed).ToArray());
        Tensor both = Imputer.Mean(holed, indicator: true).Forward(holed);
        Assert.Equal([15, 6], both.Shape);
        Assert.Equal(missing, both.Slice(1, 3, 3).ToArray());
    }

    [Fact]
    public void ImputersPassNoGradientToMissingValuesAndRefuseBadData()
    {
        Tensor x = Tensor.From(new[,] { { 1, double.NaN }, { 3, 4 } }).WithGrad();
        Imputer imputer = Imputer.Mean(x.Detach());
        imputer.Forward(x).Sum().Backward();
        Assert.Equal([1, 0, 1, 1], x.Grad!.ToArray());
        Assert.Throws<ArgumentException>(() => imputer.Forward(Tensor.Zeros([2, 3])));
        Assert.Throws<ArgumentException>(() => Imputer.Mode(Tensor.Zeros([2])));
        Assert.Throws<ArgumentException>(() => Imputer.Mode(Tensor.Zeros([0, 2])));
        Assert.Throws<ArgumentException>(() => new Imputer(Tensor.From([double.NaN])));
        Assert.Contains("feature 0",
            Assert.Throws<ArgumentException>(() => Imputer.Mean(Tensor.From(new[,] { { double.NaN, 1 } }))).Message);
    }

    [Fact]
    public void CategoriesEncode()
    {
        Categories colours = Categories.Of(["red", "blue", "red", "green"]);
        Assert.Equal(["blue", "green", "red"], colours.Names);
        Assert.Equal([0, 0, 1, 1, 0, 0], colours.OneHot(["red", "blue"]).ToArray());
        Assert.Equal([2, 0, 1], colours.Ordinal(["red", "blue", "green"]).ToArray());
        Assert.Equal([0, 1, 1, 0, 1, 1], colours.Binary(["blue", "green", "red"]).ToArray());
        Assert.Equal([0, 0, 0], colours.OneHot(["pink"], allowUnknown: true).ToArray());
        Assert.Equal([-1], colours.Ordinal(["pink"], allowUnknown: true).ToArray());
        Assert.Equal([0, 0], colours.Binary(["pink"], allowUnknown: true).ToArray());
        Assert.Equal([2, 0], new Categories("low", "middle", "high").Ordinal(["high", "low"]).ToArray());
        Assert.Contains("\"pink\" is none of blue, green, red", Assert.Throws<ArgumentException>(() => colours.OneHot(["pink"])).Message);
        Assert.Throws<ArgumentException>(() => new Categories());
        Assert.Throws<ArgumentException>(() => new Categories("a", "a"));
    }

    [Fact]
    public void TokenizersEncodePadAndDecode()
    {
        Tokenizer words = Tokenizer.Words(["The cat saw the dog.", "The dog's tail!"]);
        Assert.Equal(["·", "?", "the"], words.Tokens.Take(3));
        Assert.Equal("the dog's cat ?", words.Decode(words.Encode("THE dog's cat sleeps")));
        Tensor batch = words.Batch(["the cat", "the", "the the the"]);
        Assert.Equal([3, 3], batch.Shape);
        Assert.Equal([2, 0, 0], batch[1..2].ToArray());
        Assert.Equal([2, 0, 2, 2], words.Batch(["the", "the the the"], 2).ToArray());
        Assert.Equal(3, Tokenizer.Words(["a a b"], limit: 1).Count);
        Tokenizer characters = Tokenizer.Characters("Hé 😀!", "H");
        Assert.Equal(7, characters.Count);
        Assert.Equal("H😀 !é", characters.Decode(characters.Encode("H😀 !é")));
    }

    [Fact]
    public void BadTokensAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Tokenizer.Characters(""));
        Assert.Throws<ArgumentException>(() => Tokenizer.Words([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Words(["a"], limit: 0));
        Tokenizer tokenizer = Tokenizer.Characters("ab");
        Assert.Throws<ArgumentException>(() => tokenizer.Decode([4]));
        Assert.Throws<ArgumentException>(() => tokenizer.Decode([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Batch(["ab"], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Batch([]));
    }

    [Fact]
    public void WindowsSlide()
    {
        Dataset windows = Windows.Forecast(Tensor.Range(7), width: 3, horizon: 2, step: 2);
        Assert.Equal([0, 1, 2, 2, 3, 4], windows.Inputs.ToArray());
        Assert.Equal([3, 4, 5, 6], windows.Targets.ToArray());
        Dataset wide = Windows.Forecast(Tensor.Range(12).Reshape(6, 2), width: 4);
        Assert.Equal([2, 4, 2], wide.Inputs.Shape);
        Assert.Equal([8, 9, 10, 11], wide.Targets.ToArray());
        Dataset text = Windows.NextToken([5, 6, 7, 8], 2);
        Assert.Equal([5, 6, 6, 7], text.Inputs.ToArray());
        Assert.Equal([6, 7, 7, 8], text.Targets.ToArray());
        Assert.Equal(1, Windows.Forecast(Tensor.Range(4), 3).Count);
    }

    [Fact]
    public void BadWindowsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Windows.Forecast(Tensor.Range(3), 3));
        Assert.Throws<ArgumentException>(() => Windows.Forecast(Tensor.Scalar(3), 1));
        Assert.Throws<ArgumentException>(() => Windows.NextToken([1, 2], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Windows.Forecast(Tensor.Range(9), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Windows.Forecast(Tensor.Range(9), 1, horizon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Windows.Forecast(Tensor.Range(9), 1, step: 0));
    }
}
