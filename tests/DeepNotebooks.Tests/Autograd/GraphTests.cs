using System.Xml.Linq;

namespace DeepNotebooks.Tests.Autograd;

public class GraphTests
{
    [Fact]
    public void AGraphShowsValuesAndGradients()
    {
        Tensor a = Tensor.Scalar(2).WithGrad().Named("a"), b = Tensor.Scalar(-3).WithGrad().Named("b");
        GraphView graph = GraphView.Of(() => ((a * b) + a).Tanh().Named("y"));
        Assert.Equal(["a", "b", "Multiply", "Add", "y = Tanh"], graph.Nodes);
        Assert.DoesNotContain("grad", graph.ToSvg());
        graph.Result.Backward();
        XDocument svg = XDocument.Parse(graph.ToSvg());
        string[] texts = [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
        double slope = 1 - (Math.Tanh(-4) * Math.Tanh(-4));
        Assert.Contains("-6", texts);
        Assert.Contains($"grad {-2 * slope:G4}", texts);
        Assert.Contains($"grad {2 * slope:G4}", texts);
        Assert.Equal(5, svg.Descendants().Count(e => e.Name.LocalName == "rect"));
        Assert.StartsWith("Graph of 3 operations on 2 inputs", graph.ToString());
        Assert.Equal(["image/svg+xml", "text/html", "text/plain"],
            new GraphViewFormats().CreateTypeFormatters().Cast<DeepNotebooks.Course.MimeFormatter<GraphView>>().Select(f => f.MimeType));
    }

    [Fact]
    public void AGraphThatIsEmptyOrTooLargeIsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => GraphView.Of(() => Tensor.Scalar(1)));
        Tensor x = Tensor.Scalar(1).WithGrad();
        Assert.Throws<InvalidOperationException>(() => GraphView.Of(() => Enumerable.Range(0, 500).Aggregate(x, (y, _) => y + x)));
    }

    [Fact]
    public void GradientsOfInnerTensorsAreKeptOnRequest()
    {
        Tensor x = Tensor.From([1.0, 2]).WithGrad(), y = x.Square(), z = y * 3;
        y.RetainGrad();
        z.Sum().Backward(keepGraph: true);
        Assert.Equal([3, 3], y.Grad!.ToArray());
        Assert.Null(z.Grad);
        z.Sum().Backward();
        Assert.Equal([6, 6], y.Grad!.ToArray());
        Assert.Equal([12, 24], x.Grad!.ToArray());
        Assert.Throws<InvalidOperationException>(() => Tensor.Scalar(1).RetainGrad());
        Tensor loss = x.Sum();
        loss.Backward();
        Assert.Throws<InvalidOperationException>(loss.RetainGrad);
    }

    [Fact]
    public void TheFirstOperationThatIsNotFiniteIsNamed()
    {
        Tensor x = Tensor.From([0.0, 1]).WithGrad();
        using (Tensor.CheckFinite())
        {
            Assert.Contains("Log: the result (2) holds 0 NaN and 1 infinities among 2 elements",
                Assert.Throws<NotFiniteNumberException>(() => ((x * 2).Log() * 0).Sum()).Message);
            Tensor y = x.Sqrt().Sum();
            Assert.Contains("Sqrt: backward, the gradient (2)", Assert.Throws<NotFiniteNumberException>(() => y.Backward()).Message);
            Tensor broken = Tensor.Scalar(double.NaN).WithGrad();
            Assert.Contains("already holds 1 NaN", Assert.Throws<NotFiniteNumberException>(() => broken * 2).Message);
        }
        Assert.True(double.IsNaN(((x * 2).Log() * 0).Sum().Item()));
    }

    [Fact]
    public void AStaticGraphGivesWhatEagerExecutionGives()
    {
        var rng = new Rng(1);
        Tensor w0 = rng.Normal([2, 1]), input = rng.Normal([5, 2]);
        var graph = new StaticGraph();
        Symbol x = graph.Placeholder("x", -1, 2), w = graph.Variable("w", w0), two = graph.Constant(Tensor.Scalar(2));
        Symbol y = (((x.MatMul(w).Apply("Tanh", t => t.Tanh()) + two) * two) - two) / two;
        Symbol loss = ((y * 2) + 1).Apply("Sum", t => t.Sum());
        Tensor weight = w0.Clone().WithGrad();
        Tensor eager = (((((input.MatMul(weight).Tanh() + 2) * 2) - 2) / 2 * 2) + 1).Sum(), lazy = graph.Run(loss, (x, input));
        Assert.Equal(eager.Item(), lazy.Item(), 1e-5);
        eager.Backward();
        lazy.Backward();
        Assert.Equal(weight.Grad!.ToArray(), graph.Variables[0].Grad!.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        graph.Variables[0].Fill(0);
        Assert.Equal(2, graph.Run(y, (x, input))[0, 0] + 1); // the variable is read at run time
        Assert.Equal("MatMul(x, w)", x.MatMul(w).ToString());
    }

    [Fact]
    public void AStaticGraphNamesWhatIsMissing()
    {
        StaticGraph graph = new(), other = new();
        Symbol x = graph.Placeholder("x", -1, 2), y = x + x;
        Tensor value = Tensor.Zeros([3, 2]);
        Assert.Contains("needs the placeholder x", Assert.Throws<ArgumentException>(() => graph.Run(y)).Message);
        Assert.Contains("takes (-1, 2)", Assert.Throws<ArgumentException>(() => graph.Run(y, (x, Tensor.Zeros([2, 3])))).Message);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => graph.Run(y, (x, value), (x, value))).Message);
        Assert.Contains("no placeholder", Assert.Throws<ArgumentException>(() => graph.Run(y, (y, value))).Message);
        Assert.Contains("another graph", Assert.Throws<ArgumentException>(() => other.Run(y)).Message);
        Assert.Contains("different graphs", Assert.Throws<ArgumentException>(() => x + other.Placeholder("z")).Message);
    }

    [Fact]
    public void TheJacobianOfSoftmaxIsDiagonalMinusOuterProduct()
    {
        Tensor x = Tensor.From([0.3, -1, 2], DType.Float64);
        Tensor p = x.Softmax().Reshape(3, 1);
        Tensor expected = (Tensor.Eye(3, dtype: DType.Float64) * p) - p.MatMul(p.Transpose());
        Assert.True((Derivatives.Jacobian(t => t.Softmax(), x) - expected).Abs().Max().Item() < 1e-15);
        Assert.Equal([4, 3], Derivatives.Jacobian(t => Tensor.Concat([t, t.Sum().Reshape(1)]), x).Shape);
    }

    [Fact]
    public void TheHessianByDifferencesIsRightAndLeavesEverythingAsItWas()
    {
        Tensor a = Tensor.From([1.0, 2], DType.Float64).WithGrad(), b = Tensor.Scalar(3, DType.Float64).WithGrad();
        a.Grad = Tensor.From([7.0, 7], DType.Float64);
        Tensor h = Derivatives.Hessian(() => (a.Pow(3) * b).Sum(), [a, b]); // 6ab on the diagonal, 3a² beside b
        double[] expected = [18, 0, 3, 0, 36, 12, 3, 12, 0];
        Assert.Equal(expected, h.ToArray(), (e, v) => Math.Abs(e - v) < 1e-6);
        Assert.Equal([1, 2], a.ToArray());
        Assert.Equal([7, 7], a.Grad.ToArray());
        Assert.Null(b.Grad);
        Assert.Throws<ArgumentException>(() => Derivatives.Hessian(() => a.Sum(), [a], step: 0));
        Assert.Throws<ArgumentException>(() => Derivatives.Hessian(() => a.Sum(), [a * 2]));
        Assert.Throws<DivideByZeroException>(() => Derivatives.Hessian(() => throw new DivideByZeroException(), [a]));
        Assert.Equal([1, 2], a.ToArray());
    }
}
