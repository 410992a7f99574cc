namespace DeepNotebooks.Tests.Autograd;

public class CustomTests
{
    private readonly Tensor _a = Tensor.From([1.0, 2], DType.Float64).WithGrad(), _b = Tensor.From([3.0, 4], DType.Float64).WithGrad();

    private Tensor Product(Func<Tensor, Tensor?[]> backward) => Tensor.Custom(_a.Detach() * _b.Detach(), backward, _a, _b);

    [Fact]
    public void ItsGradientsFlowOn()
    {
        Tensor y = Product(gradient => [gradient * _b.Detach(), gradient * _a.Detach()]);
        y.Sum().Backward();
        Assert.Equal([3, 4], _a.Grad!.ToArray());
        Assert.Equal([1, 2], _b.Grad!.ToArray());
    }

    [Fact]
    public void NullIsNoGradientAlsoForWhatLiesBehind()
    {
        Tensor inner = _a * 2;
        Tensor.Custom(_b.Detach(), gradient => [null, gradient], inner, _b).Sum().Backward();
        Assert.Null(_a.Grad);
        Assert.Equal([1, 1], _b.Grad!.ToArray());
    }

    [Fact]
    public void AGradientOfTheBroadcastShapeIsSummedBack()
    {
        Tensor row = Tensor.Ones([1, 2], DType.Float64).WithGrad();
        Tensor.Custom(Tensor.Zeros([3, 2], DType.Float64), gradient => [gradient], row).Backward(Tensor.Ones([3, 2], DType.Float64));
        Assert.Equal([3, 3], row.Grad!.ToArray());
    }

    [Fact]
    public void WithoutAnInputThatNeedsAGradientNothingIsRecorded()
    {
        Assert.False(Tensor.Custom(_a, _ => [null], _a.Detach()).RequiresGrad);
        using NoGradScope scope = Tensor.NoGrad();
        Assert.False(Product(_ => [null, null]).RequiresGrad);
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "throws", "the user's" },
        { "one", "returned 1 gradients for 2 inputs" },
        { "shape", "(3) Float64 for input 1, which is (2) Float64" },
        { "rank", "() Float64 for input 1" },
        { "type", "(2) Float32 for input 1" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void AFailureNamesItsCauseAndLeavesGradientsAndGraphAsTheyWere(string failure, string cause)
    {
        bool fail = true;
        Tensor early = _a * 2; // its branch is done before the custom operation is reached
        Tensor custom = Product(gradient => !fail ? [gradient, gradient] : failure switch
        {
            "throws" => throw new ArgumentException("the user's"),
            "one" => [gradient],
            "shape" => [gradient, Tensor.Ones([3], DType.Float64)],
            "rank" => [gradient, Tensor.Ones([], DType.Float64)],
            _ => [gradient, Tensor.Ones([2])],
        });
        Tensor retained = (custom * 3).RetainGrad();
        Tensor y = (retained + early + _b).Sum();
        _b.Grad = Tensor.Full([2], 100, DType.Float64);

        Assert.Contains(cause, Assert.Throws<ArgumentException>(() => y.Backward()).Message);
        Assert.Null(_a.Grad);
        Assert.Null(retained.Grad);
        Assert.Equal([100, 100], _b.Grad.ToArray());
        Assert.True((_a * 1).RequiresGrad); // recording goes on

        fail = false;
        y.Backward();
        Assert.Equal([5, 5], _a.Grad!.ToArray());
        Assert.Equal([104, 104], _b.Grad.ToArray());
    }

    [Fact]
    public void ItsBackwardMayRunABackwardPassOfItsOwn()
    {
        // Checkpointing: the inner function is computed again when its gradient is wanted.
        Tensor result;
        using (Tensor.NoGrad())
        {
            result = _a.Square();
        }
        Tensor inner = _a.Detach().WithGrad(), again = inner.Square();
        Tensor.Custom(result, gradient =>
        {
            again.Backward(gradient);
            return [inner.Grad];
        }, _a).Sum().Backward();
        Assert.Equal([2, 4], _a.Grad!.ToArray());
    }
}
