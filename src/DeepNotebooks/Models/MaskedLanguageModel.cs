using DeepNotebooks.Data;
using DeepNotebooks.Layers;
using DeepNotebooks.Losses;

namespace DeepNotebooks.Models;

/// <summary>
/// A masked language model, BERT in small: token and position embeddings, transformer blocks that see both directions, and the token
/// embeddings again as the output layer. Some tokens are hidden, and with M the hidden places of a text the loss is
/// <code>L = −1/|M| Σₜ∈M ln p(xₜ | the text without M)</code>
/// Its states are vectors of words in their context. Devlin, Chang, Lee and Toutanova, 2018; blocks: Vaswani et al., 2017.
/// </summary>
public sealed class MaskedLanguageModel : Layer
{
    private const int Ignored = -1;
    private readonly Embedding _tokens, _positions;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Tensor _bias;

    /// <summary>A model of random weights.</summary>
    /// <param name="tokens">How many tokens there are, a <see cref="Tokenizer"/>'s count; 0 is padding, which nothing looks at.</param>
    /// <param name="length">The longest text in tokens.</param>
    /// <param name="size">The number of features of a state.</param>
    /// <param name="heads">The heads of attention; divides the size.</param>
    /// <param name="blocks">The number of transformer blocks.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentException">A number is below 1, or the size does not divide by the heads.</exception>
    public MaskedLanguageModel(int tokens, int length, int size, int heads, int blocks, Rng rng, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        Initializer scale = Initializer.Normal(1 / Math.Sqrt(size));
        MaskToken = tokens;
        _tokens = Child("tokens", new Embedding(tokens + 1, size, rng, scale, dtype));
        _positions = Child("positions", new Embedding(length, size, rng, scale, dtype));
        _blocks = [.. Enumerable.Range(0, blocks).Select(i =>
            Child($"blocks{i}", new TransformerBlock(size, heads, 4 * size, rng, dtype: dtype)))];
        _norm = Child("norm", new LayerNorm([size], dtype: dtype));
        _bias = Parameter("bias", Tensor.Zeros([tokens + 1], dtype));
    }

    /// <summary>The number that stands for a hidden token: the one after all others.</summary>
    public int MaskToken { get; }

    /// <summary>Logits [batch, time, tokens + 1] of the token at each place of texts x [batch, time].</summary>
    /// <exception cref="ArgumentException">A text is longer than the model allows, or a number no token.</exception>
    public override Tensor Forward(Tensor x) => Encode(x).States.Linear(_tokens.Weight, _bias);

    /// <summary>
    /// The states [batch, time, size] of texts x [batch, time], a vector for each token in its context, and for each block the weights of
    /// its attention [batch, heads, time, time].
    /// </summary>
    /// <exception cref="ArgumentException">A text is longer than the model allows, or a number no token.</exception>
    public (Tensor States, IReadOnlyList<Tensor> Attention) Encode(Tensor x)
    {
        Tensor seen = (1 - x.EqualTo(Tokenizer.Padding)).Unsqueeze(1).Unsqueeze(1).To(_bias.DType);
        Tensor states = _tokens.Forward(x) + _positions.Forward(Tensor.Range(x.Shape[1]));
        var attention = new List<Tensor>();
        foreach (TransformerBlock block in _blocks)
        {
            (states, Tensor weights) = block.Attend(states, seen);
            attention.Add(weights);
        }
        return (_norm.Forward(states), attention);
    }

    /// <summary>
    /// Hides a share of each text's tokens, at least one: of these 80 % become the mask, 10 % another token, 10 % stay, so that the model
    /// must not trust what it sees. Targets are the hidden tokens, and −1 at all other places, which <see cref="Loss"/> leaves out.
    /// </summary>
    public (Tensor Inputs, Tensor Targets) Mask(Tensor x, Rng rng, double share = 0.15)
    {
        Tensor inputs = x.Clone(), targets = Tensor.Full(x.Shape, Ignored);
        for (int row = 0; row < x.Shape[0]; row++)
        {
            int[] places = [.. rng.Permutation(x.Shape[1]).Where(place => x[row, place] != Tokenizer.Padding)];
            foreach (int place in places.Take(Math.Max(1, (int)Math.Round(share * places.Length))))
            {
                targets[row, place] = x[row, place];
                double dice = rng.NextDouble();
                if (dice < 0.9)
                    inputs[row, place] = dice < 0.8 ? MaskToken : rng.Next(MaskToken);
            }
        }
        return (inputs, targets);
    }

    /// <summary>The cross-entropy of logits [batch, time, tokens + 1] at the places that <see cref="Mask"/> hid.</summary>
    public static Tensor Loss(Tensor logits, Tensor targets) =>
        Losses.Loss.CrossEntropy(logits, targets, Reduce.Mean, ignoreLabel: Ignored);
}
