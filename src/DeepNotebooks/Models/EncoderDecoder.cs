using DeepNotebooks.Layers;
using DeepNotebooks.Losses;

namespace DeepNotebooks.Models;

/// <summary>
/// From one sequence of token numbers to another of any length: an encoder, a <see cref="GRU"/>, reads the source into states hⱼ, and a
/// decoder, another, starts from the last one and writes the target token by token, each seen when the next is chosen. With attention
/// every state sᵢ of the decoder looks back at all hⱼ: αᵢⱼ = softmaxⱼ(sᵢ · W hⱼ / √units), cᵢ = Σⱼ αᵢⱼ hⱼ, logits from tanh(V [cᵢ; sᵢ])
/// in place of sᵢ. Token 0 fills up short sequences at their end, ends a target and is what the decoder sees first. Cho et al., 2014;
/// Sutskever, Vinyals and Le, 2014; attention by dot product ("general"): Luong, Pham and Manning, 2015, after Bahdanau, Cho and
/// Bengio, 2014.
/// </summary>
public sealed class EncoderDecoder : Layer
{
    private readonly Embedding _source, _target;
    private readonly GRU _encoder, _decoder;
    private readonly Linear? _score, _combine;
    private readonly Linear _output;

    /// <summary>A model of random weights.</summary>
    /// <param name="sourceTokens">The number of source tokens, 0 included.</param>
    /// <param name="targetTokens">The number of target tokens, 0 included.</param>
    /// <param name="size">The length of the tokens' vectors.</param>
    /// <param name="units">The hidden units of encoder and decoder each.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="attention">Whether the decoder looks back at the encoder's states; else it has the last one alone.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public EncoderDecoder(
        int sourceTokens, int targetTokens, int size, int units, Rng rng, bool attention = true, DType dtype = DType.Float32)
    {
        _source = Child("source", new Embedding(sourceTokens, size, rng, dtype: dtype));
        _target = Child("target", new Embedding(targetTokens, size, rng, dtype: dtype));
        _encoder = Child("encoder", new GRU(size, units, rng, dtype: dtype));
        _decoder = Child("decoder", new GRU(size, units, rng, dtype: dtype));
        if (attention)
        {
            _score = Child("score", new Linear(units, units, rng, bias: false, dtype: dtype));
            _combine = Child("combine", new Linear(2 * units, units, rng, dtype: dtype));
        }
        _output = Child("output", new Linear(units, targetTokens, rng, dtype: dtype));
    }

    /// <summary>
    /// Teacher forcing (Williams and Zipser, 1989): x [batch, 2, length] holds each source and its target → logits [batch, length, target
    /// tokens], each of them from the target's true tokens before it.
    /// </summary>
    /// <exception cref="ArgumentException">x is not [batch, 2, length], or a source is empty.</exception>
    public override Tensor Forward(Tensor x)
    {
        if (x.Rank != 3 || x.Shape[1] != 2)
        {
            throw new ArgumentException(
                $"EncoderDecoder: the input {x.Shape} is not [batch, 2, length]. Stack source and target along axis 1.", nameof(x));
        }
        Encoded source = Encode(x[.., 0]);
        return Decode(Before(x[.., 1]), source, source.End).Logits;
    }

    /// <summary>The mean cross-entropy −ln p(yᵢ | y₁ … yᵢ₋₁, source) over a target's tokens and the 0 that ends it.</summary>
    /// <param name="logits">[batch, length, tokens].</param>
    /// <param name="targets">Token numbers [batch, length].</param>
    public static Tensor Loss(Tensor logits, Tensor targets)
    {
        Tensor counted = Tensor.Where(Before(targets, first: 1), targets, Tensor.Scalar(-1, targets.DType));
        return Losses.Loss.CrossEntropy(logits, counted, Reduce.Mean, ignoreLabel: -1);
    }

    /// <summary>Greedy decoding: the likeliest token at each step, which the decoder then sees, until all targets have ended.</summary>
    /// <param name="source">Token numbers [batch, places].</param>
    /// <param name="steps">The most tokens to write.</param>
    /// <returns>The tokens [batch, steps], 0 after a target's end, and the alignment α [batch, steps, places], null without
    /// attention.</returns>
    public (Tensor Tokens, Tensor? Alignment) Greedy(Tensor source, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using NoGradScope scope = Tensor.NoGrad();
        Encoded encoded = Encode(source);
        RecurrentState state = encoded.End;
        Tensor last = source.Room([source.Shape[0], 1], 0), going = last + 1;
        var tokens = new List<Tensor>();
        var alignment = new List<Tensor>();
        do
        {
            (Tensor logits, Tensor? weights, state) = Decode(last, encoded, state);
            last = Tensor.From(logits.ArgMax(), source.DType).To(source.Device).Unsqueeze(1) * going;
            going *= last > 0;
            tokens.Add(last);
            if (weights is not null)
                alignment.Add(weights);
        }
        while (tokens.Count < steps && going.Max().Item() > 0);
        return (Tensor.Concat(tokens, axis: 1), alignment.Count == 0 ? null : Tensor.Concat(alignment, axis: 1));
    }

    /// <summary>The encoder's states [batch, places, units], the last of each source, and 1 where a place holds a token.</summary>
    private sealed record Encoded(Tensor States, RecurrentState End, Tensor Mask);

    private Encoded Encode(Tensor source)
    {
        Tensor mask = source > 0, states = _encoder.Forward(_source.Forward(source));
        int places = source.Shape[1];
        int[] last = [.. mask.Sum(1).ToArray().Select((count, i) => count > 0
            ? (i * places) + (int)count - 1
            : throw new ArgumentException($"EncoderDecoder: source {i} has no token but the padding 0."))];
        return new(states, new(states.Reshape(-1, states.Shape[2]).Rows(last).Unsqueeze(0)), mask.Unsqueeze(1));
    }

    private (Tensor Logits, Tensor? Alignment, RecurrentState State) Decode(Tensor tokens, Encoded source, RecurrentState state)
    {
        (Tensor s, state) = _decoder.Run(_target.Forward(tokens), state);
        if (_score is null || _combine is null)
            return (_output.Forward(s), null, state);
        Tensor keys = _score.Forward(source.States);
        (Tensor context, Tensor weights) = MultiHeadAttention.ScaledDotProduct(s, keys, source.States, source.Mask);
        return (_output.Forward(_combine.Forward(Tensor.Concat([context, s], axis: 2)).Tanh()), weights, state);
    }

    /// <summary>The targets moved on by a step, as the decoder sees them: first 0, unless told otherwise.</summary>
    private static Tensor Before(Tensor targets, double first = 0) =>
        Tensor.Concat([targets.Room([targets.Shape[0], 1], first), targets[.., ..^1]], axis: 1);
}
