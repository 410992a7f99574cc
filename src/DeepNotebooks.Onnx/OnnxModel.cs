using System.Runtime.InteropServices;
using DeepNotebooks.Deployment.OnnxSchema;
using DeepNotebooks.Layers;
using MathNet.Numerics;
using static DeepNotebooks.Deployment.OnnxSchema.TensorProto.Types;

namespace DeepNotebooks.Deployment;

/// <summary>
/// A model read from an ONNX file by <see cref="Onnx.Load"/>: it executes the file's graph, operator by operator, with the library's
/// operations, so that it can be differentiated and trained too. Weights are parameters under their names in the file.
/// </summary>
public sealed class OnnxModel : Layer
{
    private static readonly HashSet<string> s_trained =
    [
        "Gemm", "MatMul", "Add", "Conv", "ConvTranspose", "BatchNormalization", "LayerNormalization", "InstanceNormalization", "Gather",
        "PRelu",
    ];

    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly List<(string[] Inputs, Func<Tensor[], Tensor[]> Compute, string[] Outputs)> _steps = [];

    internal OnnxModel(ModelProto model)
    {
        GraphProto graph = model.Graph ?? throw new InvalidDataException("the file holds no graph; is it an ONNX model?");
        foreach (TensorProto initializer in graph.Initializer)
            _constants.Add(initializer.Name, OnnxTensor.Read(initializer));
        string[] inputs = [.. graph.Input.Select(i => i.Name).Where(name => !_constants.ContainsKey(name))];
        if (inputs.Length != 1 || graph.Output.Count != 1)
        {
            throw new InvalidDataException(
                $"the graph has {inputs.Length} inputs and {graph.Output.Count} outputs. Models of one input and one output are read.");
        }
        (Input, Output) = (inputs[0], graph.Output[0].Name);
        TypeProto.Types.Tensor? type = graph.Input.Single(i => i.Name == Input).Type?.TensorType;
        InputSizes = [.. type?.Shape?.Dim.Select(d => d.HasDimValue && d.DimValue > 0 ? checked((int)d.DimValue) : -1) ?? []];
        Operators = [.. graph.Node.Select(node => node.OpType)];
        foreach (NodeProto node in graph.Node)
        {
            (Func<Tensor[], Tensor[]> compute, int count) = Step(node);
            _steps.Add(([.. node.Input.Take(count).Where(name => name.Length > 0)], compute, [.. node.Output]));
        }
        foreach ((string name, Tensor value) in _constants.Where(c => c.Value.DType == DType.Float32 && c.Value.Rank > 0))
        {
            if (graph.Node.Any(node => s_trained.Contains(node.OpType) && node.Input.Take(3).Contains(name)))
                Parameter(name, value);
            else
                Buffer(name, value);
        }
    }

    /// <summary>What the file calls the input.</summary>
    public string Input { get; }

    /// <summary>The sizes of the input, the batch first; −1 takes any. None where the file does not say.</summary>
    public IReadOnlyList<int> InputSizes { get; }

    /// <summary>What the file calls the output.</summary>
    public string Output { get; }

    /// <summary>The operators in the order in which they are executed.</summary>
    public IReadOnlyList<string> Operators { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x does not fit the graph.</exception>
    public override Tensor Forward(Tensor x)
    {
        var values = new Dictionary<string, Tensor>(_constants) { [Input] = x };
        foreach ((string[] inputs, Func<Tensor[], Tensor[]> compute, string[] outputs) in _steps)
        {
            Tensor[] results = compute([.. inputs.Select(name => values[name])]);
            for (int i = 0; i < outputs.Length; i++)
                values[outputs[i]] = results[i];
        }
        return values[Output];
    }

    /// <summary>What a node computes, and from how many of its inputs.</summary>
    private (Func<Tensor[], Tensor[]> Compute, int Inputs) Step(NodeProto node)
    {
        var a = new OnnxAttributes(node);
        if (node.OpType is "LSTM" or "GRU" or "RNN")
            return (Sequence(node, a), 1); // the weights are the layer's
        if (node.OpType == "Constant")
        {
            Tensor value = a.Tensor("value");
            return (_ => [value], 0);
        }
        Func<Tensor[], Tensor> one = Operator(node, a);
        return (x => [one(x)], node.Input.Count);
    }

    private static Func<Tensor[], Tensor> Operator(NodeProto node, OnnxAttributes a) => node.OpType switch
    {
        "Identity" or "Dropout" or "Cast" => x => x[0],
        "Add" => x => x[0] + x[1],
        "Sub" => x => x[0] - x[1],
        "Mul" => x => x[0] * x[1],
        "Div" => x => x[0] / x[1],
        "Relu" => x => x[0].ReLU(),
        "Sigmoid" => x => x[0].Sigmoid(),
        "Tanh" => x => x[0].Tanh(),
        "Softplus" => x => x[0].Softplus(),
        "Softmax" => x => x[0].Transpose(a.Int("axis", -1), -1).Softmax().Transpose(a.Int("axis", -1), -1),
        "Elu" => x => x[0].ELU(a.Float("alpha", 1)),
        "LeakyRelu" => x => x[0].LeakyReLU(a.Float("alpha", 0.01)),
        "PRelu" => x => Tensor.Where(x[0] > 0, x[0], x[0] * x[1]),
        "Erf" => x => Erf(x[0]),
        "Gemm" => x => Gemm(a, x),
        "MatMul" => x => x[0].MatMul(x[1]),
        "Conv" => x => Images(x, (image, w) => Bordered(a, image, 0, out Padding padding)
            .Convolve(w, a.Pair("strides", 1), padding, a.Pair("dilations", 1), a.Int("group", 1), x.ElementAtOrDefault(2))),
        "ConvTranspose" => x => Transposed(a, x),
        "MaxPool" => x => Images(x, (image, _) => Bordered(a, image, double.NegativeInfinity, out Padding padding)
            .MaxPool(a.Pair("kernel_shape", 1), a.Pair("strides", 1), padding)),
        "AveragePool" => x => Images(x, (image, _) =>
        {
            Tensor mean = Mean(image);
            return a.Int("count_include_pad", 0) == 1 ? mean : mean / Mean(Tensor.Ones(image.Shape, image.DType));

            Tensor Mean(Tensor t) => Bordered(a, t, 0, out Padding padding)
                .AveragePool(a.Pair("kernel_shape", 1), a.Pair("strides", 1), padding);
        }),
        "GlobalAveragePool" => x => x[0].Mean([.. Enumerable.Range(2, x[0].Rank - 2)], keepDims: true),
        "GlobalMaxPool" => x => x[0].Max([.. Enumerable.Range(2, x[0].Rank - 2)], keepDims: true),
        "BatchNormalization" => x => ((x[0] - PerChannel(x[3], x[0])) * PerChannel(x[1] / (x[4] + a.Float("epsilon", 1e-5)).Sqrt(), x[0]))
            + PerChannel(x[2], x[0]),
        "InstanceNormalization" => x => (x[0].Reshape(x[0].Shape[0], x[0].Shape[1], -1).LayerNormalize(epsilon: a.Float("epsilon", 1e-5))
            .Reshape(x[0].Shape) * PerChannel(x[1], x[0])) + PerChannel(x[2], x[0]),
        "LayerNormalization" => x => LayerNormalize(a, x),
        "Flatten" => x => Flatten(x[0], a.Int("axis", 1)),
        "Transpose" => x => x[0].Permute(a.Ints("perm") ?? [.. Enumerable.Range(0, x[0].Rank).Reverse()]),
        "Reshape" => x => x[0].Reshape([.. Whole(x[1]).Select((size, i) => size == 0 ? x[0].Shape[i] : size)]),
        "Shape" => x => Tensor.From(x[0].Shape, DType.Float64),
        "Squeeze" => x => Whole(x[1]).OrderDescending().Aggregate(x[0], (t, axis) => t.Squeeze(axis)),
        "Unsqueeze" => x => Whole(x[1]).Order().Aggregate(x[0], (t, axis) => t.Unsqueeze(axis)),
        "Concat" => x => Tensor.Concat(x, a.Int("axis", 0)),
        "Gather" => x => Gather(x[0], x[1], a.Int("axis", 0)),
        "Pad" => x => Pad(a, x),
        _ => throw new InvalidDataException($"the operator {(node.Domain.Length > 0 ? node.Domain + "." : "")}{node.OpType} is not read."),
    };

    private static Tensor Erf(Tensor x) => Tensor.Custom(
        Tensor.From([.. x.ToArray().Select(SpecialFunctions.Erf)], x.Shape, x.DType),
        gradient => [gradient * (-x.Detach().Square()).Exp() * (2 / Math.Sqrt(Math.PI))], x);

    private static Tensor Gemm(OnnxAttributes a, Tensor[] x)
    {
        Tensor left = a.Int("transA", 0) == 1 ? x[0].Transpose() : x[0], right = a.Int("transB", 0) == 1 ? x[1].Transpose() : x[1];
        Tensor y = left.MatMul(right) * a.Float("alpha", 1);
        return x.Length > 2 ? y + (x[2] * a.Float("beta", 1)) : y;
    }

    /// <summary>Runs an operation on images; sequences [batch, channels, length] are images of one row, and so is their weight.</summary>
    private static Tensor Images(Tensor[] x, Func<Tensor, Tensor, Tensor> run) => x[0].Rank switch
    {
        4 => run(x[0], x.ElementAtOrDefault(1) ?? x[0]),
        3 => run(x[0].Unsqueeze(2), (x.ElementAtOrDefault(1) ?? x[0]).Unsqueeze(2)).Squeeze(2),
        _ => throw new ArgumentException($"OnnxModel: {x[0].Shape} is neither sequences nor images."),
    };

    /// <summary>The image with the border that a window needs, and the border that is left to the window.</summary>
    private static Tensor Bordered(OnnxAttributes a, Tensor image, double value, out Padding padding)
    {
        int[] pads = a.Ints("pads") ?? [0, 0, 0, 0];
        if (pads.Length == 2)
            pads = [0, pads[0], 0, pads[1]];
        padding = a.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" => (pads[0], pads[1]),
            "SAME_UPPER" => Padding.Same,
            "VALID" => Padding.Valid,
            string other => throw new InvalidDataException($"the border {other} is not read."),
        };
        if (padding.IsSame || (pads[0], pads[1]) == (pads[2], pads[3]))
            return image;
        padding = Padding.Valid;
        return image.Pad([(pads[0], pads[2]), (pads[1], pads[3])], PadMode.Constant, value);
    }

    private static Tensor Transposed(OnnxAttributes a, Tensor[] x)
    {
        int[] pads = a.Ints("pads") ?? [0, 0, 0, 0];
        if (x[0].Rank != 4 || (pads[0], pads[1]) != (pads[2], pads[3]) || a.Text("auto_pad", "NOTSET") != "NOTSET")
            throw new InvalidDataException("ConvTranspose is read for images and borders of one width on both sides.");
        Tensor y = x[0].ConvolveTransposed(x[1], a.Pair("strides", 1), (pads[0], pads[1]), a.Pair("output_padding", 0),
            a.Pair("dilations", 1), a.Int("group", 1));
        return x.Length > 2 ? y + x[2].Reshape(-1, 1, 1) : y;
    }

    private static Tensor PerChannel(Tensor values, Tensor x) => values.Reshape([values.Size, .. Enumerable.Repeat(1, x.Rank - 2)]);

    private static Tensor LayerNormalize(OnnxAttributes a, Tensor[] x)
    {
        int axis = a.Int("axis", -1);
        int width = x[0].Shape.Skip(axis < 0 ? axis + x[0].Rank : axis).Aggregate(1, (p, q) => p * q);
        return x[0].Reshape(-1, width).LayerNormalize(x[1].Reshape(-1), x.ElementAtOrDefault(2)?.Reshape(-1) ?? Tensor.Zeros([width]),
            a.Float("epsilon", 1e-5)).Reshape(x[0].Shape);
    }

    private static Tensor Flatten(Tensor x, int axis) =>
        x.Reshape(x.Shape.Take(axis < 0 ? axis + x.Rank : axis).Aggregate(1, (p, q) => p * q), -1);

    private static Tensor Gather(Tensor data, Tensor index, int axis)
    {
        axis = axis < 0 ? axis + data.Rank : axis;
        int[] places = [.. Whole(index).Select(i => i < 0 ? i + data.Shape[axis] : i)];
        return data.Select(axis, places).Reshape([.. data.Shape.Take(axis), .. index.Shape, .. data.Shape.Skip(axis + 1)]);
    }

    private static Tensor Pad(OnnxAttributes a, Tensor[] x)
    {
        int[] widths = Whole(x[1]);
        (int, int)[] borders = [.. Enumerable.Range(0, x[0].Rank).Select(i => (widths[i], widths[i + x[0].Rank]))];
        return a.Text("mode", "constant") switch
        {
            "constant" => x[0].Pad(borders, PadMode.Constant, x.Length > 2 ? x[2].Item() : 0),
            "reflect" => x[0].Pad(borders, PadMode.Reflect),
            string other => throw new InvalidDataException($"Pad with the mode {other} is not read."),
        };
    }

    private static int[] Whole(Tensor numbers) => [.. numbers.ToArray().Select(n => checked((int)n))];

    /// <summary>A recurrent operator as the library's layer: its weights are copied, gates in the library's order.</summary>
    private Func<Tensor[], Tensor[]> Sequence(NodeProto node, OnnxAttributes a)
    {
        string direction = a.Text("direction", "forward");
        string[] activations = a.Texts("activations");
        bool relu = node.OpType == "RNN" && activations.Length > 0 && activations.All(name => name == "Relu");
        if (direction is not ("forward" or "bidirectional") || node.Input.Skip(4).Any(name => name.Length > 0)
            || !(activations.Length == 0 || relu || (node.OpType == "RNN" && activations.All(name => name == "Tanh")))
            || a.Int("layout", 0) != 0 || (node.OpType == "GRU" && a.Int("linear_before_reset", 0) != 1))
        {
            throw new InvalidDataException($"{node.OpType} is read forward or bidirectional, with usual activations, time first, "
                + "without states, lengths and peepholes, and as GRU with linear_before_reset = 1.");
        }
        Tensor[] weights = [.. node.Input.Skip(1).Take(3).Where(name => name.Length > 0).Select(name =>
            _constants.Remove(name, out Tensor? weight) ? weight
                : throw new InvalidDataException($"{node.OpType}: the weight {name} is no initializer of its own."))];
        (Tensor input, Tensor hidden) = (weights[0], weights[1]);
        int units = hidden.Shape[2], features = input.Shape[2], gates = hidden.Shape[1] / units;
        bool both = direction == "bidirectional";
        Recurrent layer = Child($"{node.OpType}_{Children.Count()}", node.OpType switch
        {
            "LSTM" => new LSTM(features, units, new Rng(0), bidirectional: both),
            "GRU" => (Recurrent)new GRU(features, units, new Rng(0), bidirectional: both),
            _ => new RNN(features, units, new Rng(0), bidirectional: both, relu: relu),
        });
        int[] order = node.OpType switch { "LSTM" => [0, 2, 3, 1], "GRU" => [1, 0, 2], _ => [0] }; // of the library's gates in the file
        Tensor biases = weights.ElementAtOrDefault(2) ?? Tensor.Zeros([layer.Directions, 2 * gates * units]);
        for (int d = 0; d < layer.Directions; d++)
        {
            var cell = layer.Cells[d];
            cell.Input.Assign(Gates(input[d, ..]));
            cell.Hidden.Assign(Gates(hidden[d, ..]));
            cell.InputBias.Assign(Gates(biases[d, ..][..(gates * units)]));
            cell.HiddenBias.Assign(Gates(biases[d, ..][(gates * units)..]));
        }
        return x =>
        {
            (Tensor y, RecurrentState state) = layer.Run(x[0].Transpose(0, 1));
            Tensor steps = y.Reshape(y.Shape[0], y.Shape[1], layer.Directions, units).Permute(1, 2, 0, 3);
            return [steps, state.Hidden, state.Cell ?? state.Hidden];
        };

        Tensor Gates(Tensor stacked) => Tensor.Concat([.. order.Select(gate => stacked[(gate * units)..((gate + 1) * units)])]);
    }
}

/// <summary>A node's attributes by name.</summary>
internal sealed class OnnxAttributes(NodeProto node)
{
    private readonly Dictionary<string, AttributeProto> _byName = node.Attribute.ToDictionary(a => a.Name);

    public int Int(string name, int otherwise) => _byName.TryGetValue(name, out AttributeProto? a) ? checked((int)a.I) : otherwise;

    public double Float(string name, double otherwise) => _byName.TryGetValue(name, out AttributeProto? a) ? a.F : otherwise;

    public string Text(string name, string otherwise) => _byName.TryGetValue(name, out AttributeProto? a) ? a.S.ToStringUtf8() : otherwise;

    public string[] Texts(string name) =>
        _byName.TryGetValue(name, out AttributeProto? a) ? [.. a.Strings.Select(s => s.ToStringUtf8())] : [];

    public int[]? Ints(string name) => _byName.TryGetValue(name, out AttributeProto? a) ? [.. a.Ints.Select(i => checked((int)i))] : null;

    public Tensor Tensor(string name) => OnnxTensor.Read(
        _byName.GetValueOrDefault(name)?.T ?? throw new InvalidDataException($"{node.OpType} without {name} is not read."));

    /// <summary>Two numbers, or one for sequences, which are images of one row; a number for both where there is none.</summary>
    public Extent Pair(string name, int otherwise) => Ints(name) switch
    {
        null => otherwise,
        [int only] => (name is "output_padding" ? 0 : 1, only),
        int[] both => (both[0], both[1]),
    };
}

/// <summary>Tensors of the format.</summary>
internal static class OnnxTensor
{
    /// <summary>FLOAT as Float32, other numbers as Float64, which holds whole numbers to 2⁵³.</summary>
    public static Tensor Read(TensorProto tensor)
    {
        Shape shape = Shape.Create([.. tensor.Dims.Select(d => checked((int)d))]);
        if (tensor.DataLocation != 0)
            throw new InvalidDataException($"the tensor {tensor.Name} lies in a file of its own, which is not read.");
        ReadOnlySpan<byte> raw = tensor.RawData.Span;
        double[] values = (DataType)tensor.DataType switch
        {
            DataType.Float => raw.IsEmpty ? [.. tensor.FloatData] : Numbers<float>(raw),
            DataType.Double => raw.IsEmpty ? [.. tensor.DoubleData] : Numbers<double>(raw),
            DataType.Int64 => raw.IsEmpty ? [.. tensor.Int64Data] : Numbers<long>(raw),
            DataType.Int32 => raw.IsEmpty ? [.. tensor.Int32Data] : Numbers<int>(raw),
            DataType other => throw new InvalidDataException($"the tensor {tensor.Name} holds {other}, which is not read."),
        };
        return values.Length == shape.Size
            ? Tensor.From(values, shape, (DataType)tensor.DataType == DataType.Float ? DType.Float32 : DType.Float64)
            : throw new InvalidDataException($"the tensor {tensor.Name} {shape} holds {values.Length} numbers.");
    }

    private static double[] Numbers<T>(ReadOnlySpan<byte> raw) where T : unmanaged, System.Numerics.INumber<T>
    {
        if (raw.Length % System.Runtime.CompilerServices.Unsafe.SizeOf<T>() != 0)
            throw new InvalidDataException($"{raw.Length} bytes are no whole number of elements.");
        ReadOnlySpan<T> numbers = MemoryMarshal.Cast<byte, T>(raw);
        var values = new double[numbers.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = double.CreateChecked(numbers[i]);
        return values;
    }
}
