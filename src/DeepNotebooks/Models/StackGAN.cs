namespace DeepNotebooks.Models;

/// <summary>
/// Text to image in two stages: a first conditional GAN makes a small image of rough shapes from noise and text, a second one turns that
/// image and the text into a large one with details. The text comes as numbers [batch, k], of an embedding or a list of words. Zhang and
/// others, 2017; without their random draw around the embedding.
/// </summary>
/// <param name="rough">The first stage: noise and text → small images.</param>
/// <param name="fine">The second stage: small images and text, as maps → large images.</param>
public sealed class StackGAN(GAN rough, GAN fine)
{
    /// <summary>The small images of the first stage.</summary>
    public Tensor Rough(Tensor noise, Tensor text) => rough.Generate(noise, text);

    /// <summary>The large images of both stages.</summary>
    public Tensor Fine(Tensor noise, Tensor text) => fine.Generate(Rough(noise, text), text);

    /// <summary>Trains the first stage for a step, on the images of the batch made small by means over squares.</summary>
    /// <param name="draw">Draws noise, large images and their texts.</param>
    /// <param name="shrink">How many times smaller the first stage's images are.</param>
    public (double Discriminator, double Generator) StepRough(Func<AdversarialBatch> draw, int shrink = 2) => rough.Step(() =>
    {
        AdversarialBatch batch = draw();
        return batch with { Real = batch.Real.AveragePool(shrink) };
    });

    /// <summary>Trains the second stage for a step, on what the first one, which stays as it is, makes of noise and text.</summary>
    public (double Discriminator, double Generator) StepFine(Func<AdversarialBatch> draw) => fine.Step(() =>
    {
        AdversarialBatch batch = draw();
        return batch with { Input = Rough(batch.Input, batch.Condition!) };
    });
}
