using System.Numerics;
using DeepNotebooks.Kernels;

namespace DeepNotebooks;

public sealed partial class Tensor
{
    private const int NormalizationCost = 4; // of an element, in multiplications
    private const int Parts = 16;            // into which a sum over rows is split, whatever the number of threads

    /// <summary>
    /// Batch normalization of x [batch, channels, …]: y = γ (x − μ) / √(σ² + ε) + β with mean μ and biased variance σ² of each channel
    /// over the batch and all places. γ and β are [channels]. Ioffe and Szegedy, 2015.
    /// </summary>
    /// <param name="gamma">γ.</param>
    /// <param name="beta">β.</param>
    /// <param name="epsilon">ε, against division by zero.</param>
    /// <param name="mean">μ [channels]; without history.</param>
    /// <param name="variance">σ² [channels]; likewise.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the types differ.</exception>
    public Tensor BatchNormalize(Tensor gamma, Tensor beta, double epsilon, out Tensor mean, out Tensor variance)
    {
        RequireSameType(this, gamma, "BatchNormalize");
        RequireSameType(this, beta, "BatchNormalize");
        if (Rank < 2 || Size == 0 || gamma.Rank != 1 || gamma.Size != Shape[1] || beta.Shape != gamma.Shape)
        {
            throw new ArgumentException($"BatchNormalize: the input {Shape} does not fit γ {gamma.Shape} and β {beta.Shape}. "
                + "Pass [batch, channels, …] with at least one example, [channels] and [channels].");
        }
        Tensor x = Contiguous(), y = Room(Shape);
        (mean, variance) = (Room(gamma.Shape), Room(gamma.Shape));
        if (Accelerator is { } device) device.BatchNorm(x, gamma.Contiguous(), beta.Contiguous(), epsilon, y, mean, variance);
        else if (DType == DType.Float32) Run<float>(mean, variance);
        else Run<double>(mean, variance);
        return Node is not null || gamma.Node is not null || beta.Node is not null
            ? y.From(new BatchNormalizeNode(Node, gamma.Node, beta.Node, x.Detach(), gamma.Detach(), mean, variance, epsilon))
            : y;

        void Run<T>(Tensor means, Tensor variances) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int channels = gamma.Size, inner = x.Size / channels / x.Shape[0];
            if (inner == 1)
            {
                Kernels.Normalization.Columns(x.Read<T>(), gamma.Read<T>(), beta.Read<T>(), T.CreateTruncating(epsilon), y.Span<T>(),
                    means.Span<T>(), variances.Span<T>());
                return;
            }
            Threads.For(channels, NormalizationCost * (long)x.Size, c => Kernels.Normalization.Channel(
                x.Read<T>(), channels, c, inner, gamma.Read<T>()[c], beta.Read<T>()[c], T.CreateTruncating(epsilon), y.Span<T>(),
                out means.Span<T>()[c], out variances.Span<T>()[c]));
        }
    }

    private sealed class BatchNormalizeNode(
        Node? input, Node? gamma, Node? beta, Tensor x, Tensor gammaValue, Tensor mean, Tensor variance, double epsilon) : Node(input, gamma)
    {
        private Node? _beta = beta;

        public override ReadOnlySpan<Node?> Rest => new(ref _beta);

        public override void Backward(Tensor gradient)
        {
            Tensor dx = x.Room(x.Shape), dGamma = x.Room(mean.Shape), dBeta = x.Room(mean.Shape);
            if (x.Accelerator is { } device)
                device.BatchNormBackward(x, gammaValue, mean, variance, epsilon, gradient.Contiguous(), dx, dGamma, dBeta);
            else if (x.DType == DType.Float32) Run<float>(gradient.Contiguous());
            else Run<double>(gradient.Contiguous());
            First?.AccumulateFresh(dx);
            Second?.AccumulateFresh(dGamma);
            _beta?.AccumulateFresh(dBeta);

            void Run<T>(Tensor dy) where T : unmanaged, IFloatingPointIeee754<T>
            {
                int channels = mean.Size, inner = x.Size / channels / x.Shape[0];
                if (inner == 1)
                {
                    Kernels.Normalization.ColumnsBackward(x.Read<T>(), gammaValue.Read<T>(), mean.Read<T>(), variance.Read<T>(),
                        T.CreateTruncating(epsilon), dy.Read<T>(), dx.Span<T>(), dGamma.Span<T>(), dBeta.Span<T>());
                    return;
                }
                Threads.For(channels, NormalizationCost * (long)x.Size, c => Kernels.Normalization.ChannelBackward(
                    x.Read<T>(), channels, c, inner, gammaValue.Read<T>()[c], mean.Read<T>()[c],
                    T.Sqrt(variance.Read<T>()[c] + T.CreateTruncating(epsilon)), dy.Read<T>(), dx.Span<T>(),
                    out dGamma.Span<T>()[c], out dBeta.Span<T>()[c]));
            }
        }
    }

    /// <summary>
    /// Layer normalization over the last axis: y = γ (x − μ) / √(σ² + ε) + β with mean μ and biased variance σ² of each row of x
    /// [.., features]. γ and β are [features], or both are left out. Ba, Kiros and Hinton, 2016.
    /// </summary>
    /// <param name="gamma">γ; 1 unless given.</param>
    /// <param name="beta">β; 0 unless given.</param>
    /// <param name="epsilon">ε, against division by zero.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, the types differ, or one of γ and β is missing.</exception>
    public Tensor LayerNormalize(Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-5)
    {
        RequireSameType(this, gamma ?? this, "LayerNormalize");
        RequireSameType(this, beta ?? this, "LayerNormalize");
        if (Rank == 0 || Shape[-1] == 0 || gamma is null != beta is null
            || (gamma is not null && (gamma.Shape != [Shape[-1]] || beta!.Shape != gamma.Shape)))
        {
            throw new ArgumentException($"LayerNormalize: the input {Shape} does not fit γ {gamma?.Shape.ToString() ?? "none"} and β "
                + $"{beta?.Shape.ToString() ?? "none"}. Pass [.., features] with [features] for both, or neither.");
        }
        int width = Shape[-1], rows = Size / width;
        Tensor x = Contiguous(), y = Room(Shape), means = Room([rows]), roots = Room([rows]);
        if (Accelerator is { } device) device.LayerNorm(x, gamma?.Contiguous(), beta?.Contiguous(), epsilon, y, means, roots);
        else if (DType == DType.Float32) Run<float>();
        else Run<double>();
        return Node is not null || gamma?.Node is not null || beta?.Node is not null
            ? y.From(new LayerNormalizeNode(Node, gamma?.Node, beta?.Node, x.Detach(), gamma?.Detach(), means, roots))
            : y;

        void Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => InParts(
            rows, NormalizationCost * (long)Size, (start, count) => Kernels.Normalization.Rows(
                x.Span<T>().Slice(start * width, count * width), width, gamma is null ? default : gamma.Read<T>(),
                beta is null ? default : beta.Read<T>(), T.CreateTruncating(epsilon), y.Span<T>().Slice(start * width, count * width),
                means.Rows<T>(start, count), roots.Rows<T>(start, count)));
    }

    private sealed class LayerNormalizeNode(
        Node? input, Node? gamma, Node? beta, Tensor x, Tensor? gammaValue, Tensor means, Tensor roots) : Node(input, gamma)
    {
        private Node? _beta = beta;

        public override ReadOnlySpan<Node?> Rest => new(ref _beta);

        public override void Backward(Tensor gradient)
        {
            int width = x.Shape[-1], rows = means.Size, parts = x.Accelerator is null ? Math.Min(Parts, rows) : 1;
            Tensor dx = x.Room(x.Shape), dGammas = x.Room([parts, width], 0), dBetas = x.Room([parts, width], 0);
            if (x.Accelerator is { } device) device.LayerNormBackward(x, gammaValue, means, roots, gradient.Contiguous(), dx, dGammas, dBetas);
            else if (x.DType == DType.Float32) Run<float>(gradient.Contiguous());
            else Run<double>(gradient.Contiguous());
            First?.AccumulateFresh(dx);
            Second?.AccumulateFresh(dGammas.Sum(0));
            _beta?.AccumulateFresh(dBetas.Sum(0));

            void Run<T>(Tensor dy) where T : unmanaged, IFloatingPointIeee754<T> => Threads.For(
                parts, NormalizationCost * 2L * x.Size, part =>
                {
                    int start = part * rows / parts, count = ((part + 1) * rows / parts) - start;
                    Kernels.Normalization.RowsBackward(
                        x.Span<T>().Slice(start * width, count * width), width, gammaValue is null ? default : gammaValue.Read<T>(),
                        means.Rows<T>(start, count), roots.Rows<T>(start, count), dy.Span<T>().Slice(start * width, count * width),
                        dx.Span<T>().Slice(start * width, count * width), dGammas.Rows<T>(part, 1), dBetas.Rows<T>(part, 1));
                });
        }
    }
}
