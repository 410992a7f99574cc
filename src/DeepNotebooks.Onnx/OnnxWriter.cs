using System.Runtime.InteropServices;
using DeepNotebooks.Data;
using DeepNotebooks.Deployment.OnnxSchema;
using DeepNotebooks.Layers;
using Google.Protobuf;
using static DeepNotebooks.Deployment.OnnxSchema.AttributeProto.Types;
using static DeepNotebooks.Deployment.OnnxSchema.TensorProto.Types;

namespace DeepNotebooks.Deployment;

/// <summary>Turns a model into a graph, layer by layer; the example goes along, so that each layer's input is known.</summary>
internal sealed class OnnxWriter(Layer model)
{
    private readonly GraphProto _graph = new() { Name = "model" };
    private readonly Dictionary<Tensor, string> _names =
        model.NamedParameters.Concat(model.NamedBuffers).ToDictionary(t => t.Value, t => t.Name);
    private readonly HashSet<string> _written = [];
    private int _made;

    public ModelProto Write(Tensor example)
    {
        (string last, Tensor output) = Emit(model, "input", example);
        if (last == "input")
            Node("Identity", ["input"]);
        _graph.Node[^1].Output[0] = "output";
        _graph.Input.Add(Value("input", example.Shape));
        _graph.Output.Add(Value("output", output.Shape));
        return new ModelProto
        {
            IrVersion = Onnx.IrVersion,
            ProducerName = "DeepNotebooks",
            OpsetImport = { new OperatorSetIdProto { Version = Onnx.OperatorSet } },
            Graph = _graph,
        };
    }

    private (string Name, Tensor Output) Emit(Layer layer, string x, Tensor input)
    {
        switch (layer)
        {
            case Sequential or VggBlock or InceptionBlock:
                foreach (Layer child in layer.Children)
                    (x, input) = Emit(child, x, input);
                return (x, input);
            case Residual:
                return (Node("Add", [x, Emit(layer.Children.Single(), x, input).Name]), layer.Predict(input));
            case ResidualBlock block:
                return (Node("Relu", [Shortcut(block, x, Emit(block.Children.Single(), x, input).Name)]), layer.Predict(input));
            case Layers.Parallel:
                string[] branches = [.. layer.Children.Select(branch => Emit(branch, x, input).Name)];
                return (Node("Concat", branches, ("axis", 1)), layer.Predict(input));
            case Highway:
                Layer[] parts = [.. layer.Children];
                (string h, Tensor transformed) = Emit(parts[0], x, input);
                h = Emit(parts[2], h, transformed).Name;
                string gate = Node("Sigmoid", [Emit(parts[1], x, input).Name]);
                return (Node("Add", [x, Node("Mul", [gate, Node("Sub", [h, x])])]), layer.Predict(input));
            default:
                return (Single(layer, x, input), layer.Predict(input));
        }
    }

    private string Single(Layer layer, string x, Tensor input) => layer switch
    {
        Linear linear => Dense(x, linear, input.Rank),
        DropConnect => Dense(x, (Linear)layer.Children.First(), input.Rank),
        Embedding embedding => Node("Gather", [Weight(embedding.Weight), Node("Cast", [x], ("to", (int)DataType.Int64))], ("axis", 0)),
        Recurrent recurrent => Sequence(x, recurrent),
        Conv2d convolution => Convolution(x, convolution, input),
        Conv1d c => Node("Conv", WithBias([x, Weight(c.Weight)], c.Bias), Window(
            "Conv1d", Ints(c.Weight.Shape.Skip(2)), c.Geometry.Stride, c.Geometry.Padding, c.Geometry.Dilation,
            ("group", c.Geometry.Groups))),
        MaskedConv2d c => Node("Conv", [x, Weight(c.Weight, c.Seeing.Detach()), Weight(c.Bias)],
            Window("MaskedConv2d", Ints(c.Weight.Shape.Skip(2)), 1, Padding.Same, 1)),
        ConvTranspose2d c => Node("ConvTranspose", WithBias([x, Weight(c.Weight)], c.Bias),
            ("kernel_shape", Ints(c.Weight.Shape[2], c.Weight.Shape[3])), ("strides", Ints(c.Geometry.Stride)),
            ("dilations", Ints(c.Geometry.Dilation)), ("group", c.Geometry.Groups), ("output_padding", Ints(c.Geometry.Extra)),
            ("pads", (long[])[.. Ints(c.Geometry.Padding), .. Ints(c.Geometry.Padding)])),
        MaxPool2d pool => Pool("MaxPool", x, 2, pool.Window),
        MaxPool1d pool => Pool("MaxPool", x, 1, pool.Window),
        AveragePool2d pool => Pool("AveragePool", x, 2, pool.Window),
        AveragePool1d pool => Pool("AveragePool", x, 1, pool.Window),
        SumPool2d pool => Times(Pool("AveragePool", x, 2, pool.Window), pool.Window.Kernel.Rows * pool.Window.Kernel.Columns),
        GlobalAveragePool => Node("Flatten", [Node("GlobalAveragePool", [x])], ("axis", 1)),
        GlobalMaxPool => Node("Flatten", [Node("GlobalMaxPool", [x])], ("axis", 1)),
        BatchNorm norm => Node("BatchNormalization",
            [x, Weight(norm.Gamma), Weight(norm.Beta), Weight(norm.RunningMean), Weight(norm.RunningVariance)],
            ("epsilon", (float)norm.Epsilon)),
        LayerNorm norm => Node("LayerNormalization", [x, Weight(norm.Gamma), Weight(norm.Beta)],
            ("axis", -norm.Gamma.Rank), ("epsilon", (float)norm.Epsilon)),
        InstanceNorm norm => Standardized(x, norm.Channels, norm.Epsilon),
        GroupNorm norm => Grouped(x, norm, input.Rank),
        Scaler scaler => Node("Div", [Node("Sub", [x, Weight(scaler.Center)]), Weight(scaler.Scale)]),
        PCA pca => Node("Gemm", [Node("Sub", [x, Weight(pca.Mean)]), Weight(pca.Components)], ("transB", 1)),
        Flatten => Node("Flatten", [x], ("axis", 1)),
        Unflatten => Node("Reshape", [x, Constant([0, .. Ints(layer.Predict(input).Shape.Skip(1))])]),
        Dropout dropout => dropout.EvaluationFactor == 1 ? Node("Identity", [x]) : Times(x, dropout.EvaluationFactor),
        Layers.ReLU => Node("Relu", [x]),
        Layers.Sigmoid => Node("Sigmoid", [x]),
        Layers.Tanh => Node("Tanh", [x]),
        Layers.Softplus => Node("Softplus", [x]),
        Softmax => Node("Softmax", [x], ("axis", -1)),
        Layers.ELU elu => Node("Elu", [x], ("alpha", (float)elu.Alpha)),
        Layers.LeakyReLU leaky => Node("LeakyRelu", [x], ("alpha", (float)leaky.Slope)),
        RReLU leaky => Node("LeakyRelu", [x], ("alpha", (float)leaky.MeanSlope)),
        PReLU prelu => Node("PRelu", [x, prelu.Slope.Size == 1 ? Weight(prelu.Slope) : Constant(PerChannel(prelu.Slope, input.Rank))]),
        Layers.SiLU => Node("Mul", [x, Node("Sigmoid", [x])]),
        Layers.GELU => Times(Node("Mul", [x, Node("Add", [Node("Erf", [Times(x, Math.Sqrt(0.5))]), Constant(Tensor.Scalar(1))])]), 0.5),
        _ => throw new NotSupportedException($"Onnx.Save: a {layer.GetType().Name} has no counterpart here. Written are chains, "
            + "residual sums and branches of dense, convolution, pooling, normalization, recurrent and embedding layers, dropout, "
            + "activations and scalers."),
    };

    private string Dense(string x, Linear linear, int rank)
    {
        if (rank == 2)
            return Node("Gemm", WithBias([x, Weight(linear.Weight)], linear.Bias), ("transB", 1));
        string y = Node("MatMul", [x, Initializer($"{_names[linear.Weight]}.transposed", linear.Weight.Detach().Transpose())]);
        return linear.Bias is null ? y : Node("Add", [y, Weight(linear.Bias)]);
    }

    private string Convolution(string x, Conv2d c, Tensor input)
    {
        Padding padding = c.Padding;
        if (c.PadMode == PadMode.Reflect)
        {
            (int top, int bottom) = padding.Widths(rows: true, input.Shape[2], c.Kernel.Rows, c.Stride.Rows, c.Dilation.Rows);
            (int left, int right) = padding.Widths(rows: false, input.Shape[3], c.Kernel.Columns, c.Stride.Columns, c.Dilation.Columns);
            x = Node("Pad", [x, Constant(0, 0, top, left, 0, 0, bottom, right)], ("mode", "reflect"));
            padding = Padding.Valid;
        }
        return Node("Conv", WithBias([x, Weight(c.Weight)], c.Bias),
            Window("Conv2d", Ints(c.Weight.Shape.Skip(2)), c.Stride, padding, c.Dilation, ("group", c.Groups)));
    }

    private string Shortcut(ResidualBlock block, string x, string y)
    {
        (bool exists, int stride, int added) = block.Shortcut;
        if (!exists)
            return y;
        if (stride > 1)
            x = Pool("MaxPool", x, 2, (1, stride, Padding.Valid));
        if (added > 0)
            x = Node("Pad", [x, Constant(0, 0, 0, 0, 0, added, 0, 0)]);
        return Node("Add", [y, x]);
    }

    private string Pool(string type, string x, int axes, (Extent Kernel, Extent Stride, Padding Padding) window)
    {
        (string, object)[] attributes = Window(type, Ints(window.Kernel)[^axes..], window.Stride, window.Padding, 1);
        if (type == "AveragePool")
            attributes = [.. attributes.Where(a => a.Item1 != "dilations"), ("count_include_pad", 1)];
        return Node(type, [x], attributes);
    }

    /// <summary>The attributes of a window over as many axes as its kernel has, the last of the image's.</summary>
    private static (string, object)[] Window(
        string layer, IEnumerable<long> kernel, Extent stride, Padding padding, Extent dilation, params (string, object)[] others)
    {
        long[] sizes = [.. kernel], dilations = Ints(dilation)[^sizes.Length..], strides = Ints(stride)[^sizes.Length..];
        (string, object) border;
        if (padding.IsSame && dilations.All(d => d == 1))
            border = ("auto_pad", "SAME_UPPER");
        else if (padding.IsSame && strides.Any(s => s > 1))
        {
            throw new NotSupportedException($"Onnx.Save: a {layer} with Padding.Same, dilation {dilation} and stride {stride} has a border "
                + "that depends on the image, which ONNX cannot say. Give the border as a width.");
        }
        else
        {
            var widths = sizes.Select((size, i) =>
                padding.Widths(rows: i == sizes.Length - 2, 1 << 20, (int)size, 1, (int)dilations[i])).ToArray();
            border = ("pads", (long[])[.. widths.Select(w => (long)w.Before), .. widths.Select(w => (long)w.After)]);
        }
        return [("kernel_shape", sizes), ("strides", strides), ("dilations", dilations), border, .. others];
    }

    private string Sequence(string x, Recurrent recurrent)
    {
        int directions = recurrent.Directions, units = recurrent.Units;
        (string type, int[] order, string[] activations) = recurrent switch
        {
            LSTM => ("LSTM", new[] { 0, 3, 1, 2 }, Array.Empty<string>()), // gates i, f, g, o here; i, o, f, g there
            GRU => ("GRU", [1, 0, 2], []),                                 // r, z, n here; z, r, n there
            RNN { ReLU: true } => ("RNN", [0], [.. Enumerable.Repeat("Relu", directions)]),
            RNN => ("RNN", [0], []),
            _ => throw new NotSupportedException($"Onnx.Save: the recurrent layer {recurrent.GetType().Name} has no counterpart."),
        };
        (string, object)[] attributes = [("hidden_size", units), ("direction", directions == 2 ? "bidirectional" : "forward")];
        if (type == "GRU")
            attributes = [.. attributes, ("linear_before_reset", 1)];
        if (activations.Length > 0)
            attributes = [.. attributes, ("activations", activations)];
        x = Node("Transpose", [x], ("perm", Ints(1, 0, 2)));
        foreach (var cells in recurrent.Cells.Chunk(directions))
        {
            x = Node(type,
            [
                x, Weight(cells[0].Input, Tensor.Stack([.. cells.Select(c => Gates(c.Input))])),
                Weight(cells[0].Hidden, Tensor.Stack([.. cells.Select(c => Gates(c.Hidden))])),
                Weight(cells[0].InputBias, Tensor.Stack([.. cells.Select(c => Tensor.Concat([Gates(c.InputBias), Gates(c.HiddenBias)]))])),
            ], attributes);
            x = Node("Reshape", [Node("Transpose", [x], ("perm", Ints(0, 2, 1, 3))), Constant(0, 0, directions * units)]);
        }
        return Node("Transpose", [x], ("perm", Ints(1, 0, 2)));

        Tensor Gates(Tensor stacked) => Tensor.Concat([.. order.Select(gate => stacked.Detach()[(gate * units)..((gate + 1) * units)])]);
    }

    private string Standardized(string x, int channels, double epsilon) => Node("InstanceNormalization",
        [x, Constant(Tensor.Ones([channels])), Constant(Tensor.Zeros([channels]))], ("epsilon", (float)epsilon));

    private string Grouped(string x, GroupNorm norm, int rank)
    {
        string groups = Standardized(Node("Reshape", [x, Constant(0, norm.Groups, -1)]), norm.Groups, norm.Epsilon);
        string y = Node("Mul", [Node("Reshape", [groups, Node("Shape", [x])]), Constant(PerChannel(norm.Gamma, rank))]);
        return Node("Add", [y, Constant(PerChannel(norm.Beta, rank))]);
    }

    private static Tensor PerChannel(Tensor values, int rank) => values.Detach().Reshape([values.Size, .. Enumerable.Repeat(1, rank - 2)]);

    private string Times(string x, double factor) => Node("Mul", [x, Constant(Tensor.Scalar(factor))]);

    private string[] WithBias(string[] inputs, Tensor? bias) => bias is null ? inputs : [.. inputs, Weight(bias)];

    private string Node(string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = $"{type}_{_made++}";
        var node = new NodeProto { OpType = type, Name = output, Input = { inputs }, Output = { output } };
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Name, a.Value)));
        _graph.Node.Add(node);
        return output;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int i => new() { Name = name, Type = AttributeType.Int, I = i },
        float f => new() { Name = name, Type = AttributeType.Float, F = f },
        string s => new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(s) },
        string[] all => new() { Name = name, Type = AttributeType.Strings, Strings = { all.Select(ByteString.CopyFromUtf8) } },
        _ => new() { Name = name, Type = AttributeType.Ints, Ints = { (long[])value } },
    };

    private string Weight(Tensor weight, Tensor? rearranged = null) => Initializer(_names[weight], rearranged ?? weight.Detach());

    private string Constant(Tensor value) => Initializer($"constant_{_made++}", value);

    private string Constant(params long[] numbers)
    {
        string name = $"constant_{_made++}";
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)DataType.Int64,
            Dims = { numbers.Length },
            Int64Data = { numbers },
        });
        return name;
    }

    private string Initializer(string name, Tensor value)
    {
        if (!_written.Add(name))
            return name; // a layer that the model has twice
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)DataType.Float,
            Dims = { Ints(value.Shape) },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(value.To(DType.Float32).Read<float>())),
        });
        return name;
    }

    private static ValueInfoProto Value(string name, Shape shape)
    {
        var sizes = new TensorShapeProto();
        sizes.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        sizes.Dim.AddRange(shape.Skip(1).Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        var type = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = sizes };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }

    private static long[] Ints(Extent extent) => [extent.Rows, extent.Columns];

    private static long[] Ints(params IEnumerable<int> numbers) => [.. numbers.Select(n => (long)n)];
}
