namespace DeepNotebooks.Losses;

public static partial class Loss
{
    /// <summary>
    /// Negative log-likelihood of targets [batch, d] under a mixture of k Gaussians that a network puts out as [batch, k (d + 2)]: k
    /// logits of the weights πⱼ, k logarithms of the standard deviations σⱼ, then k means μⱼ of d numbers each. The loss is
    /// −ln Σⱼ πⱼ N(target; μⱼ, σⱼ² I). Unlike the squared error it can learn targets with several modes. Bishop, 1994.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor MixtureDensity(Tensor output, Tensor target) => MixtureDensity(output, target, Reduce.Mean);

    /// <inheritdoc cref="MixtureDensity(Tensor, Tensor)"/>
    public static Tensor MixtureDensity(Tensor output, Tensor target, Reduce reduce)
    {
        if (output.Rank != 2 || target.Rank != 2 || output.Shape[0] != target.Shape[0] || target.Shape[1] == 0
            || output.Shape[1] == 0 || output.Shape[1] % (target.Shape[1] + 2) != 0)
        {
            throw new ArgumentException($"MixtureDensity: an output {output.Shape} and targets {target.Shape} do not fit. "
                + "For k Gaussians and targets [batch, d] the output is [batch, k (d + 2)].");
        }
        int batch = target.Shape[0], d = target.Shape[1], k = output.Shape[1] / (d + 2);
        Tensor logWeight = output.Slice(1, 0, k).LogSoftmax(), logStd = output.Slice(1, k, k);
        Tensor distance = (output.Slice(1, 2 * k, k * d).Reshape(batch, k, d) - target.Reshape(batch, 1, d)).Square().Sum(2);
        Tensor log = logWeight - (d * (logStd + (0.5 * Math.Log(Math.Tau)))) - (0.5 * distance * (-2 * logStd).Exp());
        return Reduced(-log.LogSumExp(1), reduce);
    }
}
