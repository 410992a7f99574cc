using System.Buffers;
using System.Text.Json;

namespace DeepNotebooks.Serving;

/// <summary>
/// The body of a predict request: <c>instances</c>, a list of examples, or <c>inputs</c>, the tensor of all examples. Each may name the
/// input: <c>{"instances": [{"x": 1}, {"x": 2}]}</c>, <c>{"inputs": {"x": [1, 2]}}</c>.
/// </summary>
internal ref struct PredictRequest
{
    private const int MaxRank = 8;

    private readonly Servable _model;
    private readonly List<float> _numbers = [];
    private readonly int[] _sizes = new int[MaxRank];
    private int _rank = -1; // unknown before the first number
    private Utf8JsonReader _json;
    private string _key = "";

    private PredictRequest(Servable model, ReadOnlySequence<byte> body)
    {
        _model = model;
        _json = new(body);
    }

    /// <summary>Reads a body.</summary>
    /// <returns>The examples, and whether they came as rows (<c>instances</c>).</returns>
    /// <exception cref="RequestException">It is no such body, or does not fit the model.</exception>
    public static (Examples Examples, bool AsRows) Read(Servable model, ReadOnlySequence<byte> body)
    {
        try
        {
            return new PredictRequest(model, body).Read();
        }
        catch (JsonException e)
        {
            throw new RequestException(400, $"JSON parse error: {e.Message}");
        }
    }

    private (Examples, bool) Read()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            throw Bad("the body must be a JSON object with \"instances\" or \"inputs\"");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = _json.GetString()!;
            _json.Read();
            switch (name)
            {
                case "instances" or "inputs" when _key != "":
                    throw Bad("give \"instances\" or \"inputs\", and only once");
                case "instances" or "inputs":
                    _key = name;
                    Value(0);
                    break;
                case "signature_name" when _json.TokenType != JsonTokenType.String || _json.GetString() is not ("serving_default" or ""):
                    throw Bad("the model has one signature, \"serving_default\"");
                default:
                    _json.Skip();
                    break;
            }
        }
        if (_json.Read() || _key == "")
            throw Bad("the body has no \"instances\" and no \"inputs\"");
        int[] shape = _sizes[..Math.Max(_rank, 0)], expected = [-1, .. _model.Input];
        if (_numbers.Count == 0 || shape.Length != expected.Length
            || shape.Zip(expected).Any(sizes => sizes.Second >= 0 && sizes.First != sizes.Second))
        {
            throw Bad($"\"{_key}\" has the shape [{string.Join(", ", shape)}], the model takes [{string.Join(", ", expected)}], "
                + "where -1 is any size above 0");
        }
        return (new([.. _numbers], shape[0], shape[1..]), _key == "instances");
    }

    private void Value(int depth)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Number when _rank < 0 || depth == _rank:
                _rank = depth;
                float number = _json.GetSingle();
                if (!float.IsFinite(number))
                    throw Bad("a number is too large for DT_FLOAT");
                _numbers.Add(number);
                break;
            case JsonTokenType.StartArray when depth < (_rank < 0 ? MaxRank : _rank):
                List(depth);
                break;
            case JsonTokenType.StartObject when depth == (_key == "instances" ? 1 : 0):
                _json.Read();
                if (_json.TokenType != JsonTokenType.PropertyName || _json.GetString() != _model.InputName)
                    throw Bad($"the model has one input, \"{_model.InputName}\"");
                _json.Read();
                if (_json.TokenType == JsonTokenType.StartObject)
                    throw Bad("binary values (b64) are of no use to this model, it takes numbers");
                Value(depth);
                _json.Read();
                if (_json.TokenType != JsonTokenType.EndObject)
                    throw Bad($"the model has one input, \"{_model.InputName}\"");
                break;
            case JsonTokenType.Number or JsonTokenType.StartArray:
                throw Bad($"the lists in \"{_key}\" are not equally deep");
            default:
                throw Bad($"\"{_key}\" holds something that is neither a number nor a list of numbers");
        }
    }

    private void List(int depth)
    {
        int count = 0;
        for (_json.Read(); _json.TokenType != JsonTokenType.EndArray; _json.Read(), count++)
            Value(depth + 1);
        if (_sizes[depth] != 0 && _sizes[depth] != count)
            throw Bad($"the lists in \"{_key}\" differ in length: {_sizes[depth]} and {count}");
        if (count == 0)
            throw Bad($"\"{_key}\" holds an empty list");
        _sizes[depth] = count;
    }

    private static RequestException Bad(string problem) => new(400, $"Malformed request: {problem}.");
}
