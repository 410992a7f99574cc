namespace DeepNotebooks.Tests.Autograd;

public class GradientCheckTests
{
    private static readonly Tensor X = Tensor.From([0.5, -1, 2], DType.Float64);

    [Fact]
    public void FindsAWrongGradient()
    {
        double error = GradientCheck.MaxRelativeError(
            x => Tensor.Custom(x[0].Detach().Square(), gradient => [gradient * 2.02 * x[0].Detach()], x[0]), [X]);
        Assert.Equal(0.02 / 2.02, error, 1e-6);
    }

    [Fact]
    public void FindsAMissingGradient() =>
        Assert.Equal(1, GradientCheck.MaxRelativeError(x => (x[0] * 2) + x[1].Detach(), [X, X]), 1e-6);

    [Fact]
    public void LeavesItsInputsAlone()
    {
        GradientCheck.MaxRelativeError(x => x[0].Square(), [X]);
        Assert.Equal([0.5, -1, 2], X.ToArray());
        Assert.Null(X.Grad);
        Assert.False(X.RequiresGrad);
    }

    [Fact]
    public void RefusesFloat32AndFunctionsThatAreNotFinite()
    {
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => GradientCheck.MaxRelativeError(x => x[0], [Tensor.Ones([2])])).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => GradientCheck.MaxRelativeError(x => x[0].Log(), [X])).Message);
    }
}
