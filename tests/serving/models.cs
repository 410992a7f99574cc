#:project ../../src/DeepNotebooks.Onnx/DeepNotebooks.Onnx.csproj
#:property PublishAot=false

// models.cs FOLDER VERSION: writes that version of two models. half_plus_three, which TensorFlow Serving's documentation queries, and
// digits, a network of 784 inputs.
using DeepNotebooks;
using DeepNotebooks.Data;
using DeepNotebooks.Deployment;
using DeepNotebooks.Layers;

var rng = new Rng(int.Parse(args[1]));
Write("half_plus_three", new Scaler(Tensor.Scalar(-6), Tensor.Scalar(2)), Tensor.Zeros([1]));
Write("digits", new Sequential(new Linear(784, 128, rng), new DeepNotebooks.Layers.ReLU(), new Linear(128, 10, rng)), Tensor.Zeros([1, 784]));

void Write(string name, Layer model, Tensor example)
{
    string folder = Path.Combine(args[0], name, $".{args[1]}");
    Directory.CreateDirectory(folder);
    Onnx.Save(Path.Combine(folder, "model.onnx"), model, example);
    Directory.Move(folder, Path.Combine(args[0], name, args[1])); // in one step, so that nobody sees half a model
}
