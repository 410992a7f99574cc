using MathNet.Numerics.LinearAlgebra;

namespace DeepNotebooks.Tests.Tensors;

public class TensorTests
{
    private static Tensor Numbers(params int[] sizes) => Tensor.Range(Shape.Create(sizes).Size).Reshape(sizes);

    [Fact]
    public void IsCreatedAsAsked()
    {
        Assert.Equal([0, 0, 0], Tensor.Zeros([3]).ToArray());
        Assert.Equal([1, 1], Tensor.Ones([2], DType.Float64).ToArray());
        Assert.Equal([2.5], Tensor.Full([1], 2.5).ToArray());
        Assert.Equal(-7, Tensor.Scalar(-7).Item());
        Assert.Equal([], Tensor.Scalar(1).Shape);
        Assert.Equal([0, 1, 2], Tensor.Range(3).ToArray());
        Assert.Empty(Tensor.Range(0).ToArray());
        Assert.Equal([1, 1.5, 2], Tensor.Linspace(1, 2, 3).ToArray());
        Assert.Equal([1, 0, 0, 0, 1, 0], Tensor.Eye(2, 3).ToArray());
        Assert.Equal([1, 0, 0, 1, 0, 0], Tensor.Eye(3, 2).ToArray());
        Assert.Equal([1.5, 2.5], Tensor.From([1.5f, 2.5f]).ToArray());
        Assert.Equal([3, 2], Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }).Shape);
        Assert.Equal(0.1f, Tensor.From([0.1]).Item());
        Assert.Equal(0.1, Tensor.From([0.1], DType.Float64).Item());
    }

    [Fact]
    public void ConvertsBetweenTypes()
    {
        Tensor x = Tensor.From([0.1, double.NaN, double.NegativeInfinity, 1e300], DType.Float64).WithGrad();
        Assert.Equal([0.1f, double.NaN, double.NegativeInfinity, double.PositiveInfinity], x.To(DType.Float32).ToArray());
        Assert.Equal(x.ToArray(), x.To(DType.Float64).ToArray());
        Assert.False(x.To(DType.Float64).RequiresGrad || x.To(DType.Float32).RequiresGrad);
        Assert.Equal([0.1f, 0.2f], Tensor.From([0.1f, 0.2f]).ToArray<float>());
        Assert.Equal([1, 2], Tensor.From([1.9, 2.1]).ToArray<int>());
    }

    [Fact]
    public void ReadsAndWritesSingleElements()
    {
        Tensor x = Numbers(2, 3);
        x[1, -1] = 50;
        x[-2, 0] = 7;
        Assert.Equal([7, 1, 2, 3, 4, 50], x.ToArray());
        Tensor view = x.Transpose().Slice(0, 1, 2);
        view[1, 1] = 60;
        Assert.Equal(60, x[1, 2]);
    }

    [Fact]
    public void ViewsShareStorageAndCopiesDoNot()
    {
        Tensor x = Numbers(2, 3);
        Tensor reshaped = x.Reshape(3, 2), transposed = x.Transpose(), sliced = x.Slice(1, 1, 2), rows = x[1..], clone = x.Clone(), detached = x.Detach();
        Tensor copy = transposed.Reshape(6);
        x.Fill(9);
        Assert.All([reshaped, transposed, sliced, rows, detached], view => Assert.Equal(Enumerable.Repeat(9.0, view.Size), view.ToArray()));
        Assert.Equal([0, 1, 2, 3, 4, 5], clone.ToArray());
        Assert.Equal([0, 3, 1, 4, 2, 5], copy.ToArray());
        Assert.True(reshaped.IsContiguous && rows.IsContiguous && !transposed.IsContiguous && !sliced.IsContiguous);
        Assert.Equal([1, 3], transposed.Strides);
    }

    [Fact]
    public void ReshapeComputesOneOpenSize()
    {
        Assert.Equal([3, 2], Numbers(2, 3).Reshape(3, -1).Shape);
        Assert.Equal([], Numbers(1).Reshape().Shape);
        Assert.Equal([0, 3], Numbers(3, 0).Reshape(-1, 3).Shape);
    }

    [Fact]
    public void AssignCopiesIntoPlace()
    {
        Tensor x = Numbers(2, 2), same = x.Detach();
        x.Assign(Numbers(2, 2).Transpose());
        Assert.Equal([0, 2, 1, 3], same.ToArray());
        x[..1].Assign(Tensor.Full([1, 2], 8));
        Assert.Equal([8, 8, 1, 3], x.ToArray());
    }

    [Fact]
    public void ConvertsToMathNetAndBack()
    {
        Tensor x = Numbers(2, 3);
        Matrix<double> matrix = x.ToMatrix();
        Assert.Equal((2, 3, 5.0, 1.0), (matrix.RowCount, matrix.ColumnCount, matrix[1, 2], matrix[0, 1]));
        Assert.Equal(x.ToArray(), Tensor.From(matrix).ToArray());
        Assert.Equal(x.Transpose().ToArray(), Tensor.From(matrix.Transpose(), DType.Float64).ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 5], x.ToVector());
        Assert.Equal(x.ToArray(), Tensor.From(matrix.ToSingle()).ToArray());
    }

    public static TheoryData<Tensor, string> Texts => new()
    {
        { Tensor.Scalar(2.5), "() Float32\n2.5" },
        { Tensor.From([1, 1 / 3.0], DType.Float64), "(2) Float64\n[1, 0.3333]" },
        { Numbers(2, 2), "(2, 2) Float32\n[[0, 1],\n [2, 3]]" },
        { Numbers(1, 2, 1), "(1, 2, 1) Float32\n[[[0],\n  [1]]]" },
        { Tensor.Range(7), "(7) Float32\n[0, 1, 2, 3, 4, 5, 6]" },
        { Tensor.Range(100), "(100) Float32\n[0, 1, 2, …, 97, 98, 99]" },
        { Tensor.Zeros([0]), "(0) Float32\n[]" },
        { Tensor.Zeros([2, 0]), "(2, 0) Float32\n[[],\n []]" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void ShowsShapeTypeAndACornerOfItsElements(Tensor x, string text) => Assert.Equal(text, x.ToString());

    public static TheoryData<string, Action> BadRequests => new()
    {
        { "Tensor.From: 3 values do not fill (2, 2), which takes 4", () => Tensor.From([1, 2, 3], [2, 2]) },
        { "(-1) has the negative size", () => Tensor.Range(-1) },
        { "(-2) has the negative size", () => Tensor.Zeros([-2]) },
        { "count", () => Tensor.Linspace(0, 1, 1) },
        { "Assign: (3) Float32 into (2) Float32", () => Tensor.Zeros([2]).Assign(Tensor.Zeros([3])) },
        { "Float64 into (2) Float32", () => Tensor.Zeros([2]).Assign(Tensor.Zeros([2], DType.Float64)) },
        { "Assign: a view with gaps", () => Numbers(2, 2).Transpose().Assign(Numbers(2, 2)) },
        { "Fill: a view with gaps", () => Numbers(2, 2).Transpose().Fill(0) },
        { "(2, 2) takes 2 indices, 1 given", () => Numbers(2, 2)[new int[1]].ToString() },
        { "Index: 2 lies outside axis 1 of (2, 2), which has 2 entries", () => Numbers(2, 2)[0, 2].ToString() },
        { "Index: -3 lies outside", () => Numbers(2, 2)[-3, 0] = 1 },
        { "Item: (2) holds 2 elements", () => Numbers(2).Item() },
        { "Item: (0) holds 0 elements", () => Numbers(0).Item() },
        { "ToMatrix: (2) has 1 axes", () => Numbers(2).ToMatrix() },
        { "Reshape: (2, 3) has 6 elements and does not fit (4, -1)", () => Numbers(2, 3).Reshape(4, -1) },
        { "must multiply to 6", () => Numbers(2, 3).Reshape(5) },
        { "Only one may be −1", () => Numbers(2, 3).Reshape(-1, -1) },
        { "(2, -3) has the negative size", () => Numbers(2, 3).Reshape(2, -3) },
        { "Transpose: (2) has no axis -2", () => Numbers(2).Transpose() },
        { "Slice: 2 entries from 2 on do not lie within axis 0 of (3)", () => Numbers(3).Slice(0, 2, 2) },
        { "Slice", () => Numbers(3).Slice(0, -1, 2) },
        { "Slice", () => Numbers(3).Slice(0, 2, -1) },
        { "Slice", () => Numbers(3).Slice(0, int.MaxValue, 1) },
        { "Slice: (3) has no axis 1", () => Numbers(3).Slice(1, 0, 1) },
        { "(3)", () => Numbers(3)[2..5].ToString() },
        { "()", () => Tensor.Scalar(1)[..1].ToString() },
        { "3 lies outside axis 0 of (3)", () => Numbers(3).Rows(0, 3) },
        { "Pick: 1 columns do not fit (2, 3)", () => Numbers(2, 3).Pick(1) },
        { "3 lies outside axis 1 of (2, 3)", () => Numbers(2, 3).Pick(1, 3) },
        { "Concat: no tensors", () => Tensor.Concat([]) },
        { "Concat: (2, 3) and (2, 2) differ outside axis 0", () => Tensor.Concat([Numbers(2, 3), Numbers(2, 2)]) },
        { "Concat: (2) and (1, 2) differ", () => Tensor.Concat([Numbers(2), Numbers(1, 2)]) },
        { "Concat: (2) Float32 and (2) Float64 differ in type", () => Tensor.Concat([Numbers(2), Numbers(2).To(DType.Float64)]) },
        { "Add: (2) and (3) do not broadcast", () => (Numbers(2) + Numbers(3)).ToString() },
        { "Multiply: (2) Float32 and (2) Float64 differ in type. Convert one with To()", () => (Numbers(2) * Numbers(2).To(DType.Float64)).ToString() },
        { "MatMul: (64, 784) x (128, 10): inner sizes 784 and 128 differ. Transpose or check", () => Tensor.Zeros([64, 784]).MatMul(Tensor.Zeros([128, 10])) },
        { "MatMul: (3) x (3, 2): both must have at least two axes", () => Numbers(3).MatMul(Numbers(3, 2)) },
        { "MatMul (batch axes): (2) and (3) do not broadcast", () => Numbers(2, 1, 1).MatMul(Numbers(3, 1, 1)) },
        { "Sum: (2) has no axis 1", () => Numbers(2).Sum(1) },
        { "Sum: axis -1 of (2, 3) is named twice", () => Numbers(2, 3).Sum([1, -1]) },
        { "Max: axis 0 of (0) is empty", () => Numbers(0).Max() },
        { "Softmax: () has no entries", () => Tensor.Scalar(1).Softmax() },
        { "LogSoftmax: (2, 0) has no entries", () => Numbers(2, 0).LogSoftmax() },
        { "Clamp: the lower bound 1 must not exceed the upper bound 0", () => Numbers(2).Clamp(1, 0) },
        { "Clamp: the lower bound NaN", () => Numbers(2).Clamp(double.NaN, 0) },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void BadRequestsNameTheOperationTheValuesAndTheRemedy(string message, Action request)
    {
        Exception e = Assert.ThrowsAny<Exception>(request);
        Assert.True(e is ArgumentException or InvalidOperationException, $"{e.GetType()}");
        Assert.Contains(message, e.Message);
    }

    [Fact]
    public void RefusedWritesChangeNothing()
    {
        Tensor x = Numbers(2);
        Assert.Throws<ArgumentException>(() => x.Assign(Tensor.Full([3], 9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => x[2] = 9);
        Assert.Equal([0, 1], x.ToArray());
    }
}
