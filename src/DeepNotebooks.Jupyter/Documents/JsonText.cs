using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepNotebooks.Jupyter.Documents;

/// <summary>JSON as it was typed: every value remembers where in the text it stands, so that what did not change can be copied.</summary>
internal sealed class JsonText
{
    private const int MaxDepth = 1000;

    private readonly byte[] _text;

    private JsonText(byte[] text, int start) => (_text, Start) = (text, start);

    public int Start { get; }

    public int End { get; private set; }

    /// <summary>The members of an object, in order, repeated names included; null for other values.</summary>
    public List<(string Name, JsonText Value)>? Members { get; private set; }

    /// <summary>The elements of an array; null for other values.</summary>
    public List<JsonText>? Elements { get; private set; }

    public ReadOnlySpan<byte> Span => _text.AsSpan(Start, End - Start);

    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    /// <exception cref="InvalidOperationException">A string holds half of a surrogate pair.</exception>
    public static JsonText Parse(byte[] text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        var root = Value(text, ref reader);
        reader.Read();
        return root;
    }

    /// <summary>The value as a tree that can be changed; of a repeated name the last counts, as in Python.</summary>
    public JsonNode? ToNode()
    {
        if (Members is not null)
        {
            var result = new JsonObject();
            foreach (var (name, value) in Members)
            {
                result[name] = value.ToNode();
            }

            return result;
        }

        if (Elements is not null)
        {
            return new JsonArray([.. Elements.Select(e => e.ToNode())]);
        }

        var reader = new Utf8JsonReader(Span);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => JsonValue.Create(reader.GetString()),
            _ => JsonValue.Create(JsonElement.ParseValue(ref reader)),
        };
    }

    private static JsonText Value(byte[] text, ref Utf8JsonReader reader)
    {
        var result = new JsonText(text, (int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                result.Members = [];
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    string name = reader.GetString()!;
                    reader.Read();
                    result.Members.Add((name, Value(text, ref reader)));
                }

                break;
            case JsonTokenType.StartArray:
                result.Elements = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    result.Elements.Add(Value(text, ref reader));
                }

                break;
            case JsonTokenType.String:
                _ = reader.GetString();
                break;
        }

        result.End = (int)reader.BytesConsumed;
        return result;
    }
}
