using DeepNotebooks.Deployment.OnnxSchema;
using DeepNotebooks.Layers;
using Google.Protobuf;

namespace DeepNotebooks.Deployment;

/// <summary>
/// ONNX, the exchange format of neural networks: a graph of operators with fixed meaning and the weights, which other runtimes (ONNX
/// Runtime, browsers, phones) execute. Written in operator set 17 and Float32, as the model computes in evaluation.
/// </summary>
public static class Onnx
{
    internal const int OperatorSet = 17, IrVersion = 8; // of version 1.12, which tools of 2022 and later read

    /// <summary>
    /// Writes a model whose input is called <c>input</c> and whose output <c>output</c>, both Float32 with a batch axis of any size.
    /// </summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="model">The model; weights keep their names.</param>
    /// <param name="example">An input that fits it: its sizes, but for the batch, become those of the file.</param>
    /// <exception cref="NotSupportedException">A layer has no counterpart.</exception>
    public static void Save(string path, Layer model, Tensor example) =>
        File.WriteAllBytes(path, new OnnxWriter(model).Write(example).ToByteArray());

    /// <summary>Reads a model of one input and one output, with the operators that the library's layers become and some more.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds what is not read; the message says what.</exception>
    public static OnnxModel Load(string path)
    {
        try
        {
            return new OnnxModel(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new InvalidDataException($"Onnx.Load: {path}: {e.Message}", e);
        }
    }
}
