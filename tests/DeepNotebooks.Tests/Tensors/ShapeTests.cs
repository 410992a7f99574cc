namespace DeepNotebooks.Tests.Tensors;

public class ShapeTests
{
    [Theory]
    [InlineData(new int[0], 1, "()")]
    [InlineData(new[] { 3 }, 3, "(3)")]
    [InlineData(new[] { 64, 784 }, 50176, "(64, 784)")]
    [InlineData(new[] { 2, 0, 3 }, 0, "(2, 0, 3)")]
    [InlineData(new[] { int.MaxValue, 0 }, 0, "(2147483647, 0)")]
    public void KnowsSizeAndText(int[] sizes, int size, string text)
    {
        Shape shape = Shape.Create(sizes);
        Assert.Equal(size, shape.Size);
        Assert.Equal(sizes.Length, shape.Rank);
        Assert.Equal(text, shape.ToString());
        Assert.Equal(sizes, shape);
        Assert.Equal(sizes, shape.ToArray());
    }

    [Theory]
    [InlineData(new[] { 2, -1 }, "(2, -1) has the negative size -1")]
    [InlineData(new[] { 65536, 65536 }, "(65536, 65536) multiply to more than 2,147,483,647")]
    [InlineData(new[] { int.MaxValue, 2 }, "multiply to more")]
    [InlineData(new[] { 0, 65536, 65536 }, "multiply to more")]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue }, "multiply to more")]
    public void RefusesSizesThatAreNegativeOrTooManyTogether(int[] sizes, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Shape.Create(sizes)).Message);

    [Fact]
    public void AxesCountFromBothEnds()
    {
        Shape shape = [2, 3, 5];
        Assert.Equal([2, 3, 5, 2, 3, 5], Enumerable.Range(-3, 6).Select(axis => shape[axis]));
        Assert.Contains("(2, 3, 5) has no axis 3. Its axes are 0 to 2, or −3 to −1", Assert.Throws<ArgumentOutOfRangeException>(() => shape[3]).Message);
        Assert.Contains("has no axis -4", Assert.Throws<ArgumentOutOfRangeException>(() => shape[-4]).Message);
        Assert.Contains("A scalar has none", Assert.Throws<ArgumentOutOfRangeException>(() => ((Shape)[])[0]).Message);
    }

    [Fact]
    public void EqualsShapesOfTheSameSizes()
    {
        Shape a = [2, 3], same = [2, 3], other = [3, 2], scalar = [];
        Assert.True(a == same && a.Equals((object)same) && a.GetHashCode() == same.GetHashCode());
        Assert.True(a != other && !a.Equals(new object()) && a != scalar);
        Assert.True(default(Shape) == scalar && default(Shape).GetHashCode() == scalar.GetHashCode() && default(Shape).Size == 1);
    }

    [Fact]
    public void BroadcastingNamesTheAxisThatFails() => Assert.Contains(
        "(4, 3) and (2, 3) do not broadcast: sizes 4 and 2 differ at axis −2",
        Assert.Throws<ArgumentException>(() => Shape.Broadcast([4, 3], [2, 3])).Message);
}
