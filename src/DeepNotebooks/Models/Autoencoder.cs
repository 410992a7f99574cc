using DeepNotebooks.Layers;

namespace DeepNotebooks.Models;

/// <summary>
/// An autoencoder: an encoder f turns x into a code h = f(x), a decoder g turns the code back, and training makes g(f(x)) like x. The
/// code is the point: it is smaller than x, or it is held down by noise or a penalty, so that copying is not enough. Rumelhart, Hinton
/// and Williams, 1986; Hinton and Salakhutdinov, 2006. Train it by its own loss, with the inputs as targets:
/// <c>new Trainer(model, model.Loss, new Adam(model.Parameters)).Fit(new DataLoader(new Dataset(x, x)), epochs)</c>.
/// </summary>
public sealed class Autoencoder : Layer
{
    private (Tensor Input, Tensor Code)? _last;

    /// <summary>Joins an encoder to a decoder that takes what it puts out.</summary>
    public Autoencoder(Layer encoder, Layer decoder) =>
        (Encoder, Decoder) = (Child("encoder", encoder), Child("decoder", decoder));

    /// <summary>What turns inputs into codes.</summary>
    public Layer Encoder { get; }

    /// <summary>What turns codes into inputs.</summary>
    public Layer Decoder { get; }

    /// <summary>
    /// Spoils the input in training, and makes this a denoising autoencoder: it is given x̃ and must put out x. Vincent, Larochelle,
    /// Bengio and Manzagol, 2008.
    /// </summary>
    public Func<Tensor, Tensor>? Corruption { get; init; }

    /// <summary>What the loss adds for the (spoiled) inputs and their codes, such as <see cref="Sparsity"/>.</summary>
    public Func<Tensor, Tensor, Tensor>? Penalty { get; init; }

    /// <summary>Dense layers of these sizes with ReLU between, and back: 256, 64, 8 is 256 → 64 → 8 → 64 → 256.</summary>
    /// <exception cref="ArgumentException">There are fewer than two sizes.</exception>
    public static Autoencoder Dense(int[] sizes, Rng rng, DType dtype = DType.Float32) => Chain(sizes,
        i => new Linear(sizes[i - 1], sizes[i], rng, dtype: dtype),
        i => new Linear(sizes[i], sizes[i - 1], rng, dtype: dtype));

    /// <summary>
    /// Convolutions that halve an image [batch, channels, H, W] at each step, with ReLU between, and transposed ones back: channels 1,
    /// 8, 2 make codes [batch, 2, H / 4, W / 4]. Masci, Meier, Cireşan and Schmidhuber, 2011.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer than two numbers of channels.</exception>
    public static Autoencoder Convolutional(int[] channels, Rng rng, DType dtype = DType.Float32) => Chain(channels,
        i => new Conv2d(channels[i - 1], channels[i], 4, rng, stride: 2, padding: 1, dtype: dtype),
        i => new ConvTranspose2d(channels[i], channels[i - 1], 4, rng, stride: 2, padding: 1, dtype: dtype));

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor input = Training && Corruption is not null ? Corruption(x) : x;
        Tensor code = Encoder.Forward(input);
        _last = (input, code);
        return Decoder.Forward(code);
    }

    /// <summary>The mean of (g(f(x)) − x)² over all elements, plus the penalty for the codes of the forward pass just done.</summary>
    /// <exception cref="InvalidOperationException">There is a penalty, and no forward pass before.</exception>
    public Tensor Loss(Tensor output, Tensor target)
    {
        Tensor error = Losses.Loss.MeanSquaredError(output, target);
        if (Penalty is null)
            return error;
        (Tensor input, Tensor code) = _last
            ?? throw new InvalidOperationException("Autoencoder.Loss: call Forward first; the penalty is for its codes.");
        return error + Penalty(input, code);
    }

    /// <summary>
    /// The sparsity penalty β Σⱼ ρ ln(ρ / ρ̂ⱼ) + (1 − ρ) ln((1 − ρ) / (1 − ρ̂ⱼ)), the divergence KL(ρ ‖ ρ̂ⱼ) of a coin that shows 1 with
    /// probability ρ: ρ̂ⱼ is the mean over the batch of code unit j, which must lie in (0, 1), as behind a sigmoid. Ng, 2011.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">ρ is not between 0 and 1.</exception>
    public static Func<Tensor, Tensor, Tensor> Sparsity(double rho, double beta)
    {
        if (rho is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rho), rho, "Autoencoder.Sparsity: the mean activation must lie between 0 and 1.");
        return (_, code) =>
        {
            Tensor mean = code.Mean(0).Clamp(1e-6, 1 - 1e-6);
            Tensor divergence = (rho * (Math.Log(rho) - mean.Log())) + ((1 - rho) * (Math.Log(1 - rho) - (1 - mean).Log()));
            return beta * divergence.Sum();
        };
    }

    /// <summary>
    /// The contractive penalty λ ‖∂h/∂x‖², the squared Frobenius norm of the encoder's Jacobian, averaged over the batch, for an encoder
    /// h = σ(W x + b): since ∂hⱼ/∂xᵢ = hⱼ (1 − hⱼ) Wⱼᵢ it is λ Σⱼ (hⱼ (1 − hⱼ))² Σᵢ Wⱼᵢ². Rifai, Vincent, Muller, Glorot and Bengio, 2011.
    /// </summary>
    /// <param name="layer">The dense layer before the sigmoid, with W.</param>
    /// <param name="lambda">λ.</param>
    public static Func<Tensor, Tensor, Tensor> Contraction(Linear layer, double lambda) =>
        (_, h) => lambda * ((h * (1 - h)).Square() * layer.Weight.Square().Sum(1)).Sum(1).Mean();

    private static Autoencoder Chain(int[] sizes, Func<int, Layer> down, Func<int, Layer> up)
    {
        if (sizes.Length < 2)
            throw new ArgumentException($"Autoencoder: of sizes {sizes.Length} are given. At least two are needed, input and code.", nameof(sizes));
        IEnumerable<int> steps = Enumerable.Range(1, sizes.Length - 1);
        static Layer Join(IEnumerable<Layer> layers) => new Sequential(layers.SelectMany(layer => new[] { new Layers.ReLU(), layer }).Skip(1));
        return new(Join(steps.Select(down)), Join(steps.Reverse().Select(up)));
    }
}
