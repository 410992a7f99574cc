using DeepNotebooks.Data;

namespace DeepNotebooks.Tests.Data;

public class AugmentTests
{
    private static readonly Dictionary<string, string[]> s_synonyms = new() { ["big"] = ["large", "huge"], ["cat"] = ["tabby"] };

    private static void AssertNear(double[] expected, double[] actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static Tensor Image(params double[] pixels) => Tensor.From(pixels, [1, 1, 2, pixels.Length / 2]);

    [Fact]
    public void ImagesAreFlippedTurnedAndMoved()
    {
        var rng = new Rng(1);
        Tensor image = Image(1, 2, 3, 4, 5, 6);
        Assert.Equal([3, 2, 1, 6, 5, 4], Augment.FlipHorizontal(image, rng, 1).ToArray());
        Assert.Equal([4, 5, 6, 1, 2, 3], Augment.FlipVertical(image, rng, 1).ToArray());
        Assert.Equal(image.ToArray(), Augment.FlipVertical(image, rng, 0).ToArray());
        AssertNear([3, 1, 4, 2], Augment.Rotate(Image(1, 2, 3, 4), 90, 90, rng).ToArray()); // clockwise
        AssertNear([6, 5, 4, 3, 2, 1], Augment.Rotate(image, 180, 180, rng).ToArray());
        AssertNear(image.ToArray(), Augment.Zoom(image, 1, 1, rng).ToArray());
        AssertNear([1.75, 2.25, 2.75, 3.25], Augment.Zoom(Image(1, 2, 3, 4), 2, 2, rng).ToArray());
        AssertNear([1, 2, 3, 4, 5, 6], Augment.Crop(image, 0, rng).ToArray());
        Tensor many = Tensor.Zeros([100, 2, 5, 5]) + Tensor.From([.. Enumerable.Range(0, 25).Select(i => i == 12 ? 1.0 : 0)], [5, 5]);
        Tensor cropped = Augment.Crop(many, 1, rng);
        Assert.Equal(Enumerable.Repeat(1.0, 200), cropped.Sum([2, 3]).ToArray()); // one pixel each, moved by at most one, both channels alike
        Assert.Equal(cropped.Slice(1, 0, 1).ToArray(), cropped.Slice(1, 1, 1).ToArray());
        Assert.True(cropped.Sum(0).ToArray()[..25]
            .Select((v, i) => v > 0 == (i / 5 is >= 1 and <= 3 && i % 5 is >= 1 and <= 3)).All(b => b));
    }

    [Fact]
    public void BrightnessAndContrastStayInRange()
    {
        var rng = new Rng(1);
        AssertNear([0.3, 0.7, 1, 1], Augment.Brightness(Image(0.1, 0.5, 0.9, 1), 0.2, 0.2, rng).ToArray());
        AssertNear([0.4, 0.45, 0.55, 0.6], Augment.Contrast(Image(0.3, 0.4, 0.6, 0.7), 0.5, 0.5, rng).ToArray());
        AssertNear([0, 0.25, 0.75, 1], Augment.Contrast(Image(0, 0.375, 0.625, 1), 2, 2, rng).ToArray());
    }

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        Tensor digits = Generate.Digits(4, new Rng(1), size: 8).Inputs;
        Tensor All(Rng rng) => Augment.Noise(Augment.Contrast(Augment.Brightness(Augment.Crop(Augment.Zoom(Augment.Rotate(
            Augment.FlipHorizontal(digits, rng), -20, 20, rng), 0.8, 1.2, rng), 1, rng), -0.1, 0.1, rng), 0.5, 1.5, rng), 0.1, rng);
        Assert.Equal(All(new Rng(3)).ToArray(), All(new Rng(3)).ToArray());
        Assert.NotEqual(All(new Rng(3)).ToArray(), All(new Rng(4)).ToArray());
    }

    [Fact]
    public void LoaderAugmentsInputsAndKeepsTargets()
    {
        Dataset data = Generate.Digits(10, new Rng(1), size: 8);
        Dataset batch = Assert.Single(new DataLoader(data, 10, augment: x => x * 2));
        Assert.Equal((data.Inputs * 2).ToArray(), batch.Inputs.ToArray());
        Assert.Equal(data.Targets.ToArray(), batch.Targets.ToArray());
    }

    [Fact]
    public void TextsChangeByWords()
    {
        var rng = new Rng(1);
        Assert.Contains(Augment.Synonyms("a big cat", s_synonyms, 1, rng), new[] { "a large tabby", "a huge tabby" });
        Assert.Equal("a big cat", Augment.Synonyms("a  big cat ", s_synonyms, 0, rng));
        Assert.Contains(Augment.Delete("a b", 1, rng), new[] { "a", "b" });
        Assert.Equal("a b", Augment.Delete("a b", 0, rng));
        Assert.Equal("", Augment.Delete("", 0.5, rng));
        string[] longer = Augment.Insert("the cat sat", s_synonyms, 2, rng).Split(' ');
        Assert.Equal(5, longer.Length);
        Assert.Equal(2, longer.Count(word => word == "tabby"));
        Assert.Equal("the dog", Augment.Insert("the dog", s_synonyms, 2, rng));
        Assert.Equal("b a", Augment.Swap("a b", 1, rng));
        Assert.Equal("a", Augment.Swap("a", 3, rng));
        Assert.Equal(["a", "b", "c", "d"], Augment.Swap("a b c d", 5, rng).Split(' ').Order());
    }

    /// <summary>The strongest frequency at 8000 samples a second, to the nearest hertz: the peak of the spectrum of one padded second.</summary>
    private static double Loudest(double[] sound)
    {
        var spectrum = new System.Numerics.Complex[8000];
        for (int i = 0; i < Math.Min(sound.Length, 8000); i++)
            spectrum[i] = sound[i];
        MathNet.Numerics.IntegralTransforms.Fourier.Forward(spectrum);
        return Enumerable.Range(0, 4000).MaxBy(hertz => spectrum[hertz].Magnitude);
    }

    [Fact]
    public void SoundsStretchWithoutChangeOfPitchAndShiftWithoutChangeOfLength()
    {
        Tensor sound = Tensor.From([.. Enumerable.Range(0, 4000)
            .Select(t => Math.Sin(Math.Tau * 440 * t / 8000))], [1, 4000], DType.Float64);
        AssertNear(sound.ToArray(), Augment.TimeStretch(sound, 1).ToArray(), 1e-6);
        foreach (double factor in new[] { 0.5, 0.8, 1.5, 2 })
        {
            Tensor stretched = Augment.TimeStretch(sound, factor);
            Assert.Equal([1, (int)(4000 * factor)], stretched.Shape);
            Assert.Equal(440, Loudest(stretched.ToArray()), 4.0);
            double[] middle = stretched.ToArray()[500..^500];
            Assert.Equal(Math.Sqrt(0.5), Math.Sqrt(middle.Average(v => v * v)), 0.1);
        }
        Tensor octave = Augment.PitchShift(sound, 12), lower = Augment.PitchShift(sound, -7);
        Assert.Equal(sound.Shape, octave.Shape);
        Assert.Equal(880, Loudest(octave.ToArray()), 6.0);
        Assert.Equal(440 * Math.Pow(2, -7 / 12.0), Loudest(lower.ToArray()), 4.0);
        Assert.True(Augment.TimeStretch(Tensor.From([1.0]), 2).ToArray().All(double.IsFinite)); // shorter than a frame
    }

    [Fact]
    public void TablesAndVideos()
    {
        var rng = new Rng(1);
        AssertNear([1, 1.5, -0.5], Augment.Round(Tensor.From([1.1, 1.4, -0.6]), 0.5).ToArray());
        Assert.Equal(0.2, Math.Sqrt(Augment.Noise(Tensor.Zeros([5000]), 0.2, rng).Variance().Item()), 0.01);
        string[] column = [.. Enumerable.Range(0, 40).Select(i => $"{i}")], swapped = Augment.SwapCategories(column, 0.25, rng);
        Assert.Equal(column.Order(), swapped.Order());
        Assert.Equal(10, column.Zip(swapped, (a, b) => a != b ? 1 : 0).Sum());
        double[] frames = Augment.DropFrames(Tensor.Range(10), 0.3, rng).ToArray();
        Assert.Equal(7, frames.Length);
        Assert.Equal(frames.Order(), frames);
        Assert.Single(Augment.DropFrames(Tensor.Range(10), 1, rng).ToArray());
    }

    [Fact]
    public void BadInputIsRefused()
    {
        var rng = new Rng(1);
        Tensor image = Tensor.Zeros([1, 1, 2, 2]);
        Action[] bad =
        [
            () => Augment.FlipHorizontal(Tensor.Zeros([2, 2]), rng), () => Augment.FlipHorizontal(image, rng, 1.5),
            () => Augment.FlipVertical(image, rng, double.NaN),
            () => Augment.Rotate(image, 5, -5, rng), () => Augment.Rotate(image, double.NaN, 5, rng),
            () => Augment.Rotate(image, 0, double.PositiveInfinity, rng),
            () => Augment.Zoom(image, 0, 1, rng), () => Augment.Crop(image, -1, rng), () => Augment.Brightness(image, 1, 0, rng),
            () => Augment.Brightness(Tensor.Zeros([2]), 0, 0, rng), () => Augment.Contrast(image, -1, 1, rng),
            () => Augment.Synonyms("a", s_synonyms, 2, rng),
            () => Augment.Delete("a", -1, rng), () => Augment.Insert("a", s_synonyms, -1, rng), () => Augment.Swap("a", -1, rng),
            () => Augment.TimeStretch(Tensor.Zeros([0]), 1), () => Augment.TimeStretch(Tensor.Zeros([9]), 0.01),
            () => Augment.TimeStretch(Tensor.Zeros([9]), double.NaN),
            () => Augment.PitchShift(Tensor.Zeros([9]), 60), () => Augment.PitchShift(Tensor.Scalar(1), 1),
            () => Augment.Noise(image, -1, rng),
            () => Augment.Round(image, 0), () => Augment.SwapCategories(["a"], 1.1, rng),
            () => Augment.DropFrames(Tensor.Zeros([0, 2]), 0.5, rng),
            () => Augment.DropFrames(image, double.NaN, rng),
        ];
        for (int i = 0; i < bad.Length; i++)
            Assert.True(Record.Exception(bad[i]) is ArgumentException { Message.Length: > 20 }, $"case {i}: {Record.Exception(bad[i])}");
    }
}
