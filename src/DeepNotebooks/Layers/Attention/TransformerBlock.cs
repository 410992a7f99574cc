namespace DeepNotebooks.Layers;

/// <summary>
/// A transformer block over sequences x [batch, time, size]: self-attention, then a dense network for each step, each with a residual sum
/// and layer normalization, before it (which trains more steadily) or, as in the paper, after it. Weights have the names of PyTorch's
/// encoder layer: <c>self_attn.…</c>, <c>linear1</c>, <c>linear2</c>, <c>norm1</c>, <c>norm2</c>. Vaswani et al., 2017; normalization
/// first: Xiong et al., 2020.
/// </summary>
public sealed class TransformerBlock : Layer
{
    private readonly MultiHeadAttention _attention;
    private readonly Linear _widen, _narrow;
    private readonly LayerNorm _norm1, _norm2;
    private readonly Layer _activation;
    private readonly Dropout? _dropout;
    private readonly bool _normFirst;

    /// <summary>A block of random weights.</summary>
    /// <param name="size">The number of features of a step.</param>
    /// <param name="heads">The number of attention's heads; divides the size.</param>
    /// <param name="hidden">The hidden units of the dense network; 4 times the size is usual.</param>
    /// <param name="rng">Where the weights, and what dropout drops, come from.</param>
    /// <param name="causal">Whether a step sees only itself and those before it.</param>
    /// <param name="normFirst">Whether normalization comes before attention and network, or after the sums.</param>
    /// <param name="dropout">The probability to drop what attention and network give.</param>
    /// <param name="activation">The nonlinearity of the network; <see cref="GELU"/> unless given.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentException">The size does not divide by the heads, a size is below 1, or the probability outside [0,
    /// 1).</exception>
    public TransformerBlock(int size, int heads, int hidden, Rng rng, bool causal = false, bool normFirst = true, double dropout = 0,
        Layer? activation = null, DType dtype = DType.Float32)
    {
        _attention = Child("self_attn", new MultiHeadAttention(size, heads, rng, causal, dtype));
        _widen = Child("linear1", new Linear(size, hidden, rng, dtype: dtype));
        _narrow = Child("linear2", new Linear(hidden, size, rng, dtype: dtype));
        _norm1 = Child("norm1", new LayerNorm([size], dtype: dtype));
        _norm2 = Child("norm2", new LayerNorm([size], dtype: dtype));
        _activation = Child("activation", activation ?? new GELU());
        _dropout = dropout == 0 ? null : Child("dropout", new Dropout(dropout, rng));
        _normFirst = normFirst;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not [batch, time, size].</exception>
    public override Tensor Forward(Tensor x) => Attend(x).Output;

    /// <summary>The output for an input, and the weights of its attention [batch, heads, time, time].</summary>
    /// <param name="x">[batch, time, size].</param>
    /// <param name="mask">1 where a step may look at a place, 0 where not; broadcasts to [batch, heads, time, time].</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Output, Tensor Weights) Attend(Tensor x, Tensor? mask = null)
    {
        (Tensor mixed, Tensor weights) = _attention.Attend(_normFirst ? _norm1.Forward(x) : x, mask);
        x = Add(x, mixed);
        return (_normFirst ? Add(x, Network(_norm2.Forward(x))) : _norm2.Forward(Add(x = _norm1.Forward(x), Network(x))), weights);
    }

    private Tensor Network(Tensor x) => _narrow.Forward(_activation.Forward(_widen.Forward(x)));

    private Tensor Add(Tensor x, Tensor change) => x + (_dropout?.Forward(change) ?? change);
}
