using DeepNotebooks.Layers;
using DeepNotebooks.Optimizers;
using DeepNotebooks.Training;

namespace DeepNotebooks.Models;

/// <summary>What a step of a <see cref="GAN"/> needs.</summary>
/// <param name="Input">What the generator starts from: noise z [batch, latent], or examples that it is to change.</param>
/// <param name="Real">Real examples x [batch, …].</param>
/// <param name="Condition">What is told to both networks of each example, c [batch, k]; none if not conditional.</param>
public sealed record AdversarialBatch(Tensor Input, Tensor Real, Tensor? Condition = null);

/// <summary>
/// A generative adversarial network: a generator G makes examples from noise, a discriminator D learns to tell them from real ones, and
/// G learns to be taken for real. Goodfellow and others, 2014. Both may be told a condition, which is joined to what they see along
/// axis 1, for images as maps of one value each: G(z, c), D(x, c). Mirza and Osindero, 2014.
/// </summary>
/// <param name="generator">G.</param>
/// <param name="generating">What trains G.</param>
/// <param name="discriminator">D, with one output for each example: a logit or score, no sigmoid.</param>
/// <param name="discriminating">What trains D.</param>
/// <param name="loss">What each minimizes.</param>
public sealed class GAN(Layer generator, Optimizer generating, Layer discriminator, Optimizer discriminating, AdversarialLoss loss)
{
    private readonly Workspace _workspace = new();
    private readonly Rng _rng = new(0); // places the penalty's points
    private readonly Tensor[] _judging = [.. discriminating.Parameters.Except(generating.Parameters)];

    /// <summary>G.</summary>
    public Layer Generator => generator;

    /// <summary>D.</summary>
    public Layer Discriminator => discriminator;

    /// <summary>How many steps D makes for each one of G.</summary>
    public int DiscriminatorSteps { get; init; } = 1;

    /// <summary>Keeps D's weights within ± this after each step, which bounds its slope. Arjovsky, Chintala and Bottou, 2017.</summary>
    public double Clip { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// λ of the gradient penalty λ (‖∇D(x̂)‖ − 1)² in D's loss, at points x̂ drawn evenly between a real and a made example; D must treat
    /// each example by itself, without batch normalization. Gulrajani and others, 2017.
    /// </summary>
    public double Penalty { get; init; }

    /// <summary>A further term of G's loss, from its input and what it made of it.</summary>
    public Func<Tensor, Tensor, Tensor>? Tie { get; init; }

    /// <summary>Makes the steps of D and then one of G, each with a batch of its own. Returns both losses as they were before.</summary>
    public (double Discriminator, double Generator) Step(Func<AdversarialBatch> draw)
    {
        double judging = 0;
        for (int i = 0; i < DiscriminatorSteps; i++)
        {
            Interruption.Check();
            judging = TrainDiscriminator(draw());
        }
        return (judging, TrainGenerator(draw()));
    }

    /// <summary>What G makes, in evaluation and with nothing recorded.</summary>
    public Tensor Generate(Tensor input, Tensor? condition = null) => generator.Predict(Join(input, condition));

    private double TrainDiscriminator(AdversarialBatch batch)
    {
        using WorkspaceScope step = _workspace.Step();
        Tensor made;
        using (Tensor.NoGrad())
            made = generator.Forward(Join(batch.Input, batch.Condition));
        discriminating.ZeroGrad();
        Tensor value = loss.Discriminator(Judge(batch.Real, batch), Judge(made, batch));
        if (Penalty > 0)
        {
            Tensor share = _rng.Uniform([made.Shape[0], .. Enumerable.Repeat(1, made.Rank - 1)], dtype: made.DType);
            Tensor between = (share * batch.Real) + ((1 - share) * made);
            Tensor slopes = Derivatives.GradientNorms(x => Judge(x, batch), between, discriminating.Parameters);
            value += Penalty * (slopes - 1).Square().Mean();
        }
        value.Backward();
        discriminating.Step();
        if (double.IsFinite(Clip))
        {
            foreach (Tensor weight in discriminating.Parameters)
                weight.Assign(weight.Detach().Clamp(-Clip, Clip));
        }
        return value.Item();
    }

    private double TrainGenerator(AdversarialBatch batch)
    {
        using WorkspaceScope step = _workspace.Step();
        generating.ZeroGrad();
        Tensor made = generator.Forward(Join(batch.Input, batch.Condition));
        Record(_judging, false); // a third of the way back through D, and G has no use for it
        try
        {
            Tensor value = loss.Generator(Judge(made, batch));
            Tensor whole = Tie is null ? value : value + Tie(batch.Input, made);
            if (whole.RequiresGrad)
                whole.Backward();
            generating.Step();
            return value.Item();
        }
        finally
        {
            Record(_judging, true);
        }
    }

    private static void Record(Tensor[] weights, bool gradients)
    {
        foreach (Tensor weight in weights)
            weight.RequiresGrad = gradients;
    }

    private Tensor Judge(Tensor x, AdversarialBatch batch) => discriminator.Forward(Join(x, batch.Condition));

    private static Tensor Join(Tensor x, Tensor? condition)
    {
        if (condition is null)
            return x;
        int[] places = [.. x.Shape.Skip(2)];
        int[] count = [x.Shape[0], condition.Shape[1]];
        Tensor maps = condition.Reshape([.. count, .. places.Select(_ => 1)]).Expand([.. count, .. places]);
        return Tensor.Concat([x, maps], axis: 1);
    }
}
