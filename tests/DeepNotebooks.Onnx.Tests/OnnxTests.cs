using DeepNotebooks.Data;
using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;
using DeepNotebooks.Optimizers;

namespace DeepNotebooks.Tests.Onnx;

public class OnnxTests
{
    public static TheoryData<string> Names => [.. Models.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsReadBackComputesTheSame(string name)
    {
        (Layer model, Tensor example) = Models.All.Single(m => m.Name == name).Make();
        OnnxModel back = Back(model, example);
        Tensor expected = model.Predict(example), actual = back.Predict(example);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.InRange((expected - actual).Abs().Max().Item(), 0, 1e-5);
        Tensor one = example[..1]; // the batch is free
        Assert.InRange((model.Predict(one) - back.Predict(one)).Abs().Max().Item(), 0, 1e-5);
    }

    [Fact]
    public void EveryLayerOfTheLibraryIsWrittenOrRefused()
    {
        Type[] refused =
        [
            typeof(RBF), typeof(MultiHeadAttention), typeof(TransformerBlock), typeof(Imputer), typeof(QuantizedLinear), typeof(QuantizedConv2d),
        ];
        var met = new HashSet<Type>();
        foreach ((_, Func<(Layer Model, Tensor)> make) in Models.All)
            Visit(make().Model);
        IEnumerable<Type> layers = typeof(Layer).Assembly.GetExportedTypes().Where(type => type.Namespace is "DeepNotebooks.Layers" or "DeepNotebooks.Data"
            && type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        Assert.Empty(layers.Except(met).Except(refused).Select(type => type.Name));

        void Visit(Layer layer)
        {
            met.Add(layer.GetType());
            foreach (Layer child in layer.Children)
                Visit(child);
        }
    }

    [Fact]
    public void WhatIsReadCanBeTrainedFurther()
    {
        (Layer model, Tensor example) = Models.All.Single(m => m.Name == "convolutional").Make();
        OnnxModel back = Back(model, example);
        Assert.Equal(model.ParameterCount, back.ParameterCount);
        Assert.Contains(back.NamedParameters, p => p.Name == "0.weight");
        var adam = new Adam(back.Parameters, 0.01);
        Tensor labels = Tensor.From([1, 2, 3]);
        double before = Loss.CrossEntropy(back.Forward(example), labels).Item();
        for (int i = 0; i < 20; i++)
        {
            adam.ZeroGrad();
            Loss.CrossEntropy(back.Forward(example), labels).Backward();
            adam.Step();
        }
        Assert.True(Loss.CrossEntropy(back.Forward(example), labels).Item() < 0.1 * before);
    }

    [Fact]
    public void AGraphOfGeluHasItsGradient()
    {
        OnnxModel back = Back(new GELU(), Tensor.Ones([1, 3]));
        Tensor x = Tensor.From(new double[,] { { -1, 0, 2 } }).WithGrad(), y = x.Detach().WithGrad();
        back.Forward(x).Sum().Backward();
        y.GELU().Sum().Backward();
        Assert.InRange((x.Grad! - y.Grad!).Abs().Max().Item(), 0, 1e-5);
    }

    [Fact]
    public void ErrorsNameTheRemedy()
    {
        var rng = new Rng(1);
        var attention = new Sequential(new MultiHeadAttention(4, 2, rng));
        Assert.Contains("MultiHeadAttention", Assert.Throws<NotSupportedException>(() => Back(attention, Tensor.Ones([1, 2, 4]))).Message);
        var same = new Conv2d(1, 1, 3, rng, stride: 2, padding: Padding.Same, dilation: 2);
        Assert.Contains("width", Assert.Throws<NotSupportedException>(() => Back(same, Tensor.Ones([1, 1, 9, 9]))).Message);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0xFF, 1, 2, 3]);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Deployment.Onnx.Load(path)).Message);
            File.WriteAllBytes(path, []);
            Assert.Contains("no graph", Assert.Throws<InvalidDataException>(() => Deployment.Onnx.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static OnnxModel Back(Layer model, Tensor example)
    {
        string path = Path.GetTempFileName();
        try
        {
            Deployment.Onnx.Save(path, model, example);
            return Deployment.Onnx.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
