using System.Text.Json;
using DeepNotebooks.Charts;
using DeepNotebooks.Data;
using DeepNotebooks.Metrics;
using DeepNotebooks.Tests.Golden;

namespace DeepNotebooks.Tests.Metrics;

public class MetricTests
{
    private static readonly JsonElement s_golden = GoldenFile.Groups("metrics.json");

    private static void AssertNear(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        Assert.Equal(expected.Count(), actual.Count());
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static int[] Whole(JsonElement node) => [.. node.Numbers().Select(v => (int)v)];

    [Fact]
    public void ConfusionMatrixAgreesWithScikitLearn()
    {
        JsonElement golden = s_golden.GetProperty("confusion");
        var matrix = new ConfusionMatrix(Whole(golden.GetProperty("truth")), Whole(golden.GetProperty("predicted")));
        Assert.Equal(golden.GetProperty("matrix").Numbers(), from t in Enumerable.Range(0, 4) from p in Enumerable.Range(0, 4) select (double)matrix[t, p]);
        AssertNear(golden.GetProperty("precision").Numbers(), Enumerable.Range(0, 4).Select(matrix.Precision));
        AssertNear(golden.GetProperty("recall").Numbers(), Enumerable.Range(0, 4).Select(matrix.Recall));
        AssertNear(golden.GetProperty("f1").Numbers(), Enumerable.Range(0, 4).Select(matrix.F1));
        foreach ((string name, Average average) in new[] { ("macro", Average.Macro), ("micro", Average.Micro), ("weighted", Average.Weighted) })
            AssertNear([.. golden.GetProperty($"precision_{name}").Numbers(), .. golden.GetProperty($"recall_{name}").Numbers(), .. golden.GetProperty($"f1_{name}").Numbers()],
                [matrix.Precision(average), matrix.Recall(average), matrix.F1(average)]);
    }

    [Fact]
    public void ConfusionMatrixCountsAndShowsItself()
    {
        ConfusionMatrix matrix = Metric.Confusion(Tensor.From(new double[,] { { 2, 1, 0 }, { 0, 3, 1 }, { 5, 1, 0 } }),
            Tensor.From([0, 1, 1]), "cat", "dog", "cow");
        Assert.Equal((1, 1, 1, 0), (matrix[0, 0], matrix[1, 1], matrix[1, 0], matrix[2, 2]));
        Assert.Equal((0.5, 1, 0.0, 0.0), (matrix.Precision(0), matrix.Recall(0), matrix.Precision(2), matrix.F1(2)));
        Assert.Equal(2 / 3.0, matrix.Accuracy, 12);
        Figure figure = matrix.ToFigure();
        Assert.Equal([1, 0, 0, 1, 1, 0, 0, 0, 0], ((HeatmapTrace)figure.Panels[0].Traces[0]).Z.Cast<double>());
        Assert.Contains("cow", figure.ToSvg());
        Assert.Contains("dog", matrix.ToString());
        Assert.Equal(1, Metric.Confusion(Tensor.From(new double[,] { { -1 }, { 2 } }), Tensor.From([0, 1])).F1());
        IEnumerable<dynamic> formats = new ChartedFormats<ConfusionMatrix>().CreateTypeFormatters();
        foreach (dynamic format in formats)
        {
            var text = new StringWriter();
            Assert.True((bool)format.Format(matrix, text));
            Assert.NotEmpty(text.ToString());
        }
    }

    [Fact]
    public void CurvesAgreeWithScikitLearn()
    {
        JsonElement golden = s_golden.GetProperty("curves");
        Tensor scores = golden.GetProperty("scores").ToTensor(), labels = golden.GetProperty("labels").ToTensor();
        Curve roc = Metric.Roc(scores, labels), precisionRecall = Metric.PrecisionRecall(scores, labels);
        AssertNear(golden.GetProperty("fpr").Numbers(), roc.X);
        AssertNear(golden.GetProperty("tpr").Numbers(), roc.Y);
        AssertNear(golden.GetProperty("thresholds").Numbers(), roc.Thresholds.Skip(1));
        AssertNear(golden.GetProperty("recall").Numbers(), precisionRecall.X);
        AssertNear(golden.GetProperty("precision").Numbers(), precisionRecall.Y);
        AssertNear([golden.GetProperty("roc_area").GetDouble(), golden.GetProperty("average_precision").GetDouble()], [roc.Area, precisionRecall.Area]);
        Assert.Contains("0.8", roc.ToFigure().ToSvg());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RocAreaIsTheShareOfCorrectlyOrderedPairsWithTiesHalf(int seed)
    {
        var rng = new Rng(seed);
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? 1 : 0)];
        double[] scores = [.. labels.Select(label => (double)rng.Next(6) + label)];
        double[] pairs = [.. from i in Enumerable.Range(0, 40) from j in Enumerable.Range(0, 40) where labels[i] > labels[j]
            select scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0];
        Assert.Equal(pairs.Average(), Metric.Roc(Tensor.From(scores), Tensor.From(labels)).Area, 12);
    }

    [Fact]
    public void PerfectAndReversedScores()
    {
        Tensor labels = Tensor.From([0, 0, 1, 1]);
        Assert.Equal(1, Metric.Roc(Tensor.Range(4), labels).Area);
        Assert.Equal(0, Metric.Roc(-Tensor.Range(4), labels).Area);
        Assert.Equal(0.5, Metric.Roc(Tensor.Zeros([4]), labels).Area);
        Assert.Equal(1, Metric.PrecisionRecall(Tensor.Range(4), labels).Area);
        Assert.Equal(0.5, Metric.PrecisionRecall(Tensor.Zeros([4]), labels).Area);
    }

    [Fact]
    public void CalibrationAgreesWithScikitLearn()
    {
        JsonElement golden = s_golden.GetProperty("calibration");
        Calibration calibration = Metric.Calibration(golden.GetProperty("probabilities").ToTensor(), golden.GetProperty("labels").ToTensor(), 8);
        AssertNear(golden.GetProperty("predicted").Numbers(), calibration.Predicted);
        AssertNear(golden.GetProperty("observed").Numbers(), calibration.Observed);
        Assert.Equal(200, calibration.Counts.Sum());
        Assert.Contains("ECE", calibration.ToFigure().ToSvg());
    }

    [Fact]
    public void CalibrationErrorByHand()
    {
        // Two bins: 0.4 of which half come true, 0.9 and 0.7 of which all do: (2 · 0.1 + 2 · 0.2) / 4.
        Calibration binary = Metric.Calibration(Tensor.From([0.4, 0.4, 0.9, 0.7], DType.Float64), Tensor.From([0, 1, 1, 1]), 2);
        Assert.Equal(0.15, binary.ExpectedError, 12);
        Calibration several = Metric.Calibration(Tensor.From(new[,] { { 0.6, 0.3, 0.1 }, { 0.1, 0.1, 0.8 } }, DType.Float64),
            Tensor.From([0, 1]), 1);
        Assert.Equal(0.2, several.ExpectedError, 12); // confidence 0.7, half are right
        Assert.Equal([0, 1], Metric.Calibration(Tensor.From([0, 1]), Tensor.From([0, 1])).Observed);
    }

    [Fact]
    public void RSquaredAndPerplexityAgreeWithScikitLearn()
    {
        JsonElement golden = s_golden.GetProperty("other");
        Assert.Equal(golden.GetProperty("r2").GetDouble(),
            Metric.RSquared(golden.GetProperty("estimates").ToTensor(), golden.GetProperty("targets").ToTensor()), 1e-12);
        Tensor logits = golden.GetProperty("logits").ToTensor(), classes = golden.GetProperty("classes").ToTensor();
        Assert.Equal(golden.GetProperty("perplexity").GetDouble(), Metric.Perplexity(logits, classes), 1e-10);
        Assert.Equal(golden.GetProperty("perplexity").GetDouble(), Metric.Perplexity(logits.Reshape(4, 5, 5), classes.Reshape(4, 5)), 1e-10);
        Assert.Equal(7, Metric.Perplexity(Tensor.Zeros([2, 7]), Tensor.From([0, 6])), 1e-5);
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Tensor two = Tensor.From([0, 1]);
        Action[] bad =
        [
            () => Metric.Confusion(Tensor.Zeros([2, 3]), Tensor.From([0, 3])),
            () => Metric.Confusion(Tensor.Zeros([2, 3]), Tensor.From([0.5, 1])),
            () => Metric.Confusion(Tensor.Zeros([0, 3]), Tensor.Zeros([0])), () => Metric.Confusion(Tensor.Zeros([2]), two),
            () => new ConfusionMatrix([], []), () => new ConfusionMatrix([0], [0, 1]), () => new ConfusionMatrix([0, -1], [0, 0]),
            () => new ConfusionMatrix([0, 2], [0, 0], "a", "b"), () => Metric.Roc(two, Tensor.From([1, 1])),
            () => Metric.Roc(two, Tensor.From([0, 2])),
            () => Metric.Roc(Tensor.From([0, double.NaN]), two), () => Metric.Roc(Tensor.Zeros([3]), two),
            () => Metric.PrecisionRecall(Tensor.Zeros([0]), Tensor.Zeros([0])),
            () => Metric.PrecisionRecall(two, Tensor.From([0, double.NaN])), () => Metric.Calibration(Tensor.From([0.5, 1.5]), two),
            () => Metric.Calibration(Tensor.From([0.5, double.NaN]), two),
            () => Metric.Calibration(Tensor.From([0.5, 0.5]), Tensor.From([0, 2])),
            () => Metric.RSquared(Tensor.Zeros([2, 1]), two), () => Metric.RSquared(two, Tensor.Ones([2])),
            () => Metric.RSquared(Tensor.Zeros([0]), Tensor.Zeros([0])),
            () => Metric.Perplexity(Tensor.Zeros([2, 3]), Tensor.From([0, 3])), () => Metric.Perplexity(two, two),
            () => Metric.Perplexity(Tensor.Zeros([2, 0]), two),
        ];
        for (int i = 0; i < bad.Length; i++)
            Assert.True(Record.Exception(bad[i]) is ArgumentException { Message.Length: > 20 }, $"case {i}: {Record.Exception(bad[i])}");
        Assert.Throws<ArgumentOutOfRangeException>(() => Metric.Calibration(two, two, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix([0], [0]).F1((Average)9));
        var single = new ConfusionMatrix([0], [0]);
        Action[] noSuchClass = [() => single.Precision(1), () => single.Recall(-1), () => single.F1(1), () => _ = single[0, 1]];
        Assert.All(noSuchClass, action => Assert.Contains("0 to 0", Assert.Throws<ArgumentOutOfRangeException>(action).Message));
    }

    [Fact]
    public void PrecisionRecallTellsWhatRocHidesWhenPositivesAreRare()
    {
        Dataset rare = Generate.Imbalanced(20_000, new Rng(1), share: 0.01);
        Tensor scores = rare.Inputs.Slice(1, 0, 1);
        Assert.True(Metric.Roc(scores, rare.Targets).Area > 0.85);
        Assert.True(Metric.PrecisionRecall(scores, rare.Targets).Area < 0.4);
    }
}
