using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;

namespace DeepNotebooks.Serving;

/// <summary>A model as it is served: what turns inputs [examples, …] into outputs [examples, …], and the shape of an example.</summary>
/// <param name="Predict">Computes the outputs; called by one thread at a time. The numbers of the result are copied at once.</param>
/// <param name="Input">The sizes of an example's input; −1 takes any. None for a single number.</param>
public sealed record Servable(Func<Tensor, Tensor> Predict, params IReadOnlyList<int> Input)
{
    /// <summary>A model in evaluation.</summary>
    public Servable(Layer model, params IReadOnlyList<int> input) : this(model.Predict, input)
    {
    }

    /// <summary>The model in a folder's file <c>model.onnx</c>.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds what is not read.</exception>
    public static Servable FromOnnx(string folder)
    {
        OnnxModel model = Onnx.Load(Path.Combine(folder, "model.onnx"));
        return new(model, [.. model.InputSizes.Skip(1)]) { InputName = model.Input, OutputName = model.Output };
    }

    /// <summary>What requests may call the input.</summary>
    public string InputName { get; init; } = "input";

    /// <summary>What the metadata call the output.</summary>
    public string OutputName { get; init; } = "output";
}
