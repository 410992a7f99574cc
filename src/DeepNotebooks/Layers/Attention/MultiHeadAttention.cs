namespace DeepNotebooks.Layers;

/// <summary>
/// Multi-head attention over sequences [batch, time, size]: queries, keys and values are projected, split into heads of size / heads
/// features, attended to in each head, joined and projected again. Weights have PyTorch's names and shapes: <c>in_proj_weight</c>
/// [3 · size, size] (queries, keys, values), <c>in_proj_bias</c>, <c>out_proj.weight</c>, <c>out_proj.bias</c>. Vaswani et al., 2017.
/// </summary>
public sealed class MultiHeadAttention : Layer
{
    private readonly int _heads, _size;
    private readonly bool _causal;
    private readonly Tensor _weight, _bias;
    private readonly Linear _output;

    /// <summary>A layer of random weights and biases of zeros.</summary>
    /// <param name="size">The number of features of a step.</param>
    /// <param name="heads">The number of heads; divides the size.</param>
    /// <param name="rng">Where the weights come from.</param>
    /// <param name="causal">Whether a step of self-attention sees only itself and those before it.</param>
    /// <param name="dtype">The number type of the weights.</param>
    /// <exception cref="ArgumentException">The size does not divide by the heads, or one is below 1.</exception>
    public MultiHeadAttention(int size, int heads, Rng rng, bool causal = false, DType dtype = DType.Float32)
    {
        if (size < 1 || heads < 1 || size % heads != 0)
            throw new ArgumentException($"MultiHeadAttention: a size of {size} does not divide by {heads} heads.");
        (_size, _heads, _causal) = (size, heads, causal);
        _weight = Parameter("in_proj_weight", Initializer.XavierUniform.Create([3 * size, size], rng, dtype));
        _bias = Parameter("in_proj_bias", Tensor.Zeros([3 * size], dtype));
        _output = Child("out_proj", new Linear(size, size, rng, dtype: dtype));
    }

    /// <summary>Self-attention: x [batch, time, size] is queries, keys and values.</summary>
    /// <exception cref="ArgumentException">x is not [batch, time, size].</exception>
    public override Tensor Forward(Tensor x) => Attend(x).Output;

    /// <summary>Self-attention, with its weights [batch, heads, time, time]; what a causal layer hides stays hidden.</summary>
    /// <inheritdoc cref="Attend(Tensor, Tensor, Tensor, Tensor?)"/>
    public (Tensor Output, Tensor Weights) Attend(Tensor x, Tensor? mask = null)
    {
        Tensor? causal = _causal && x.Rank == 3 ? CausalMask(x.Shape[1], x.DType).To(x.Device) : null;
        return Attend(x, x, x, mask is null || causal is null ? mask ?? causal : mask * causal);
    }

    /// <summary>Attention of queries [batch, steps, size] to keys and values [batch, places, size].</summary>
    /// <param name="query">What asks.</param>
    /// <param name="key">What is compared with.</param>
    /// <param name="value">What is mixed.</param>
    /// <param name="mask">1 where a step may look at a place, 0 where not; broadcasts to [batch, heads, steps, places].</param>
    /// <returns>The output [batch, steps, size] and each head's weights [batch, heads, steps, places], whose rows sum to 1.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Output, Tensor Weights) Attend(Tensor query, Tensor key, Tensor value, Tensor? mask = null)
    {
        foreach (Tensor x in (ReadOnlySpan<Tensor>)[query, key, value])
        {
            if (x.Rank != 3 || x.Shape[2] != _size)
                throw new ArgumentException($"MultiHeadAttention: the input {x.Shape} is not [batch, time, {_size}].");
        }
        (Tensor mixed, Tensor weights) = ScaledDotProduct(Project(query, 0), Project(key, 1), Project(value, 2), mask);
        return (_output.Forward(mixed.Transpose(1, 2).Reshape(query.Shape)), weights);
    }

    /// <summary>
    /// softmax(Q Kᵀ / √size) V for Q [.., steps, size], K [.., places, size], V [.., places, values]; the root keeps the products' variance
    /// at 1.
    /// </summary>
    /// <param name="query">Q.</param>
    /// <param name="key">K.</param>
    /// <param name="value">V.</param>
    /// <param name="mask">1 where a step may look at a place, 0 where not; broadcasts to [.., steps, places].</param>
    /// <returns>The mixed values [.., steps, values] and the weights [.., steps, places], whose rows sum to 1.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static (Tensor Output, Tensor Weights) ScaledDotProduct(Tensor query, Tensor key, Tensor value, Tensor? mask = null)
    {
        Tensor scores = (query * (1 / Math.Sqrt(query.Shape[-1]))).MatMul(key.Transpose()); // fewer numbers to scale than the products
        if (mask is not null)
        {
            scores = Tensor.Where(mask, scores, Tensor.Scalar(-1e30, scores.DType)); // finite: a row that sees nothing is no NaN
        }
        Tensor weights = scores.Softmax();
        return (weights.MatMul(value), weights);
    }

    /// <summary>The mask [time, time] of a step that sees itself and what came before: ones on and below the diagonal.</summary>
    public static Tensor CausalMask(int time, DType dtype = DType.Float32)
    {
        Tensor steps = Tensor.Range(time, dtype);
        return steps.Unsqueeze(1) >= steps;
    }

    /// <summary>One of the three projections, split into heads: [batch, heads, time, size / heads].</summary>
    private Tensor Project(Tensor x, int which)
    {
        Range rows = (which * _size)..((which + 1) * _size);
        return x.Linear(_weight[rows], _bias[rows]).Reshape(x.Shape[0], x.Shape[1], _heads, _size / _heads).Transpose(1, 2);
    }
}
