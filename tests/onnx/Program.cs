using System.Text.Json;
using DeepNotebooks;
using DeepNotebooks.Deployment;
using DeepNotebooks.Tests.Onnx;

// dotnet run --project tests/onnx -- FOLDER
//     writes each model as NAME.onnx, and beside it NAME.json: an input, twice as long as the export's example, and what the library
//     makes of it.
if (args is not [string folder])
{
    Console.Error.WriteLine("usage: dotnet run --project tests/onnx -- FOLDER");
    return 2;
}
Directory.CreateDirectory(folder);
foreach ((string name, Func<(DeepNotebooks.Layers.Layer, Tensor)> make) in Models.All)
{
    (DeepNotebooks.Layers.Layer model, Tensor example) = make();
    Onnx.Save(Path.Combine(folder, $"{name}.onnx"), model, example);
    Tensor input = Tensor.Concat([example, example.Rows([.. Enumerable.Range(0, example.Shape[0]).Reverse()])]), output = model.Predict(input);
    File.WriteAllText(Path.Combine(folder, $"{name}.json"), JsonSerializer.Serialize(new
    {
        inputShape = input.Shape.ToArray(),
        input = input.ToArray(),
        outputShape = output.Shape.ToArray(),
        output = output.ToArray(),
    }));
}
Console.WriteLine($"{Models.All.Count} models in {folder}");
return 0;
